"""Before a refusal: a preliminary decision, a hearing and its earliest day (Administrative Procedural Code art. 73).

A hearing that nobody held on its day is set anew; each day that is set is told of by a notice of its own.
"""

from __future__ import annotations

from datetime import date, timedelta

from gateway.core.calendar import add_working_days, is_working_day, local_day
from gateway.core.law import Law
from gateway.core.notices import find_reached, name_hearing_notice
from gateway.core.proceedings import Decision, Proceedings

REQUIRED = "required"
NOTICE_DELIVERED = "notice_delivered"
FURTHEST = timedelta(days=60)
"""Further ahead no hearing is set: such a day is a slip of the pen, and would hold the case up."""


def earliest_hearing(told_on: date, law: Law) -> date:
    """The first day on which a hearing may be held that the applicant is told of on a day, which does not count."""
    return add_working_days(told_on, law.rules.number("hearing.working_days"), law.calendar)


def find_told(course: Proceedings, law: Law) -> date | None:
    """The day from which the days before the hearing count; None while it has not come."""
    hearing = course.decision.hearings[-1] if course.decision.hearings else None
    set_at = hearing.set_at if hearing else course.decision.preliminary_at
    if set_at is None:
        return None
    if law.rules.word("hearing.counted_from") != NOTICE_DELIVERED:
        return local_day(set_at)
    key = name_hearing_notice(hearing.n if hearing else 1)
    reached = [at for notice in course.notices if notice.key == key and (at := find_reached(notice, law)) is not None]
    return local_day(min(reached)) if reached else None


def earliest_holding(course: Proceedings, law: Law) -> date | None:
    """The first day on which the hearing that is set may be held; None while the applicant has not been told of it."""
    told_on = find_told(course, law)
    return earliest_hearing(told_on, law) if told_on is not None else None


def may_set_anew(course: Proceedings, today: date, law: Law) -> bool:
    """True where the hearing was missed, or the applicant was told of it too late for its day."""
    decision = course.decision
    if decision.hearing_on is None or decision.hearing_held_at is not None:
        return False
    if not is_working_day(decision.hearing_on, law.calendar):
        # The calendar has changed since it was set.
        return True
    earliest = earliest_holding(course, law)
    return decision.hearing_on < today or (earliest is not None and decision.hearing_on < earliest)


def may_refuse(decision: Decision, law: Law) -> bool:
    """True where a refusal has nothing before it any more: its hearing was held, or none is needed."""
    return decision.hearing_held_at is not None or law.rules.word("refusal.hearing") != REQUIRED
