"""Before a refusal: a preliminary decision, a hearing and its earliest day (Administrative Procedural Code art. 73)."""

from __future__ import annotations

from datetime import date

from gateway.core.calendar import add_working_days
from gateway.core.law import Law
from gateway.core.proceedings import Decision

REQUIRED = "required"


def earliest_hearing(told_on: date, law: Law) -> date:
    """The first day on which a hearing may be held that the applicant is told of on a day, which does not count."""
    return add_working_days(told_on, law.rules.number("hearing.working_days"), law.calendar)


def may_refuse(decision: Decision, law: Law) -> bool:
    """True where a refusal has nothing before it any more: its hearing was held, or none is needed."""
    return decision.hearing_held_at is not None or law.rules.word("refusal.hearing") != REQUIRED
