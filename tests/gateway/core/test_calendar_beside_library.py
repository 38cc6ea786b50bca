"""Our calendar and that of the library `holidays` say the same of each day, but for the differences that are listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import holidays
import pytest

from contracts.legal.calendar import CalendarData, load_calendar
from gateway.core.calendar import is_working_day

CALENDAR = load_calendar()
YEARS = range(2023, 2031)
LIBRARY = holidays.country_holidays("KZ", years=YEARS, language="en_US")

KNOWN = {
    date(2024, 6, 16): "Kurban Ait: sure in the library; news of the time have the Monday after it off",
    date(2024, 6, 17): "worked in both; we are not sure of it, because of the same news",
}
"""By day: in what the two differ, and why we keep to ours."""


def days() -> Iterator[date]:
    first, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def find_differences(calendar: CalendarData) -> set[date]:
    """The days of which the two differ: whether they are worked, or whether that is sure."""
    return {
        day
        for day in days()
        if (is_working_day(day, calendar), day in calendar.unconfirmed)
        != (LIBRARY.is_working_day(day), "estimated" in LIBRARY.get(day, ""))
    }


def test_no_day_differs_but_those_that_are_listed_and_each_of_them_does() -> None:
    found = find_differences(CALENDAR)
    assert found - set(KNOWN) == set(), "not listed"
    assert set(KNOWN) - found == set(), "listed, and gone"


@pytest.mark.parametrize("day", [date(2025, 1, 3), date(2027, 3, 15), date(2030, 12, 16)])
def test_a_day_off_that_we_forget_is_found(day: date) -> None:
    assert day in find_differences(replace(CALENDAR, off=CALENDAR.off - {day}))


def test_a_doubt_or_a_worked_weekend_that_we_forget_is_found() -> None:
    assert find_differences(replace(CALENDAR, unconfirmed=frozenset())) - set(KNOWN) == {
        day for day in CALENDAR.unconfirmed if day.year != 2024
    }
    assert find_differences(replace(CALENDAR, working=frozenset())) - set(KNOWN) == CALENDAR.working


def test_every_year_that_we_tell_is_compared() -> None:
    assert set(CALENDAR.years) == set(YEARS)
