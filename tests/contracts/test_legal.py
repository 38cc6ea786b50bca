"""Legal rules and the calendar are dated data: complete, switchable where unsure, and refused where they contradict."""

from __future__ import annotations

from datetime import date, time

import pytest

from contracts import iin
from contracts.errors import CatalogueInvalid
from contracts.legal.calendar import Year, load_calendar
from contracts.legal.rules import Rule, load_rules
from contracts.tables import PACKAGED, read_toml

TODAY = date(2026, 10, 5)
CALENDAR_FILE, RULES_FILE = PACKAGED / "legal" / "calendar.toml", PACKAGED / "legal" / "rules.toml"
YEARS = [Year.model_validate(row) for row in read_toml(CALENDAR_FILE)["year"]]
RULES = [Rule.model_validate(row) for row in read_toml(RULES_FILE)["rule"]]
SATURDAY = 5


@pytest.mark.parametrize("year", YEARS, ids=lambda year: str(year.year))
def test_days_off_are_weekdays_of_their_year_and_worked_days_are_weekend_days(year: Year) -> None:
    assert all(day.year == year.year and day.weekday() < SATURDAY for day in year.off)
    assert all(day.year == year.year and day.weekday() >= SATURDAY for day in year.working)
    assert all(day.year == year.year for day in year.unconfirmed)
    assert len(set(year.off)) == len(year.off)


def test_the_calendar_says_which_years_it_knows_and_what_is_not_confirmed() -> None:
    calendar = load_calendar()
    assert calendar.known_years == {2025, 2026}
    assert {day for day in calendar.unconfirmed if day.year in calendar.known_years} == {date(2026, 5, 27)}
    assert date(2025, 1, 3) in calendar.off
    assert date(2025, 1, 5) in calendar.working


def test_each_year_that_a_case_may_touch_has_a_status_and_a_source() -> None:
    years = load_calendar().years
    assert {number: year.status for number, year in years.items()} == {
        2023: "estimated", 2024: "estimated", 2025: "decreed", 2026: "published",
        2027: "estimated", 2028: "estimated", 2029: "estimated", 2030: "estimated",
    }  # fmt: skip
    assert all(year.source for year in years.values())


def test_in_each_year_whose_kurban_ait_is_not_announced_a_day_is_unconfirmed() -> None:
    doubtful = {day.year for day in load_calendar().unconfirmed}
    assert doubtful == {2024, 2026, 2027, 2028, 2029, 2030}
    assert {date(2024, 6, 16), date(2024, 6, 17)} <= load_calendar().unconfirmed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.id}-{rule.valid_from}")
def test_each_rule_is_one_of_its_options_and_what_rests_on_a_guess_has_another(rule: Rule) -> None:
    assert rule.value in rule.options
    assert rule.clause
    assert rule.source
    if rule.confidence < 4:
        assert len(rule.options) >= 2, "what is unsure is switchable"


def test_every_rule_can_be_read_as_what_it_is() -> None:
    rules = load_rules("asp", TODAY)
    assert rules.hours("working_hours") == (time(9), time(18))
    assert rules.numbers("rounds.minutes") == (1, 5, 15, 30, 60)
    assert rules.number("ages.adult") == 18
    assert rules.word("acceptance.outside_hours") == "next_working_day"
    assert rules.version


def test_a_rule_that_is_not_there_or_is_of_another_kind_is_refused() -> None:
    rules = load_rules("asp", TODAY)
    for read, rule_id in ((rules.value, "no.such"), (rules.number, "working_hours"), (rules.numbers, "working_hours")):
        with pytest.raises(CatalogueInvalid, match=r"rule"):
            read(rule_id)


def test_no_rule_is_in_force_before_its_day() -> None:
    assert load_rules("asp", date(2023, 6, 30)).by_id == {}


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("900101300017", ""),
        ("900101300018", "iin-check-digit"),
        ("90010130001", "iin-format"),
        ("90010130001a", "iin-format"),
        ("９00101300017", "iin-format"),
        ("", "iin-format"),
    ],
)
def test_the_fault_of_an_iin_is_named(number: str, fault: str) -> None:
    assert iin.find_fault(number) == fault


def with_check_digit(first_eleven: str) -> str:
    return f"{first_eleven}{iin.calc_check_digit(first_eleven)}"


def test_a_birth_date_that_is_none_is_a_fault_and_a_foreigner_s_is_not_read() -> None:
    assert iin.find_fault(with_check_digit("90023030001")) == "iin-birth-date"
    assert iin.find_fault(with_check_digit("90010190001")) == "iin-birth-date"
    assert iin.find_fault(with_check_digit("90010100001")) == ""
    assert iin.birth_date(with_check_digit("90010100001")) is None
    assert iin.sex(with_check_digit("90010100001")) is None


@pytest.mark.parametrize(
    ("century", "year", "sex"),
    [
        (1, 1890, "male"),
        (2, 1890, "female"),
        (3, 1990, "male"),
        (4, 1990, "female"),
        (5, 2090, "male"),
        (6, 2090, "female"),
    ],
)
def test_the_seventh_digit_tells_century_and_sex(century: int, year: int, sex: str) -> None:
    number = f"900101{century}00017"
    assert iin.birth_date(number) == date(year, 1, 1)
    assert iin.sex(number) == sex


def test_a_number_that_gives_ten_twice_is_never_issued() -> None:
    never = [f"9001013{n:04d}" for n in range(10_000) if iin.calc_check_digit(f"9001013{n:04d}") is None]
    assert never
    assert all(iin.find_fault(f"{first}{digit}") == "iin-check-digit" for first in never[:20] for digit in range(10))


def test_a_masked_iin_shows_four_digits_at_most() -> None:
    assert iin.mask("900101300017") == "90********17"
    assert iin.mask("short") == "************"
