"""Whether a question is answered: a rule that speaks of an absence waits until everybody who was asked has answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from contracts.request import Part
from contracts.words import Outcome
from gateway.core.answers import Answer, read_answer
from gateway.core.case import Case, Inquiry
from gateway.core.findings.finding import NO_RECORD, Told

_ANSWERS = frozenset({Outcome.FOUND, Outcome.NO_RECORD})


@dataclass(frozen=True)
class Answered:
    """The answers of all who were asked for one thing."""

    answers: tuple[Answer, ...]
    sources: tuple[str, ...]
    """Keys of the passports that answered."""

    @property
    def refs(self) -> frozenset[str]:
        """The subjects that were asked about."""
        return frozenset(answer.inquiry.subject_ref for answer in self.answers)

    @property
    def found_nothing(self) -> bool:
        return all(answer.outcome is Outcome.NO_RECORD for answer in self.answers)

    def tell_absence(self) -> tuple[Told, ...]:
        return tuple(Told(NO_RECORD, source) for source in self.sources)


def find_answered(case: Case, paths: Collection[str], refs: Collection[str] = ()) -> Answered | None:
    """Who was asked for a record at one of the paths (about these subjects, or all): None while an answer or a row of
    theirs is still to come, and where nobody was asked; not applicable, left out or on paper is not asked."""
    rows = {row.number for row in case.service.requests if any(_looks_for(part, paths) for part in row.parts)}
    if not rows <= {inquiry.number for inquiry in case.inquiries}:
        return None
    wanted = (i for i in case.inquiries if i.number in rows and (not refs or i.subject_ref in refs))
    return read_answered(case, wanted)


def read_answered(case: Case, inquiries: Iterable[Inquiry]) -> Answered | None:
    """The answers of these inquiries: None while one is still to come, and where none of them was asked."""
    answers = [read_answer(case, inquiry) for inquiry in inquiries]
    asked = tuple(answer for answer in answers if answer.outcome in _ANSWERS)
    if not asked or any(answer.outcome is Outcome.NO_ANSWER for answer in answers):
        return None
    ids = (part.exchange_id for answer in asked for part in answer.parts if part.exchange_id is not None)
    sources = dict.fromkeys(case.exchanges[exchange_id].passport for exchange_id in ids)
    return Answered(asked, tuple(sources))


def _looks_for(part: Part, paths: Collection[str]) -> bool:
    return any(
        record == path or record.startswith(f"{path}.") or path.startswith(f"{record}.")
        for record in part.records
        for path in paths
    )
