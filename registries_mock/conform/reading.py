"""A service's reply read by its passport, for judging alone: which outcome it says, and what stands where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from lxml import etree

from contracts.passport import Passport, PayloadField, Reading
from contracts.words import DataForm
from registries_mock.errors import Refused
from registries_mock.payloads.paths import Step, parse_path
from registries_mock.payloads.xml_in import child, local, parse_text

_KINDS: Final = ("answer", "no_record", "retry", "refused", "consent", "ambiguous")
Outcome = Literal["answer", "no_record", "retry", "refused", "consent", "ambiguous", "unlisted", "broken"]
Tree = etree._Element | Mapping[str, Any]


@dataclass(frozen=True)
class Answered:
    """One reply of a service, taken out of its envelope."""

    status: str = ""
    """The code in SHEP's responseInfo."""
    http: str = ""
    fault: str = ""
    """The code of a fault."""
    payload: Tree | None = field(default=None, repr=False)
    problem: str = ""
    """Why the payload cannot be taken out."""


def take_payload(data: etree._Element | None, passport: Passport) -> tuple[etree._Element | None, str]:
    """The element below which the fields stand, and why there is none."""
    if data is None:
        return None, ""
    if passport.reply.form is DataForm.STRING:
        text = data.text or ""
        if len(data) or not text.strip():
            return None, "" if not len(data) else "the document stands in data as an element, and should as text"
        try:
            return parse_text(text), ""
        except Refused as failure:
            return None, f"the text in data: {failure}"
    if passport.reply.form is DataForm.ELEMENT:
        elements = [one for one in data if isinstance(one.tag, str)]
        if not elements:
            return None, ""
        # Alone, as a schema sees it.
        return (
            (etree.fromstring(etree.tostring(elements[0], with_tail=False)), "")
            if len(elements) == 1
            else (None, "data holds several elements")
        )
    return data, ""


def read_json(body: bytes) -> tuple[Mapping[str, Any] | None, str]:
    """The object of a REST reply, and why there is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None, "the reply is not JSON"
    return (found, "") if isinstance(found, dict) else (None, "the reply is not a JSON object")


def find_outcome(answered: Answered, passport: Passport) -> tuple[Outcome, str]:
    """What the reply says by the passport's readings, and by which word."""
    if answered.fault:
        reading = next((one for one in passport.readings if one.at == "fault"), None)
        return _kind_of(answered.fault, reading) if reading else "unlisted", f"the fault {answered.fault!r}"
    if answered.problem:
        return "broken", answered.problem
    for reading in passport.readings:
        if reading.at == "fault":
            continue
        outcome, why = _read(reading, answered)
        if outcome != "answer":
            return outcome, why
    return "answer", ""


def _read(reading: Reading, answered: Answered) -> tuple[Outcome, str]:
    if reading.at in ("status", "http"):
        said = answered.status if reading.at == "status" else answered.http
        return _kind_of(said, reading), f"the {reading.at} {said[:40]!r}"
    found = [] if answered.payload is None else list(find_places(answered.payload, parse_path(reading.path)))
    if reading.unless and _is_there(answered.payload, reading.unless):
        return "answer", ""
    if reading.at == "element":
        if len(found) > 1 and reading.many == "ambiguous":
            return "ambiguous", f"several {reading.path}"
        return ("answer", "") if found else _missing(reading)
    texts = [text for text in (text_of_place(one) for one in found) if text]
    if not texts:
        return _missing(reading)
    if reading.at == "text":
        listed = _kind_of(texts[0], reading)
        return ("no_record", reading.path) if reading.present else (listed, f"the text of {reading.path}")
    return _kind_of(texts[0], reading), f"the code {texts[0][:40]!r} in {reading.path}"


def _is_there(payload: Tree | None, path: str) -> bool:
    # An element without children is false: whether there is one is asked otherwise.
    return payload is not None and next((True for _ in find_places(payload, parse_path(path))), False)


def _missing(reading: Reading) -> tuple[Outcome, str]:
    if reading.missing:
        return reading.missing, f"no {reading.path}"
    return ("answer", "") if reading.at == "text" else ("broken", f"there is no {reading.path}")


def _kind_of(word: str, reading: Reading) -> Outcome:
    for kind in _KINDS:
        if word in getattr(reading, kind):
            found: Outcome = kind
            return found
    return "unlisted"


def find_places(tree: Tree, steps: tuple[Step, ...]) -> Iterator[Any]:
    """What stands at the end of a path: elements and attributes by local names, or members of objects."""
    if isinstance(tree, Mapping):
        yield from _members(tree, steps)
        return
    if not steps:
        yield tree
        return
    step, *rest = steps
    if step.attribute:
        yield from (str(text) for name, text in tree.attrib.items() if str(name).rpartition("}")[2] == step.name)
        return
    for one in tree:
        if isinstance(one.tag, str) and local(one) == step.name and _fits(one, step):
            yield from find_places(one, tuple(rest))


def _fits(element: etree._Element, step: Step) -> bool:
    if not step.key:
        return True
    if step.key_is_attribute:
        return element.get(step.key) == step.wanted
    found = child(element, step.key)
    return found is not None and (found.text or "").strip() == step.wanted


def _members(value: Any, steps: tuple[Step, ...]) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from _members(one, steps)
    elif not steps:
        yield value
    elif isinstance(value, Mapping) and steps[0].name in value:
        yield from _members(value[steps[0].name], steps[1:])


def text_of_place(place: Any) -> str:
    """The text of what `find_places` found."""
    if isinstance(place, etree._Element):
        return (place.text or "").strip()
    return "" if place is None else str(place).strip()


def fields_bound_to(passport: Passport, term: str) -> list[PayloadField]:
    return [one for one in passport.reply.fields if one.bind == term]
