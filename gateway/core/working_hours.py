"""Working time: so many working minutes after a moment, and before one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import lru_cache, partial

from contracts.legal.calendar import CalendarData
from gateway.core.calendar import ALMATY, is_working_day, roll
from gateway.core.known import once_for_each

Hours = tuple[time, time]
_MOST = 1024
"""Moments at hand of one calendar."""


def add_working_minutes(start: datetime, minutes: int, hours: Hours, calendar: CalendarData) -> datetime:
    """The moment when so many working minutes have passed; time outside working hours does not count."""
    return _find_adding(calendar)(start, minutes, hours)


@once_for_each
def _find_adding(calendar: CalendarData) -> Callable[[datetime, int, Hours], datetime]:
    """What was counted lately is remembered: the sources of a family are asked, and waited for, together."""
    return lru_cache(_MOST)(partial(_add_working_minutes, calendar))


def _add_working_minutes(calendar: CalendarData, start: datetime, minutes: int, hours: Hours) -> datetime:
    opening, closing = hours
    moment = start.astimezone(ALMATY)
    left = timedelta(minutes=minutes)
    while True:
        day = roll(moment.date(), calendar)
        begin = max(moment, datetime.combine(day, opening, ALMATY))
        closes = datetime.combine(day, closing, ALMATY)
        if begin < closes:
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
