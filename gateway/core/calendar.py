"""Counting of legal terms: working days, calendar days that roll, and the moment from which a filing counts.

The day of the event is not counted (Civil Code art. 173); a calendar term that ends on a non-working day ends on
the next working day (art. 175). The whole country keeps UTC+5.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from contracts.legal.calendar import CalendarData
from gateway.core.working_days import count_working_days, is_worked

ALMATY = timezone(timedelta(hours=5), "UTC+5")


def is_working_day(day: date, calendar: CalendarData) -> bool:
    return is_worked(day, calendar)


def roll(day: date, calendar: CalendarData) -> date:
    """The day itself where it is worked, else the next working day."""
    counted = count_working_days(calendar).find(day, 0)
    if counted is not None:
        return counted
    while not is_worked(day, calendar):
        day += timedelta(days=1)
    return day


def add_working_days(start: date, days: int, calendar: CalendarData) -> date:
    """The last day of a term of working days; the start is not counted."""
    if days <= 0:
        return start
    counted = count_working_days(calendar).find(start + timedelta(days=1), days - 1)
    if counted is not None:
        return counted
    day = start
    for _ in range(days):
        day = roll(day + timedelta(days=1), calendar)
    return day


def add_calendar_days(start: date, days: int, calendar: CalendarData) -> date:
    """The last day of a term of calendar days, rolled to a working day."""
    return roll(start + timedelta(days=days), calendar)


def add_days(start: date, days: int, unit: str, calendar: CalendarData) -> date:
    return (add_working_days if unit == "working_days" else add_calendar_days)(start, days, calendar)


def is_provisional(start: date, end: date, calendar: CalendarData) -> bool:
    """True where the term runs through a year that is only estimated, or over a day that is not confirmed."""
    return bool(find_unknown_years(start, end, calendar) or find_unconfirmed(start, end, calendar))


def find_unknown_years(start: date, end: date, calendar: CalendarData) -> tuple[int, ...]:
    """The years between two days, theirs included, that the calendar only estimates or does not have."""
    return tuple(year for year in range(start.year, end.year + 1) if year not in calendar.known_years)


def find_unconfirmed(start: date, end: date, calendar: CalendarData) -> tuple[date, ...]:
    """The days between two days, themselves included, of which what the calendar says may still change."""
    return tuple(sorted(day for day in calendar.unconfirmed if start <= day <= end))


def local_day(moment: datetime) -> date:
    return moment.date() if moment.tzinfo is ALMATY else moment.astimezone(ALMATY).date()


def moment_of_acceptance(
    received: datetime, outside_hours: str, hours: tuple[time, time], calendar: CalendarData
) -> datetime:
    """T0: the moment itself inside working hours, else the next opening (rule acceptance.outside_hours)."""
    return received.astimezone(ALMATY) if outside_hours == "same_moment" else opens_at(received, hours, calendar)


def opens_at(moment: datetime, hours: tuple[time, time], calendar: CalendarData) -> datetime:
    """The moment itself within working hours, else the next opening."""
    local = moment.astimezone(ALMATY)
    opening, closing = hours
    if is_working_day(local.date(), calendar):
        if opening <= local.time() < closing:
            return local
        if local.time() < opening:
            return datetime.combine(local.date(), opening, ALMATY)
    return datetime.combine(roll(local.date() + timedelta(days=1), calendar), opening, ALMATY)


def end_of_day(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time(23, 59, 59), ALMATY)


def end_of_working_day(day: date, hours: tuple[time, time]) -> datetime:
    """The moment when offices close on that day, be it a working day or not."""
    return datetime.combine(day, hours[1], ALMATY)


def next_slot(after: datetime, times: tuple[time, ...], calendar: CalendarData) -> datetime:
    """The next of these times of a working day, in local time, strictly later; ValueError where there are no times."""
    local = after.astimezone(ALMATY)
    first = roll(local.date(), calendar)
    days = (first, roll(first + timedelta(days=1), calendar))
    slots = [datetime.combine(day, at, ALMATY) for day in days for at in times]
    return min(slot for slot in slots if slot > local)


def quarter_before(day: date) -> tuple[date, date]:
    """First and last day of the quarter before the quarter of `day`."""
    first_month = 3 * ((day.month - 1) // 3) + 1
    end = date(day.year, first_month, 1) - timedelta(days=1)
    return date(end.year, end.month - 2, 1), end


def full_years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
