"""Whether a question is answered: a rule that speaks of an absence waits until everybody who was asked has answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from contracts.request import Part
from contracts.words import Outcome
from gateway.core.answers import Answer, PartAnswer, read_answer
from gateway.core.case import Case, Inquiry
from gateway.core.findings.finding import NO_RECORD, Told

_ANSWERS = frozenset({Outcome.FOUND, Outcome.NO_RECORD})


@dataclass(frozen=True)
class Answered:
    """What all who were asked for one thing answered."""

    refs: frozenset[str]
    """The subjects that were asked about."""
    parts: tuple[PartAnswer, ...]
    """Of the sources that were asked; none where a person closed the inquiry in their place."""
    sources: tuple[str, ...]
    """Keys of the passports of these parts."""

    @property
    def found_nothing(self) -> bool:
        return bool(self.parts) and all(part.outcome is Outcome.NO_RECORD for part in self.parts)

    def tell_absence(self) -> tuple[Told, ...]:
        return tuple(Told(NO_RECORD, source) for source in self.sources)


def find_answered(case: Case, paths: Collection[str], refs: Collection[str] = ()) -> Answered | None:
    """Who was asked for a record at one of the paths (about these subjects, or all): None while an answer or a row of
    theirs is still to come, and where nobody was asked; not applicable, left out or on paper is not asked."""
    rows = {row.number for row in case.service.requests if any(_looks_for(part, paths) for part in row.parts)}
    if not rows <= {inquiry.number for inquiry in case.inquiries}:
        return None
    wanted = (i for i in case.inquiries if i.number in rows and (not refs or i.subject_ref in refs))
    return read_answered(case, wanted, paths)


def read_answered(case: Case, inquiries: Iterable[Inquiry], paths: Collection[str]) -> Answered | None:
    """What the parts of these inquiries that look for a path answered: None while an inquiry is without an answer, and
    where none of them was asked."""
    answers = [read_answer(case, inquiry) for inquiry in inquiries]
    asked = tuple(answer for answer in answers if answer.outcome in _ANSWERS)
    if not asked or any(answer.outcome is Outcome.NO_ANSWER for answer in answers):
        return None
    parts = tuple(part for answer in asked for part in _pick_parts(case, answer, paths))
    sources = dict.fromkeys(case.exchanges[part.exchange_id].passport for part in parts if part.exchange_id)
    return Answered(frozenset(answer.inquiry.subject_ref for answer in asked), parts, tuple(sources))


def _pick_parts(case: Case, answer: Answer, paths: Collection[str]) -> Iterator[PartAnswer]:
    facts = {part.key: part for part in case.row(answer.inquiry.number).parts}
    for part in answer.parts:
        if part.outcome in _ANSWERS and _looks_for(facts[part.key], paths):
            yield part


def _looks_for(part: Part, paths: Collection[str]) -> bool:
    return any(
        record == path or record.startswith(f"{path}.") or path.startswith(f"{record}.")
        for record in part.records
        for path in paths
    )
