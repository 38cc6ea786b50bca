"""The kept page of the national year: written by the command, whole, and with nothing lost."""

from __future__ import annotations

import re

from tests.bench.page import DOCS
from tests.simulation.year.__main__ import HEAD
from tests.simulation.year.report import OUTCOMES

PAGE = (DOCS / "reports" / "simulate-year.md").read_text(encoding="utf-8")
ROWS = {name: int(count.replace(",", "")) for name, count in re.findall(r"^\| ([^|]+) \| ([\d,]+) \|$", PAGE, re.M)}
SILENT = re.findall(r"^\| [a-z]+ \| [\d,]+ \| ([\d,]+) \|$", PAGE, re.M)


def test_the_page_is_what_the_command_writes_and_names_what_it_was_run_with() -> None:
    assert PAGE.startswith(HEAD)
    told = re.findall(r"^\* (\w+): \S", PAGE, re.M)
    assert {"date", "machine", "load", "versions", "command", "size", "batches", "time"} <= set(told)


def test_a_whole_year_came_in_and_all_of_it_came_out() -> None:
    assert ROWS["came in"] == 1_000_000 == sum(ROWS[outcome] for outcome in OUTCOMES)
    assert ROWS["lost"] == 0
    assert "Every promise was kept: 0 lost, 0 days passed in silence, 0 faults." in PAGE


def test_no_day_passed_in_silence_and_it_took_less_than_an_hour() -> None:
    assert SILENT and set(SILENT) == {"0"}
    minutes = re.search(r"^\* time: ([\d.]+) minutes on 2 processes", PAGE, re.M)
    assert minutes and float(minutes[1]) < 60
