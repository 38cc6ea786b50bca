"""`asp-gateway deadline` prints the legal date, and on request how it came about and what may still change it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contracts.legal.calendar import load_calendar
from gateway.cli import main

CALENDAR = load_calendar()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["deadline", *words])


def read_json(*words: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(run(*words, "--json").output)
    return plain


def explain(*words: str) -> list[str]:
    result = run(*words, "--explain")
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        ("2025-01-02", "--working-days 15", "2025-01-24"),
        ("2025-01-02", "--calendar-days 30", "2025-02-03"),
        ("2026-03-02", "--working-days 18", "2026-04-01"),
        ("2026-10-05", "--calendar-days 30", "2026-11-04"),
        ("2026-10-05", "--working-days 2", "2026-10-07"),
    ],
)
def test_the_date_alone_is_printed(start: str, term: str, end: str) -> None:
    result = run("--from", start, *term.split())
    assert (result.exit_code, result.output) == (0, f"{end}\n")


def test_each_skipped_day_is_told_with_its_reason_and_the_year_with_its_source() -> None:
    assert explain("--from", "2025-01-02", "--working-days", "3") == [
        "2025-01-08",
        "2025-01-03 Fri skipped: day off, decreed",
        "2025-01-04 Sat skipped: weekend",
        "2025-01-07 Tue skipped: day off, decreed",
        f"calendar of 2025, decreed: {CALENDAR.years[2025].source}",
        f"calendar version {CALENDAR.version}",
    ]


def test_a_calendar_term_tells_from_where_it_was_rolled() -> None:
    assert explain("--from", "2025-01-02", "--calendar-days", "30") == [
        "2025-02-03",
        "rolled from 2025-02-01, which is not worked",
        "2025-02-01 Sat rolled over: weekend",
        "2025-02-02 Sun rolled over: weekend",
        f"calendar version {CALENDAR.version}",
    ]


def test_a_date_over_an_unconfirmed_day_is_told_to_be_provisional() -> None:
    lines = explain("--from", "2026-05-26", "--working-days", "1")
    assert lines[1:3] == [
        "2026-05-27 Wed skipped: day off, published, not confirmed",
        "provisional: what the calendar says of 2026-05-27 is not confirmed",
    ]
    assert "provisional" not in "\n".join(explain("--from", "2026-05-28", "--working-days", "5"))


def test_a_date_in_years_that_are_estimated_or_absent_is_told_to_be_provisional() -> None:
    lines = explain("--from", "2024-12-01", "--working-days", "10000")
    assert "provisional: the calendar of 2024, 2027-2030 is only estimated" in lines
    assert "provisional: there is no calendar of 2031-2063, only weekends are skipped" in lines
    assert f"calendar of 2029, estimated: {CALENDAR.years[2029].source}" in lines
    early = explain("--from", "2020-03-01", "--calendar-days", "30")
    assert "provisional: there is no calendar of 2020, only weekends are skipped" in early


def test_as_json_the_date_has_all_that_made_it() -> None:
    plain = read_json("--from", "2026-09-25", "--calendar-days", "30")
    skipped = plain.pop("skipped")
    assert plain == {
        "from": "2026-09-25",
        "unit": "calendar_days",
        "days": 30,
        "date": "2026-10-27",
        "raw_date": "2026-10-25",
        "provisional": False,
        "unknown_years": [],
        "unconfirmed": [],
        "calendar_version": CALENDAR.version,
    }
    weekend = {"why": "weekend", "rolled": True, "status": "", "source": "", "unconfirmed": False}
    day_off = weekend | {"why": "day_off", "status": "published", "source": CALENDAR.years[2026].source}
    assert skipped == [{"on": "2026-10-25"} | weekend, {"on": "2026-10-26"} | day_off]


def test_a_calendar_of_a_deployment_counts(tmp_path: Path) -> None:
    (tmp_path / "legal").mkdir()
    year = 'version = "own"\n[[year]]\nyear = 2026\nstatus = "decreed"\nsource = "s"\noff = [2026-10-06]\n'
    (tmp_path / "legal" / "calendar.toml").write_text(year, encoding="utf-8")
    words = ("--from", "2026-10-05", "--working-days", "1", "--passports", str(tmp_path))
    assert run(*words).output == "2026-10-07\n"
    assert read_json(*words)["calendar_version"].startswith(f"{CALENDAR.version.split()[0]}+own ")
    (tmp_path / "legal" / "calendar.toml").write_text("year = ", encoding="utf-8")
    assert_refused(run(*words), "catalogue-invalid")


def assert_refused(result: Result, code: str = "setting-invalid") -> None:
    assert result.exit_code == 2
    assert result.output.startswith(f"{code}: "), result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--from 2026-10-05",
        "--working-days 3",
        "--from 2026-10-05 --working-days 3 --calendar-days 3",
        "--from 2026-10-05 --working-days 0",
        "--from 2026-10-05 --calendar-days -1",
        "--from 2026-10-05 --working-days 10001",
        "--from 2026-10-05 --calendar-days 99999999999999999999",
        "--from 2026-10-05 --working-days three",
        "--from 2026-02-30 --working-days 3",
        "--from 05.10.2026 --working-days 3",
        "--from 2026-10-05T10:00 --working-days 3",
        "--from 9999-12-20 --working-days 30",
        "--from 9999-12-20 --calendar-days 30",
        "--from 2026-10-05 --working-days 3 --passports /none",
        "--from 2026-10-05 --working-days 3 more",
        "--from 2026-10-05 --workdays 3",
    ],
)
def test_a_mistake_of_use_is_one_line(words: str) -> None:
    assert_refused(run(*words.split()))
