"""Legal terms are counted by the law: the day of the event is not counted, terms skip or roll, T0 waits for opening."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

import pytest

from contracts.legal.calendar import load_calendar
from gateway.core.calendar import (
    ALMATY,
    add_calendar_days,
    add_days,
    add_working_days,
    end_of_working_day,
    full_years,
    is_provisional,
    is_working_day,
    local_day,
    moment_of_acceptance,
    next_slot,
    opens_at,
    quarter_before,
    roll,
)
from gateway.core.working_hours import add_working_minutes
from tests.shared import shared_path

CALENDAR = load_calendar()
HOURS = (time(9), time(18))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


@pytest.mark.parametrize(
    ("start", "fifteen", "eighteen", "thirty", "two"),
    [
        ("2025-01-02", "2025-01-24", "2025-01-29", "2025-02-03", "2025-01-06"),
        ("2026-03-02", "2026-03-27", "2026-04-01", "2026-04-01", "2026-03-04"),
        ("2026-10-05", "2026-10-27", "2026-10-30", "2026-11-04", "2026-10-07"),
    ],
)
def test_terms_end_where_the_published_vectors_say(
    start: str, fifteen: str, eighteen: str, thirty: str, two: str
) -> None:
    day = date.fromisoformat(start)
    ends = [add_working_days(day, n, CALENDAR) for n in (15, 18, 2)]
    assert [end.isoformat() for end in ends] == [fifteen, eighteen, two]
    assert add_calendar_days(day, 30, CALENDAR).isoformat() == thirty


@pytest.mark.parametrize(("year", "days"), [(2025, 246), (2026, 247)])
def test_a_year_has_as_many_working_days_as_the_published_calendar(year: int, days: int) -> None:
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    assert sum(is_working_day(first + timedelta(days=n), CALENDAR) for n in range(length)) == days


def test_the_months_of_2026_have_the_published_numbers_of_working_days() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    months = [sum(is_working_day(d, CALENDAR) for d in days if d.month == month) for month in range(1, 13)]
    assert months == [19, 20, 18, 22, 17, 22, 22, 21, 22, 21, 21, 22]


def test_the_packaged_calendar_is_that_of_the_shared_facts() -> None:
    facts = json.loads(shared_path("facts", "calendar.json").read_text(encoding="utf-8"))
    years = [facts[str(year)] for year in sorted(CALENDAR.known_years)]
    off = {day.isoformat() for day in CALENDAR.off if day.year in CALENDAR.known_years}
    assert off == {day for year in years for day in year["off_weekdays"]}
    worked = {day for year in years for day in year["working_weekend_days"]}
    assert {day.isoformat() for day in CALENDAR.working if day.year in CALENDAR.known_years} == worked
    unsure = {text.split()[0] for year in years for text in year.get("unconfirmed", [])}
    assert {day.isoformat() for day in CALENDAR.unconfirmed if day.year in CALENDAR.known_years} == unsure


def test_a_sunday_that_is_worked_is_a_working_day_and_the_day_off_for_it_is_none() -> None:
    assert is_working_day(date(2025, 1, 5), CALENDAR)
    assert not is_working_day(date(2025, 1, 3), CALENDAR)


def test_a_working_day_is_not_rolled_and_a_holiday_goes_to_the_next_working_day() -> None:
    assert roll(date(2026, 3, 20), CALENDAR) == date(2026, 3, 20)
    assert roll(date(2026, 3, 21), CALENDAR) == date(2026, 3, 26)


def test_the_unit_of_a_channel_says_how_its_days_are_counted() -> None:
    start = date(2026, 10, 5)
    assert add_days(start, 30, "calendar_days", CALENDAR) == date(2026, 11, 4)
    assert add_days(start, 15, "working_days", CALENDAR) == date(2026, 10, 27)


def test_a_term_is_provisional_over_an_unconfirmed_day_and_in_a_year_that_is_not_known() -> None:
    assert is_provisional(date(2026, 5, 20), date(2026, 5, 27), CALENDAR)
    assert is_provisional(date(2026, 12, 20), date(2027, 1, 11), CALENDAR)
    assert not is_provisional(date(2026, 5, 28), date(2026, 6, 20), CALENDAR)


@pytest.mark.parametrize(
    ("received", "accepted"),
    [
        ("2026-10-05T09:00", "2026-10-05T09:00"),
        ("2026-10-05T17:59:59", "2026-10-05T17:59:59"),
        ("2026-10-05T18:00", "2026-10-06T09:00"),
        ("2026-10-05T08:59", "2026-10-05T09:00"),
        ("2026-10-02T19:30", "2026-10-05T09:00"),
        ("2026-10-03T12:00", "2026-10-05T09:00"),
        ("2026-10-25T12:00", "2026-10-27T09:00"),
    ],
)
def test_a_filing_outside_working_hours_counts_from_the_next_opening(received: str, accepted: str) -> None:
    assert moment_of_acceptance(at(received), "next_working_day", HOURS, CALENDAR) == at(accepted)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-10-05T09:00", "2026-10-05T09:00"),
        ("2026-10-05T17:59", "2026-10-05T17:59"),
        ("2026-10-05T18:00", "2026-10-06T09:00"),
        ("2026-10-05T08:00", "2026-10-05T09:00"),
        ("2026-10-23T18:00", "2026-10-27T09:00"),
        ("2025-01-05T10:00", "2025-01-05T10:00"),
    ],
)
def test_what_waits_for_working_hours_goes_now_or_at_the_next_opening(moment: str, opening: str) -> None:
    assert opens_at(at(moment), HOURS, CALENDAR) == at(opening)


def test_offices_open_and_close_by_the_time_in_kazakhstan() -> None:
    assert opens_at(datetime.fromisoformat("2026-10-05T13:30:00+00:00"), HOURS, CALENDAR) == at("2026-10-06T09:00")
    assert end_of_working_day(date(2026, 10, 5), HOURS) == datetime.fromisoformat("2026-10-05T13:00:00+00:00")


@pytest.mark.parametrize(
    ("after", "slot"),
    [
        ("2026-10-05T08:00", "2026-10-05T10:00"),
        ("2026-10-05T10:00", "2026-10-05T15:00"),
        ("2026-10-05T14:59", "2026-10-05T15:00"),
        ("2026-10-05T15:00", "2026-10-06T10:00"),
        ("2026-10-23T15:00", "2026-10-27T10:00"),
        ("2026-10-25T23:59", "2026-10-27T10:00"),
    ],
)
def test_the_next_slot_is_strictly_later_and_on_a_working_day(after: str, slot: str) -> None:
    assert next_slot(at(after), (time(15), time(10)), CALENDAR) == at(slot)


def test_without_times_of_day_there_is_no_slot() -> None:
    with pytest.raises(ValueError, match="empty"):
        next_slot(at("2026-10-05T08:00"), (), CALENDAR)


def test_by_the_other_option_a_filing_counts_from_its_own_moment() -> None:
    assert moment_of_acceptance(at("2026-10-03T23:00"), "same_moment", HOURS, CALENDAR) == at("2026-10-03T23:00")


def test_the_day_of_a_moment_is_the_day_in_kazakhstan() -> None:
    assert local_day(datetime.fromisoformat("2026-09-30T18:59:59+00:00")) == date(2026, 9, 30)
    assert local_day(datetime.fromisoformat("2026-09-30T19:00:00+00:00")) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-10-05T10:00", 240, "2026-10-05T14:00"),
        ("2026-10-05T14:00", 240, "2026-10-05T18:00"),
        ("2026-10-05T16:00", 240, "2026-10-06T11:00"),
        ("2026-10-02T17:00", 240, "2026-10-05T12:00"),
        ("2026-10-03T12:00", 60, "2026-10-05T10:00"),
        ("2026-10-23T17:00", 120, "2026-10-27T10:00"),
        ("2026-10-05T07:00", 60, "2026-10-05T10:00"),
        ("2026-10-05T10:00", 540, "2026-10-06T10:00"),
        ("2026-10-05T10:00", 1080, "2026-10-07T10:00"),
    ],
)
def test_working_minutes_stand_still_at_night_at_weekends_and_on_holidays(start: str, minutes: int, end: str) -> None:
    assert add_working_minutes(at(start), minutes, HOURS, CALENDAR) == at(end)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-01", "2025-10-01", "2025-12-31"),
        ("2026-03-31", "2025-10-01", "2025-12-31"),
        ("2026-04-01", "2026-01-01", "2026-03-31"),
        ("2026-06-30", "2026-01-01", "2026-03-31"),
        ("2026-07-01", "2026-04-01", "2026-06-30"),
        ("2026-09-30", "2026-04-01", "2026-06-30"),
        ("2026-10-01", "2026-07-01", "2026-09-30"),
        ("2026-12-31", "2026-07-01", "2026-09-30"),
    ],
)
def test_incomes_are_those_of_the_quarter_before_to_the_day_of_each_edge(day: str, first: str, last: str) -> None:
    assert quarter_before(date.fromisoformat(day)) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-29", 20),
        ("2008-10-05", "2026-10-04", 17),
        ("2008-10-05", "2026-10-05", 18),
        ("2026-10-05", "2026-10-05", 0),
    ],
)
def test_years_are_full_on_the_birthday_and_for_the_29th_of_february_on_the_1st_of_march(
    born: str, on: str, years: int
) -> None:
    assert full_years(date.fromisoformat(born), date.fromisoformat(on)) == years
