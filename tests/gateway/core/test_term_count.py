"""A counted term can be retraced: each skipped day has its reason, and what may still change the end is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.legal.calendar import load_calendar
from gateway.core.calendar import add_days, is_provisional, is_working_day
from gateway.core.term_count import explain_term

CALENDAR = load_calendar()
UNITS = ("working_days", "calendar_days")
starts = st.dates(date(2022, 12, 1), date(2032, 1, 31))
terms = st.integers(1, 400)
units = st.sampled_from(UNITS)


@pytest.mark.parametrize(
    ("start", "days", "unit", "raw_end", "end"),
    [
        ("2025-01-02", 15, "working_days", "2025-01-24", "2025-01-24"),
        ("2025-01-02", 18, "working_days", "2025-01-29", "2025-01-29"),
        ("2025-01-02", 30, "calendar_days", "2025-02-01", "2025-02-03"),
        ("2025-01-02", 2, "working_days", "2025-01-06", "2025-01-06"),
        ("2026-03-02", 15, "working_days", "2026-03-27", "2026-03-27"),
        ("2026-03-02", 18, "working_days", "2026-04-01", "2026-04-01"),
        ("2026-03-02", 30, "calendar_days", "2026-04-01", "2026-04-01"),
        ("2026-03-02", 2, "working_days", "2026-03-04", "2026-03-04"),
        ("2026-10-05", 15, "working_days", "2026-10-27", "2026-10-27"),
        ("2026-10-05", 18, "working_days", "2026-10-30", "2026-10-30"),
        ("2026-10-05", 30, "calendar_days", "2026-11-04", "2026-11-04"),
        ("2026-10-05", 2, "working_days", "2026-10-07", "2026-10-07"),
    ],
)
def test_the_published_vectors_are_counted_in_both_units(
    start: str, days: int, unit: str, raw_end: str, end: str
) -> None:
    count = explain_term(date.fromisoformat(start), days, unit, CALENDAR)
    assert (count.raw_end.isoformat(), count.end.isoformat(), count.provisional) == (raw_end, end, False)


def test_a_day_off_is_told_with_the_source_of_its_year_and_a_worked_sunday_is_not_skipped() -> None:
    skipped = explain_term(date(2025, 1, 2), 3, "working_days", CALENDAR).skipped
    assert [(day.on.day, day.why, day.status) for day in skipped] == [
        (3, "day_off", "decreed"), (4, "weekend", ""), (7, "day_off", "decreed"),
    ]  # fmt: skip
    assert [day.source for day in skipped] == [CALENDAR.years[2025].source, "", CALENDAR.years[2025].source]
    assert not any(day.rolled for day in skipped)


def test_of_calendar_days_only_those_at_the_end_are_skipped_and_they_are_rolled_over() -> None:
    count = explain_term(date(2026, 9, 25), 30, "calendar_days", CALENDAR)
    assert (count.raw_end, count.end) == (date(2026, 10, 25), date(2026, 10, 27))
    assert [(day.on.day, day.why, day.rolled) for day in count.skipped] == [
        (25, "weekend", True),
        (26, "day_off", True),
    ]


def test_an_unconfirmed_day_makes_the_end_provisional_whether_it_is_skipped_or_counted() -> None:
    skipped = explain_term(date(2026, 5, 26), 1, "working_days", CALENDAR)
    assert (skipped.end, skipped.unconfirmed, skipped.unknown_years) == (date(2026, 5, 28), (date(2026, 5, 27),), ())
    assert skipped.provisional
    assert skipped.skipped[0].unconfirmed
    sure = replace(CALENDAR, known_years=CALENDAR.known_years | {2024})
    counted = explain_term(date(2024, 6, 14), 1, "working_days", sure)
    assert (counted.end, counted.unconfirmed) == (date(2024, 6, 17), (date(2024, 6, 16), date(2024, 6, 17)))
    assert counted.provisional


def test_in_years_without_a_calendar_only_weekends_are_skipped_and_the_end_is_provisional() -> None:
    count = explain_term(date(2030, 12, 30), 10_000, "working_days", CALENDAR)
    assert count.end == date(2069, 4, 29)
    assert {day.why for day in count.skipped} == {"weekend"}
    assert count.unknown_years == tuple(range(2030, 2070))


@given(start=starts, days=terms, unit=units)
def test_the_end_is_a_working_day_and_that_which_add_days_counts(start: date, days: int, unit: str) -> None:
    count = explain_term(start, days, unit, CALENDAR)
    assert is_working_day(count.end, CALENDAR)
    assert count.end == add_days(start, days, unit, CALENDAR)
    assert count.provisional == is_provisional(start, count.end, CALENDAR)


@given(start=starts, later=st.integers(0, 30), days=terms, more=st.integers(0, 30), unit=units)
def test_a_later_start_or_a_longer_term_never_ends_earlier(
    start: date, later: int, days: int, more: int, unit: str
) -> None:
    end = explain_term(start, days, unit, CALENDAR).end
    assert end <= explain_term(start + timedelta(days=later), days, unit, CALENDAR).end
    assert end <= explain_term(start, days + more, unit, CALENDAR).end


@given(start=starts, days=terms)
def test_counted_and_skipped_days_are_all_days_after_the_start(start: date, days: int) -> None:
    count = explain_term(start, days, "working_days", CALENDAR)
    assert days + len(count.skipped) == (count.end - start).days
    assert not any(is_working_day(day.on, CALENDAR) for day in count.skipped)


@given(start=starts, days=terms)
def test_rolled_days_reach_from_the_raw_end_to_the_end(start: date, days: int) -> None:
    count = explain_term(start, days, "calendar_days", CALENDAR)
    assert [day.on for day in count.skipped] == [
        count.raw_end + timedelta(days=n) for n in range((count.end - count.raw_end).days)
    ]
    assert all(day.rolled for day in count.skipped)
