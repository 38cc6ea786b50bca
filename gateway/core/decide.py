"""decide(case, now, law) -> steps: the one place that says what happens next with an application; pure.

Cells of the table (row × subject) are opened as soon as their predicates can be judged. Rows of wave 2 are judged
only once all of wave 1 is open. A fact that stays undetermined after patience does not hold the family up: the row
says whether it is then asked all the same or left to the specialist. Patience is per cell: a silent source holds back
only what rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.request import RequestRow
from contracts.words import IfUndetermined, Outcome, Predicate, Protocol
from gateway.core.answers import read_all
from gateway.core.applicability import Judgement, judge
from gateway.core.calendar import add_working_minutes
from gateway.core.case import OVER, Case, Exchange, ExchangeState, Subject
from gateway.core.facts import find_silent
from gateway.core.law import Law
from gateway.core.questions import build_question
from gateway.core.steps import AskExchanges, OpenInquiry, PlannedPart, RegisterPackage, Step, WakeAt
from gateway.core.subjects import pick_subjects

NO_SUBJECT = "no_subject"
PAPER_PREDICATES = frozenset({Predicate.NOT_MARRIED_ABROAD})
"""Where one of these is false the data exists, but outside the registries: it comes on paper."""
LEFT_TO_SPECIALIST = "facts_undetermined"
NEXT_ROUND = "next_round"
PATIENCE_OVER = "patience_over"


def decide(case: Case, now: datetime, law: Law) -> tuple[Step, ...]:
    """What must be done now: cells to open, or exchanges to ask, or the registration, or one wake-up.

    Empty where the package is registered, and where only people can go on (gateway.core.gaps says who).
    """
    if case.registered_at is not None:
        return ()
    opened, undecided = _open_cells(case, now, law)
    if opened:
        return opened
    due = tuple(x.id for x in case.gather() if x.state is ExchangeState.WAITING and _is_due(x, now))
    if due:
        return (AskExchanges(due),)
    if not undecided and all(answer.closed and not answer.gap for answer in read_all(case)):
        return (RegisterPackage(now),)
    return tuple(_wake(case, now, law))


def schedule_retry(tries: int, retryable: bool, now: datetime, law: Law) -> tuple[ExchangeState, datetime | None]:
    """What becomes of an exchange after its failed ask number `tries` (from 1): another round, or a stop."""
    if not retryable:
        return ExchangeState.STOPPED, None
    minutes = law.rules.numbers("rounds.minutes")
    return ExchangeState.WAITING, now + timedelta(minutes=minutes[min(max(tries, 1), len(minutes)) - 1])


def patience_ends(exchange: Exchange, law: Law) -> datetime | None:
    """Until when a silent source is waited for, in working hours; None where it has not been asked yet."""
    if exchange.since is None:
        return None
    late = law.passports[exchange.passport].protocol is Protocol.SHEP_ASYNC
    minutes = law.rules.number(f"patience.minutes.{'asynchronous' if late else 'synchronous'}")
    return add_working_minutes(exchange.since, minutes, law.rules.hours("working_hours"), law.calendar)


def _open_cells(case: Case, now: datetime, law: Law) -> tuple[tuple[OpenInquiry, ...], bool]:
    """The cells to open now, and whether some cell cannot be judged yet."""
    open_cells = {(inquiry.number, inquiry.subject_ref) for inquiry in case.inquiries}
    steps: list[OpenInquiry] = []
    undecided = False
    for wave in (1, 2):
        for row in case.service.requests:
            if row.wave != wave:
                continue
            for subject in _cells(case, row, law):
                if (row.number, subject.ref if subject else "") in open_cells:
                    continue
                step = _open(case, row, subject, now, law)
                undecided = undecided or step is None
                steps.extend([step] if step else [])
        if wave == 1 and (steps or undecided):
            return tuple(steps), True
    return tuple(steps), undecided


def _cells(case: Case, row: RequestRow, law: Law) -> tuple[Subject | None, ...]:
    return pick_subjects(row.subject, case.subjects, law.rules.number("ages.adult")) or (None,)


def _open(case: Case, row: RequestRow, subject: Subject | None, now: datetime, law: Law) -> OpenInquiry | None:
    """The step that opens a cell, or None while its facts are undetermined and patience runs."""
    if subject is None:
        return OpenInquiry(row.number, "", outcome=Outcome.NOT_APPLICABLE, reason=NO_SUBJECT)
    judgement = judge(case, row, subject, law.rules)
    if judgement.applies is False:
        on_paper = judgement.reason in PAPER_PREDICATES
        outcome = Outcome.ON_PAPER if on_paper else Outcome.NOT_APPLICABLE
        return OpenInquiry(row.number, subject.ref, outcome=outcome, reason=judgement.reason)
    if judgement.applies is None:
        if _is_worth_waiting(case, judgement, subject, now, law):
            return None
        if row.if_undetermined is IfUndetermined.ASK_SPECIALIST:
            return OpenInquiry(row.number, subject.ref, outcome=Outcome.NO_ANSWER, reason=LEFT_TO_SPECIALIST)
    parts = tuple(
        PlannedPart(
            part.key, part.passport, build_question(case, row, subject, law.passports[part.passport], law.rules)
        )
        for part in row.parts
    )
    return OpenInquiry(row.number, subject.ref, parts)


def _is_due(exchange: Exchange, now: datetime) -> bool:
    return exchange.next_try_at is None or exchange.next_try_at <= now


def _is_worth_waiting(case: Case, judgement: Judgement, subject: Subject, now: datetime, law: Law) -> bool:
    """True while a source of a missing fact may still answer of itself and has patience left."""
    silent = (x for fact in judgement.missing for x in find_silent(case, fact, subject))
    return any(x.state is not ExchangeState.STOPPED and _has_patience(x, now, law) for x in silent)


def _has_patience(exchange: Exchange, now: datetime, law: Law) -> bool:
    ends = patience_ends(exchange, law)
    return exchange.state is ExchangeState.WAITING if ends is None else now < ends


def _wake(case: Case, now: datetime, law: Law) -> Iterator[WakeAt]:
    """The next moment at which something changes by itself: a round of tries, or the end of somebody's patience."""
    silent = [x for x in case.gather() if x.state not in OVER]
    moments = [(x.next_try_at, NEXT_ROUND) for x in silent if x.state is ExchangeState.WAITING and x.next_try_at]
    moments += [(ends, PATIENCE_OVER) for x in silent if (ends := patience_ends(x, law)) is not None and ends > now]
    if moments:
        yield WakeAt(*min(moments))
