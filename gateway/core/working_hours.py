"""Working time: counting in working minutes, opening and closing of the office, fixed times of working days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from contracts.legal.calendar import CalendarData
from gateway.core.calendar import ALMATY, is_working_day

Hours = tuple[time, time]


def add_working_minutes(start: datetime, minutes: int, hours: Hours, calendar: CalendarData) -> datetime:
    """The moment when so many working minutes have passed; time outside working hours does not count."""
    opening, closing = hours
    moment = start.astimezone(ALMATY)
    left = timedelta(minutes=minutes)
    while True:
        day = moment.date()
        opens, closes = datetime.combine(day, opening, ALMATY), datetime.combine(day, closing, ALMATY)
        if is_working_day(day, calendar) and moment < closes:
            begin = max(moment, opens)
            if begin + left <= closes:
                return begin + left
            left -= closes - begin
        moment = datetime.combine(day + timedelta(days=1), opening, ALMATY)


def take_working_minutes(end: datetime, minutes: int, hours: Hours, calendar: CalendarData) -> datetime:
    """The moment before `end` from which so many working minutes are left until it."""
    opening, closing = hours
    moment = end.astimezone(ALMATY)
    left = timedelta(minutes=minutes)
    while True:
        day = moment.date()
        opens, closes = datetime.combine(day, opening, ALMATY), datetime.combine(day, closing, ALMATY)
        if is_working_day(day, calendar) and moment > opens:
            finish = min(moment, closes)
            if finish - left >= opens:
                return finish - left
            left -= finish - opens
        moment = datetime.combine(day - timedelta(days=1), closing, ALMATY)


def opens_at(moment: datetime, hours: Hours, calendar: CalendarData) -> datetime:
    """The moment itself inside working hours, else the next opening."""
    return add_working_minutes(moment, 0, hours, calendar) if _is_shut(moment, hours, calendar) else moment


def closes_at(day: date, hours: Hours) -> datetime:
    """The last moment of a working day."""
    return datetime.combine(day, hours[1], ALMATY)


def next_slot(after: datetime, times: tuple[time, ...], calendar: CalendarData) -> datetime:
    """The next of these times of day on a working day, strictly after a moment."""
    day = after.astimezone(ALMATY).date()
    while True:
        if is_working_day(day, calendar):
            for at in sorted(times):
                slot = datetime.combine(day, at, ALMATY)
                if slot > after:
                    return slot
        day += timedelta(days=1)


def _is_shut(moment: datetime, hours: Hours, calendar: CalendarData) -> bool:
    local = moment.astimezone(ALMATY)
    return not (is_working_day(local.date(), calendar) and hours[0] <= local.time() < hours[1])
