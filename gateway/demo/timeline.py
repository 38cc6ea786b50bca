"""The time-lapse as lines: what happened when, said in a sentence, with the rule and clause that made it so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

_SENTENCES = {
    "application_accepted": "the application is accepted",
    "letter_drafted": "a letter to {owner} is drafted (round {round}), inquiries: {cells}",
    "letter_amended": "letter {letter} is changed, inquiries now: {cells}",
    "letter_signed": "letter {letter} is signed by {by}",
    "letter_sent": "letter {letter} is sent, {channel} No. {number}",
    "letter_answered": "the body answered letter {letter}",
    "letter_withdrawn": "letter {letter} is withdrawn: nothing that it asks for is missing",
    "document_added": "a document ({kind}) is kept, inquiries closed: {cells}",
    "date_set": "{date} is {on}{before}",
    "notice_issued": "notice {notice} ({kind}) is to be delivered by {deliver_by}",
    "notice_delivered": "notice {notice} reached the applicant by {channel}",
    "notice_undeliverable": "notice {notice} cannot be delivered by {channel}",
    "term_near": "the specialist is told: {term} ends on {on}",
    "term_passed": "{term} passed on {on} undone: recorded",
    "package_registered": "the package is registered, {complete}",
    "decision": "the decision: {outcome}",
}
_QUIET = frozenset({"inquiry_waits", "inquiry_closed", "decision_by", "decision_preliminary_by"})
"""Told as counts, or not at all."""


@dataclass(frozen=True)
class Line:
    at: datetime
    text: str
    rule: str = ""
    clause: str = ""
    assumed: bool = False
    by_people: bool = False


def read_events(events: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    """Lines of events; inquiries that were answered at the same minute are one line."""
    answered: dict[datetime, int] = {}
    for event in events:
        at = datetime.fromisoformat(event["at"]).replace(second=0, microsecond=0)
        if event["kind"] == "inquiry_closed":
            answered[at] = answered.get(at, 0) + 1
    for at, count in answered.items():
        yield Line(at, f"inquiries answered: {count}")
    for event in events:
        if event["kind"] not in _QUIET:
            yield _read(event)


def _read(event: Mapping[str, Any]) -> Line:
    data = dict(event["data"])
    why = data.get("why") or {}
    at = datetime.fromisoformat(event["at"]).replace(second=0, microsecond=0)
    sentence = _SENTENCES.get(event["kind"], event["kind"].replace("_", " "))
    return Line(at, _fill(sentence, data), why.get("rule", ""), why.get("clause", ""), bool(why.get("assumed")))


def _fill(sentence: str, data: Mapping[str, Any]) -> str:
    words = {name: str(value).replace("_", " ") for name, value in data.items()}
    if isinstance(data.get("cells"), list):
        words["cells"] = str(len(data["cells"]))
    words["before"] = f", it was {data['before']}" if data.get("before") else ""
    words["complete"] = "whole" if data.get("complete") else "with gaps"
    for name, word in words.items():
        sentence = sentence.replace(f"{{{name}}}", word)
    return sentence


def render_timeline(title: str, story: Iterable[str], lines: Iterable[Line], facts: Mapping[str, str]) -> str:
    """The page; everything that came from outside is escaped."""
    environment = Environment(
        loader=PackageLoader("gateway.demo", "templates"), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("timeline.html")
    return template.render(title=title, story=list(story), lines=list(lines), facts=dict(facts))
