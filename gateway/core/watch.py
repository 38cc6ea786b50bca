"""The watch over terms: each is shown to the specialist before its end, and recorded where it passes undone.

No legal date passes silently: what is past and not done is marked with its rule, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gateway.core.calendar import (
    ALMATY,
    add_working_days,
    end_of_day,
    end_of_working_day,
    is_working_day,
    local_day,
)
from gateway.core.case import Case
from gateway.core.dates import OF_EXTENSION
from gateway.core.law import Law
from gateway.core.notices import is_satisfied, rule_of
from gateway.core.proceedings import DateKind, LetterState
from gateway.core.steps import MarkTerm, Why
from gateway.core.terms import count_complaint, promised_day
from gateway.core.working_hours import take_working_minutes

TERMS = "terms"
"""Among what a case remembers."""


@dataclass(frozen=True)
class Term:
    """Something that must be done by the end of a day."""

    key: str
    on: date
    warn_at: datetime
    why: Why

    @property
    def passes_at(self) -> datetime:
        return end_of_day(self.on) + timedelta(seconds=1)


def mark_terms(case: Case, now: datetime, law: Law) -> tuple[MarkTerm, ...]:
    """The marks that are due and not made yet."""
    marks = case.proceedings.marks
    return tuple(
        MarkTerm(mark, passed, term.on, term.why)
        for term in list_terms(case, law)
        for mark, passed, at in _marks(term)
        if at <= now and mark not in marks
    )


def list_marks(case: Case, law: Law) -> Iterator[datetime]:
    """When the marks that are not made yet fall due."""
    for term in list_terms(case, law):
        yield from (at for mark, _, at in _marks(term) if mark not in case.proceedings.marks)


def list_terms(case: Case, law: Law) -> tuple[Term, ...]:
    """Every term that runs and is not met."""
    known: tuple[Law, tuple[Term, ...]] | None = case.memo.get(TERMS)
    if known is None or known[0] is not law:
        known = case.memo[TERMS] = law, tuple(_list_terms(case, law))
    return known[1]


def _list_terms(case: Case, law: Law) -> Iterator[Term]:
    yield from _of_letters(case, law)
    yield from _of_notices(case, law)
    if not case.is_over:
        yield from _of_course(case, law)
    for complaint in case.proceedings.complaints:
        if complaint.answered_at is None:
            on = count_complaint(complaint.registered_at, complaint.answer_by, law).on
            yield Term(
                f"complaint-{complaint.n}", on, _days_before(on, law), law.why("complaint.days", "complaint.unit")
            )


def _marks(term: Term) -> tuple[tuple[str, bool, datetime], ...]:
    return (f"near:{term.key}:{term.on}", False, term.warn_at), (f"passed:{term.key}:{term.on}", True, term.passes_at)


def _of_letters(case: Case, law: Law) -> Iterator[Term]:
    """A draft that nobody signs, and a signed letter that nobody sends, are shown at the end of their last day."""
    hours, days = law.rules.hours("working_hours"), law.rules.number("letter.escalate_working_days")
    waiting = {LetterState.DRAFTED, LetterState.SIGNED} if not case.is_over else set()
    for letter in case.proceedings.letters:
        if letter.state in waiting:
            since = letter.signed_at if letter.state is LetterState.SIGNED else None
            key = f"letter-{letter.n}-sending" if since else f"letter-{letter.n}"
            on = add_working_days(local_day(since or letter.drafted_at), days, law.calendar)
            yield Term(key, on, end_of_working_day(on, hours), law.why("letter.escalate_working_days"))


def _of_notices(case: Case, law: Law) -> Iterator[Term]:
    hours = law.rules.hours("working_hours")
    minutes = law.rules.number("notice.warn_working_minutes")
    for notice in case.proceedings.notices:
        if not is_satisfied(notice, law):
            warn_at = take_working_minutes(end_of_working_day(notice.deliver_by, hours), minutes, hours, law.calendar)
            yield Term(f"notice-{notice.n}", notice.deliver_by, warn_at, law.why(rule_of(notice.kind)))


def _of_course(case: Case, law: Law) -> Iterator[Term]:
    """The dates that were told, and the promised one while nothing later was told."""
    told = {kind: case.proceedings.date(kind) for kind in DateKind}
    until = told[DateKind.EXTENSION_UNTIL]
    # An extension may move a term that was told as due: of the two kinds the one that was told last counts.
    # Once the package is registered nothing is "no later than" any more: there is a day on which it is due.
    kinds = (DateKind.DUE,) if case.registered_at is not None else (DateKind.DUE, DateKind.NO_LATER_THAN)
    results = [one for kind in kinds if (one := told[kind]) is not None]
    latest = max(results, key=lambda one: one.batch, default=None)
    if until is not None and case.registered_at is None:
        yield Term("extension", until.on, _days_before(until.on, law), law.why("extension.days", *OF_EXTENSION))
    if latest is not None:
        yield Term(latest.kind.value, latest.on, _days_before(latest.on, law), _why_term(case, law))
    elif (on := promised_day(case, law)) is not None:
        yield Term("promised", on, _days_before(on, law), _why_term(case, law))
    decision = case.proceedings.decision
    if decision.hearing_on is not None and decision.hearing_held_at is None:
        on = decision.hearing_on
        yield Term("hearing", on, _days_before(on, law), law.why("hearing.working_days"))


def _why_term(case: Case, law: Law) -> Why:
    channel = case.service.channel(case.channel)
    clause, assumed = (channel.clause, channel.confidence < 4) if channel else ("", True)
    return Why(f"channel.{case.channel}", clause, law.rules.version, assumed)


def _days_before(on: date, law: Law) -> datetime:
    """The morning of the day from which so many working days are left."""
    day = on
    for _ in range(law.rules.number("term.warn_working_days")):
        day -= timedelta(days=1)
        while not is_working_day(day, law.calendar):
            day -= timedelta(days=1)
    return datetime.combine(day, law.rules.hours("working_hours")[0], ALMATY)
