"""Where a case stands, as callers are told: a status word with its day, and who must act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.words import Absence
from gateway.core.answers import Answer, read_all
from gateway.core.case import Case, ExchangeState
from gateway.core.proceedings import OF_CONSENT, DateKind, DecisionOutcome, LetterState, NoticeKind

SENT, GATHERING, WAITING, EXTENDED, NEED_PAPER = "sent", "in_progress", "waiting_data", "extended", "need_paper"
REGISTERED, INCOMPLETE, PRELIMINARY = "package_registered", "incomplete", "preliminary_refusal"
APPROVED, REFUSED, WITHDRAWN = "approved", "refused", "withdrawn"
GATEWAY, APPLICANT, PROVIDER, OWNER, NOBODY = "gateway", "applicant", "provider", "owner", "nobody"


_OF_APPLICANT = OF_CONSENT | {NoticeKind.APPLICANT_CORRECTS}


@dataclass(frozen=True)
class Standing:
    status: str
    whose_move: str
    until: date | None = None
    """The day that the status tells: the end of the extension, or that of the hearing."""


def judge_standing(case: Case) -> Standing:
    course = case.proceedings
    if case.is_over:
        open_complaint = any(one.answered_at is None for one in course.complaints)
        return Standing(_name_end(case), PROVIDER if open_complaint else NOBODY)
    if course.decision.preliminary_at is not None:
        return Standing(PRELIMINARY, PROVIDER, course.decision.hearing_on)
    if case.registered_at is not None:
        return Standing(REGISTERED if course.registered_complete else INCOMPLETE, PROVIDER)
    if not case.inquiries:
        return Standing(SENT, GATEWAY)
    answers = read_all(case)
    move = _find_move(case, answers)
    extension = course.date(DateKind.EXTENSION_UNTIL)
    if extension is not None:
        return Standing(EXTENDED, move, extension.on)
    if move == APPLICANT:
        return Standing(NEED_PAPER, move)
    tried = any(exchange.tries > 1 for exchange in case.exchanges.values())
    missing = move == GATEWAY and any(answer.is_missing for answer in answers)
    return Standing(WAITING if move in (PROVIDER, OWNER) or (missing and tried) else GATHERING, move)


def _name_end(case: Case) -> str:
    if case.proceedings.withdrawn_at is not None:
        return WITHDRAWN
    return APPROVED if case.proceedings.decision.outcome is DecisionOutcome.APPROVED else REFUSED


def _find_move(case: Case, answers: tuple[Answer, ...]) -> str:
    """The applicant who was told to bring something, then who has a letter, then the gateway while it may yet hear."""
    missing = {answer.inquiry.id for answer in answers if answer.is_missing}
    told = [n for n in case.proceedings.notices if n.kind in _OF_APPLICANT]
    if any(cell in missing for notice in told for cell in notice.cells):
        return APPLICANT
    letters = {letter.state for letter in case.proceedings.letters}
    if letters & {LetterState.DRAFTED, LetterState.SIGNED}:
        return PROVIDER
    if LetterState.SENT in letters:
        return OWNER
    if any(_may_still_come(case, answer) for answer in answers):
        return GATEWAY
    gaps = [answer for answer in answers if answer.gap]
    if gaps and all(case.row(g.inquiry.number).absence is Absence.APPLICANT_CORRECTS for g in gaps):
        return APPLICANT
    return PROVIDER if missing else GATEWAY


def _may_still_come(case: Case, answer: Answer) -> bool:
    if answer.closed:
        return False
    exchanges = [case.exchanges[part.exchange_id] for part in answer.parts if part.exchange_id]
    return any(exchange.state in (ExchangeState.WAITING, ExchangeState.PENDING) for exchange in exchanges)
