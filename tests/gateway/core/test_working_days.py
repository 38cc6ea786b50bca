"""Counted working days are those that one finds by looking at day after day, inside the counted years and past them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from contracts.legal.calendar import CalendarData, load_calendar
from gateway.core.calendar import add_working_days, is_working_day, roll

CALENDAR = load_calendar()
UNTOLD = CalendarData("untold", {}, frozenset(), frozenset(), frozenset(), frozenset())
FIRST, LAST = min(CALENDAR.years), max(CALENDAR.years)


def walk(start: date, days: int, calendar: CalendarData) -> date:
    for _ in range(days):
        start += timedelta(days=1)
        while not is_working_day(start, calendar):
            start += timedelta(days=1)
    return start


def list_starts() -> Iterator[date]:
    """Each day of the told years, and days around the ends of those that are counted."""
    yield from (date(FIRST, 1, 1) + timedelta(days=n) for n in range((date(LAST + 1, 1, 1) - date(FIRST, 1, 1)).days))
    for year in (FIRST - 3, FIRST - 2, LAST + 2, LAST + 3, LAST + 60):
        yield from (date(year, 1, 1) + timedelta(days=n) for n in range(-40, 40))


@pytest.mark.parametrize("calendar", [CALENDAR, UNTOLD], ids=["told", "untold"])
def test_terms_and_rolls_are_those_of_looking_day_by_day(calendar: CalendarData) -> None:
    for start in list_starts():
        for days in (0, 1, 2, 3, 15):
            assert add_working_days(start, days, calendar) == walk(start, days, calendar), (start, days)
        assert roll(start, calendar) == walk(start - timedelta(days=1), 1, calendar), start
