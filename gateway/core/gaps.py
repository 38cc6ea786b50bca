"""Gaps: cells that no machine closes any more, and whose move each is: an owner's (by letter), the applicant's, ours.

"No record" is a gap at once, where the row's absence rule says so; "no answer" only when patience with the source is
over. A consent that is not given is the applicant's matter at once, and never goes into a letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.request import RequestRow
from contracts.words import Absence, NoAnswer, Outcome
from gateway.core.answers import Answer, read_missing
from gateway.core.case import Case, Exchange, ExchangeState
from gateway.core.consents import CODES, OF_APPLICANT
from gateway.core.law import Law
from gateway.core.patience import count_ended, patience_ends

GAPS = "gaps"
"""Among what a case remembers: one look asks for them several times."""


class Move(StrEnum):
    """Whose move closes the gap."""

    OWNER = "owner"
    """A written request to the owner of the registry."""
    APPLICANT = "applicant"
    SPECIALIST = "specialist"


class GapCause(StrEnum):
    NO_RECORD = "no_record"
    NO_ANSWER = "no_answer"
    CONSENT = "consent_missing"
    UNDETERMINED = "facts_undetermined"
    ON_PAPER = "on_paper"


@dataclass(frozen=True)
class GapCell:
    number: int
    subject_ref: str
    cause: GapCause
    inquiry_id: str = field(default="", compare=False)
    consent: str = field(default="", compare=False)
    """Of a consent that is not there: the code that tells which way."""


@dataclass(frozen=True)
class Gap:
    """Cells that one letter, or one turn of a person, can close."""

    move: Move
    owner: str
    """Key of the rows' owner; "" where it is not an owner's move."""
    letter_to: dict[str, str]
    """The addressee by language (`ru`, `kk`); empty where it is not an owner's move."""
    cells: tuple[GapCell, ...]


def find_gaps(case: Case, law: Law, now: datetime) -> tuple[Gap, ...]:
    """Owners first in the order of the rows, then applicant, then specialist; () once the package is registered."""
    if case.registered_at is not None:
        return ()
    ended = count_ended(case, law, now)
    known: tuple[Law, int, tuple[Gap, ...]] | None = case.memo.get(GAPS)
    if known is None or known[0] is not law or known[1] != ended:
        known = case.memo[GAPS] = law, ended, _find_gaps(case, law, now)
    return known[2]


def _find_gaps(case: Case, law: Law, now: datetime) -> tuple[Gap, ...]:
    found: dict[tuple[Move, str], list[GapCell]] = {}
    addressees: dict[str, dict[str, str]] = {}
    silent = _find_spent(case, law, now)
    told = [answer for answer in read_missing(case) if not _is_awaited(answer, silent)]
    for answer in sorted(told, key=lambda answer: answer.inquiry.number):
        row = case.row(answer.inquiry.number)
        for move, cause in _judge(case, row, answer, law, now):
            owner = row.owner.key if move is Move.OWNER else ""
            addressees[owner] = {"ru": row.owner.letter_to.ru, "kk": row.owner.letter_to.kk} if owner else {}
            consent = _find_consent(case, answer) if cause is GapCause.CONSENT else ""
            cell = GapCell(row.number, answer.inquiry.subject_ref, cause, answer.inquiry.id, consent)
            found.setdefault((move, owner), []).append(cell)
    moves = list(Move)
    return tuple(
        Gap(move, owner, addressees[owner], tuple(cells))
        for (move, owner), cells in sorted(found.items(), key=lambda item: moves.index(item[0][0]))
    )


def _find_spent(case: Case, law: Law, now: datetime) -> frozenset[str]:
    """The exchanges that are no longer simply waited for: patience is over, or a consent is lacking."""
    return frozenset(
        [x.id for x in case.gather_silent() if x.cause in CODES or (x.since is not None and _is_over(x, law, now))]
    )


def _is_awaited(answer: Answer, spent: frozenset[str]) -> bool:
    """True for a cell that may still be answered of itself: most of those that are missing, most of the time."""
    if answer.outcome is not Outcome.NO_ANSWER or answer.inquiry.outcome is not None:
        return False
    return not spent or spent.isdisjoint([part.exchange_id for part in answer.parts])


def _judge(case: Case, row: RequestRow, answer: Answer, law: Law, now: datetime) -> Iterator[tuple[Move, GapCause]]:
    """Nothing for a cell that may still be answered."""
    if answer.outcome is Outcome.ON_PAPER:
        yield Move.SPECIALIST, GapCause.ON_PAPER
    elif answer.gap:
        by_applicant = row.absence is Absence.APPLICANT_CORRECTS
        yield Move.APPLICANT if by_applicant else Move.OWNER, GapCause.NO_RECORD
    elif answer.outcome is Outcome.NO_ANSWER and answer.inquiry.outcome is not None:
        yield Move.SPECIALIST, GapCause.UNDETERMINED
    elif answer.outcome is Outcome.NO_ANSWER:
        silent = [x for x in _exchanges(case, answer) if not x.is_over]
        if any(x.cause in OF_APPLICANT for x in silent):
            yield Move.APPLICANT, GapCause.CONSENT
        elif any(_is_over(x, law, now) and not _tries_on(row, x) for x in silent):
            if any(x.cause in CODES for x in silent):
                # Its owner was not asked: a letter would say of it what is not so.
                yield Move.SPECIALIST, GapCause.CONSENT
            else:
                letter = row.no_answer is NoAnswer.WRITTEN_REQUEST
                yield Move.OWNER if letter else Move.SPECIALIST, GapCause.NO_ANSWER


def _exchanges(case: Case, answer: Answer) -> tuple[Exchange, ...]:
    return tuple([case.exchanges[part.exchange_id] for part in answer.parts if part.exchange_id is not None])


def _find_consent(case: Case, answer: Answer) -> str:
    """What is the applicant's matter before what is ours."""
    causes = [x.cause for x in _exchanges(case, answer) if not x.is_over and x.cause in CODES]
    return min(causes, key=lambda cause: cause not in OF_APPLICANT)


def _is_over(exchange: Exchange, law: Law, now: datetime) -> bool:
    ends = patience_ends(exchange, law)
    return ends is not None and ends <= now


def _tries_on(row: RequestRow, exchange: Exchange) -> bool:
    """A row that is kept being tried troubles nobody, as long as something does try."""
    return row.no_answer is NoAnswer.KEEP_TRYING and exchange.state is not ExchangeState.STOPPED
