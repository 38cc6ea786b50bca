"""What an inquiry came to: `found`, `no_record`, `no_answer` with its cause; and whether it is closed.

A part answers with what stands at its `record` paths (items of a list pass `where`); nothing at any of them is
`no_record`, which is an answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from contracts.application import Declared
from contracts.request import Part, RequestRow
from contracts.vocabulary.terms import Record
from contracts.words import Absence, Outcome
from gateway.core.case import PLACES, Case, Exchange, ExchangeState, Inquiry, InquiryPart
from gateway.core.known import once_for_each
from gateway.core.proceedings import Closing
from gateway.core.records import cut_where, project, tells_any

NOT_ASKED_YET = "not-asked-yet"
WAITING_FOR_REPLY = "waiting-for-late-reply"
_REGISTRIES, ALL, MISSING = "registries", "answers", "missing"
"""Among what a case remembers: by inquiry, of all, and of those that keep the package from being complete."""


class PartAnswer(NamedTuple):
    key: str
    outcome: Outcome
    cause: str = ""
    """For no_answer: the code of the last failure, or that the answer is still awaited."""
    exchange_id: str | None = None


class Answer(NamedTuple):
    """The state of one cell; a tuple, as every look makes many."""

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


def find_touched(case: Case, changed: Collection[str]) -> list[int]:
    """Where the inquiries that rest on one of the exchanges stand among all."""
    places = _find_places(case) if changed else {}
    return sorted({place for one in changed for place in places.get(one, ())})


def carry_answers(before: Case, after: Case, touched: Collection[int]) -> None:
    """What registries said of all but the touched inquiries holds for the case after; exchanges that are new beside."""
    told: dict[str, Answer] = before.memo.setdefault(_REGISTRIES, {})
    if before.exchanges is after.exchanges:
        after.memo[_REGISTRIES] = told
        return
    kept = after.memo[_REGISTRIES] = dict(told)
    for place in touched:
        kept.pop(before.inquiries[place].id, None)
    closings = before.proceedings.closings == after.proceedings.closings
    if closings and before.inquiries is after.inquiries and ALL in before.memo:
        answers: list[Answer] = list(before.memo[ALL])
        for place in touched:
            answers[place] = read_answer(after, after.inquiries[place])
        after.memo[ALL] = tuple(answers)


def _find_places(case: Case) -> dict[str | None, list[int]]:
    """By exchange: where the inquiries that rest on it stand among all."""
    known: dict[str | None, list[int]] | None = case.memo.get(PLACES)
    if known is None:
        known = case.memo[PLACES] = {}
        for place, inquiry in enumerate(case.inquiries):
            for part in inquiry.parts:
                known.setdefault(part.exchange_id, []).append(place)
    return known


def _read_registries(case: Case, inquiry: Inquiry) -> Answer:
    if inquiry.outcome is not None:
        # Left to the specialist is no answer yet, a paper still to come is a gap: neither completes the package.
        closed, awaited = inquiry.outcome is not Outcome.NO_ANSWER, inquiry.outcome is Outcome.ON_PAPER
        return Answer(inquiry, inquiry.outcome, closed, inquiry.reason, (), awaited)
    row = case.row(inquiry.number)
    parts = tuple([_read_part(case, row, part) for part in inquiry.parts])
    outcomes = [part.outcome for part in parts]
    if Outcome.NO_ANSWER in outcomes:
        cause = parts[outcomes.index(Outcome.NO_ANSWER)].cause
        return Answer(inquiry, Outcome.NO_ANSWER, False, cause, parts, False)
    found = Outcome.FOUND in outcomes
    if not found and Outcome.NO_RECORD not in outcomes:
        return Answer(inquiry, Outcome.NOT_APPLICABLE, True, parts[0].cause if parts else "no_source", parts, False)
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
    known: tuple[Answer, ...] | None = case.memo.get(ALL)
    if known is None:
        known = case.memo[ALL] = tuple([read_answer(case, inquiry) for inquiry in case.inquiries])
    return known


def read_missing(case: Case) -> tuple[Answer, ...]:
    """Those that keep the package from being complete."""
    known: tuple[Answer, ...] | None = case.memo.get(MISSING)
    if known is None:
        known = case.memo[MISSING] = tuple([answer for answer in read_all(case) if answer.is_missing])
    return known


def _read_part(case: Case, row: RequestRow, part: InquiryPart) -> PartAnswer:
    if part.exchange_id is None:
        return PartAnswer(part.key, Outcome.NOT_APPLICABLE, part.not_asked)
    exchange = case.exchanges[part.exchange_id]
    if not exchange.is_over:
        return PartAnswer(part.key, Outcome.NO_ANSWER, _cause(exchange), exchange_id=exchange.id)
    found = is_found(_parts_of(row)[part.key], exchange.record)
    outcome = Outcome.FOUND if found else Outcome.NO_RECORD
    return PartAnswer(part.key, outcome, "", exchange.id)


@once_for_each
def _parts_of(row: RequestRow) -> Mapping[str, Part]:
    return {part.key: part for part in row.parts}


def is_found(part: Part, record: Record) -> bool:
    """Whether a part says anything out of the whole reply: what it says is read where it is shown."""
    if not record:
        return False
    told = _cut(part, record)
    return tells_any(told, part.records) and tells_any(told, part.answers)


def tell_part(case: Case, facts: Part, part: PartAnswer) -> Record:
    """What the part of an answer says out of its exchange's reply; {} while that is silent, or was not asked."""
    exchange = case.exchanges[part.exchange_id] if part.exchange_id is not None else None
    return read_part_answer(facts, exchange.record) if exchange is not None and exchange.is_over else {}


def read_part_answer(part: Part, record: Record) -> Record:
    """What a part says out of the whole reply: {} where none of its records is there."""
    told = _cut(part, record)
    return project(told, part.answers) if tells_any(told, part.records) else {}


def _cut(part: Part, record: Record) -> Record:
    return cut_where(record, part.records[0], part.where) if part.where else record


def _cause(exchange: Exchange) -> str:
    if exchange.state is ExchangeState.PENDING:
        return WAITING_FOR_REPLY
    return exchange.cause or NOT_ASKED_YET
