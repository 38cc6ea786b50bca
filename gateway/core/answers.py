"""What an inquiry came to: `found`, `no_record`, `no_answer` with its cause; and whether it is closed.

A part answers with what stands at its `record` paths (items of a list pass `where`); nothing at any of them is
`no_record`, which is an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from contracts.application import Declared
from contracts.request import Part, RequestRow
from contracts.vocabulary.terms import Record
from contracts.words import Absence, Outcome
from gateway.core.case import PLACES, Case, Exchange, ExchangeState, Inquiry, InquiryPart, carry_memory
from gateway.core.proceedings import Closing
from gateway.core.records import cut_where, is_present, project, take

NOT_ASKED_YET = "not-asked-yet"
WAITING_FOR_REPLY = "waiting-for-late-reply"
_REGISTRIES, _ALL, _MISSING = "registries", "answers", "missing"
"""Among what a case remembers: by inquiry, of all, and of those that keep the package from being complete."""


@dataclass(frozen=True)
class PartAnswer:
    key: str
    outcome: Outcome
    cause: str = ""
    """For no_answer: the code of the last failure, or that the answer is still awaited."""
    answer: Record = field(default_factory=dict, repr=False)
    exchange_id: str | None = None


@dataclass(frozen=True)
class Answer:
    """The state of one cell."""

    inquiry: Inquiry
    outcome: Outcome
    closed: bool
    cause: str
    parts: tuple[PartAnswer, ...]
    gap: bool
    """True where the absence of a record calls for a letter, the applicant or a paper: not a complete answer yet."""
    closed_by: str = ""
    """`paper` or `letter` where a document closed it, "" for a registry's own answer."""

    @property
    def is_missing(self) -> bool:
        """True while it keeps the package from being complete."""
        return self.gap or not self.closed


def read_answer(case: Case, inquiry: Inquiry) -> Answer:
    """The answer of one inquiry as it stands now; of a registry and a document the first closes it, both are kept."""
    told = read_registries(case, inquiry)
    paper = case.proceedings.find_closing(inquiry.id)
    if paper is None or (not told.is_missing and _told_before(case, told, paper)):
        return told
    return Answer(inquiry, Outcome.ON_PAPER, True, paper.source, told.parts, False, paper.source)


def read_registries(case: Case, inquiry: Inquiry) -> Answer:
    """What registries alone say of an inquiry, whatever documents were brought."""
    answers: dict[str, Answer] = case.memo.setdefault(_REGISTRIES, {})
    known = answers.get(inquiry.id)
    if known is None or known.inquiry is not inquiry:
        known = answers[inquiry.id] = _read_registries(case, inquiry)
    return known


def carry_answers(before: Case, after: Case, changed: Collection[str]) -> None:
    """What registries said of inquiries that rest on none of the changed exchanges holds for the case after as well."""
    carry_memory(before, after)
    answers: dict[str, Answer] = dict(before.memo.get(_REGISTRIES, {}))
    after.memo[_REGISTRIES] = answers
    touched = [before.inquiries[place] for one in changed for place in _find_places(before).get(one, ())]
    for inquiry in touched:
        answers.pop(inquiry.id, None)
    closings = before.proceedings.closings == after.proceedings.closings
    if closings and before.inquiries is after.inquiries and _ALL in before.memo:
        fresh = {inquiry.id: read_answer(after, inquiry) for inquiry in touched}
        told: tuple[Answer, ...] = before.memo[_ALL]
        after.memo[_ALL] = tuple(fresh.get(one.inquiry.id, one) for one in told) if fresh else told
        if not fresh and _MISSING in before.memo:
            after.memo[_MISSING] = before.memo[_MISSING]


def _find_places(case: Case) -> Mapping[str, list[int]]:
    """By exchange: where the inquiries that rest on it stand among all."""
    known: dict[str, list[int]] | None = case.memo.get(PLACES)
    if known is None:
        known = case.memo[PLACES] = {}
        for place, inquiry in enumerate(case.inquiries):
            for part in inquiry.parts:
                if part.exchange_id is not None:
                    known.setdefault(part.exchange_id, []).append(place)
    return known


def _read_registries(case: Case, inquiry: Inquiry) -> Answer:
    if inquiry.outcome is not None:
        # Left to the specialist is no answer yet, a paper still to come is a gap: neither completes the package.
        closed, awaited = inquiry.outcome is not Outcome.NO_ANSWER, inquiry.outcome is Outcome.ON_PAPER
        return Answer(inquiry, inquiry.outcome, closed, inquiry.reason, (), awaited)
    row = case.row(inquiry.number)
    parts = tuple(_read_part(case, row, part) for part in inquiry.parts)
    asked = [part for part in parts if part.outcome is not Outcome.NOT_APPLICABLE]
    silent = [part for part in asked if part.outcome is Outcome.NO_ANSWER]
    if silent:
        return Answer(inquiry, Outcome.NO_ANSWER, False, silent[0].cause, parts, False)
    if not asked:
        return Answer(inquiry, Outcome.NOT_APPLICABLE, True, parts[0].cause if parts else "no_source", parts, False)
    found = any(part.outcome is Outcome.FOUND for part in asked)
    outcome = Outcome.FOUND if found else Outcome.NO_RECORD
    return Answer(inquiry, outcome, True, "", parts, not found and is_gap(row, case.application.declared))


def _told_before(case: Case, told: Answer, paper: Closing) -> bool:
    """True where the registries' answer was whole before the document came."""
    exchanges = [case.exchanges[part.exchange_id] for part in told.parts if part.exchange_id is not None]
    return all(x.answered_at is None or x.answered_at <= paper.at for x in exchanges)


def is_gap(row: RequestRow, declared: Declared) -> bool:
    """True where `no_record` is not an answer for this row, by the row's absence rule."""
    match row.absence:
        case Absence.ANSWER:
            return False
        case Absence.WRITTEN_REQUEST | Absence.APPLICANT_CORRECTS:
            return True
        case Absence.WRITTEN_REQUEST_IF_DECLARED:
            return bool(getattr(declared, row.absence_if_declared))


def read_all(case: Case) -> tuple[Answer, ...]:
    known: tuple[Answer, ...] | None = case.memo.get(_ALL)
    if known is None:
        known = case.memo[_ALL] = tuple(read_answer(case, inquiry) for inquiry in case.inquiries)
    return known


def read_missing(case: Case) -> tuple[Answer, ...]:
    """Those that keep the package from being complete."""
    known: tuple[Answer, ...] | None = case.memo.get(_MISSING)
    if known is None:
        known = case.memo[_MISSING] = tuple(answer for answer in read_all(case) if answer.is_missing)
    return known


def _read_part(case: Case, row: RequestRow, part: InquiryPart) -> PartAnswer:
    if part.exchange_id is None:
        return PartAnswer(part.key, Outcome.NOT_APPLICABLE, part.not_asked)
    exchange = case.exchanges[part.exchange_id]
    if not exchange.is_over:
        return PartAnswer(part.key, Outcome.NO_ANSWER, _cause(exchange), exchange_id=exchange.id)
    facts = next(p for p in row.parts if p.key == part.key)
    answer = read_part_answer(facts, exchange.record)
    outcome = Outcome.FOUND if is_present(answer) else Outcome.NO_RECORD
    return PartAnswer(part.key, outcome, "", answer, exchange.id)


def read_part_answer(part: Part, record: Record) -> Record:
    """What a part says out of the whole reply: {} where none of its records is there."""
    if part.where:
        record = cut_where(record, part.records[0], part.where)
    if not any(is_present(item) for path in part.records for item in take(record, path)):
        return {}
    return project(record, part.answers)


def _cause(exchange: Exchange) -> str:
    if exchange.state is ExchangeState.PENDING:
        return WAITING_FOR_REPLY
    return exchange.cause or NOT_ASKED_YET
