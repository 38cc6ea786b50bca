"""The tables of kept runs are what the runs say, a verdict names the floor that it is of, a run names its commit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.bench import kept_tables
from tests.bench.keeping import describe_commit, keep, name_version, read_sections
from tests.bench.kept_targets import MOCKS, show_spread, tabulate
from tests.bench.measuring import Ratio, Section, Series
from tests.bench.mocks.names import FLOOR, OURS, OWN
from tests.bench.targets import Found, judge

RUN = {"date": "2026-11-27", "machine": "one", "load": "0", "versions": "Python", "programs": "", "form": "1 round"}


def replies(**rates: float) -> Section:
    names = {"ours": OURS, "floor": FLOOR, "own": OWN}
    series = tuple(Series(names[key], "a second", (rate,)) for key, rate in rates.items())
    return Section("replies", "Unsigned replies", series, ())


@pytest.mark.parametrize("name", kept_tables.TABLES)
def test_the_tables_of_the_page_are_those_of_the_kept_run(name: str) -> None:
    report = json.loads(kept_tables.report_file(name).read_text(encoding="utf-8"))
    page = kept_tables.PAGE.read_text(encoding="utf-8")
    assert kept_tables.render(name, report, page) == page, "python -m tests.bench.kept_tables writes it again"


@pytest.mark.parametrize("name", kept_tables.TABLES)
def test_a_kept_run_names_its_machine_its_versions_and_its_commit(name: str) -> None:
    report = json.loads(kept_tables.report_file(name).read_text(encoding="utf-8"))
    assert all(report[word] for word in ("date", "machine", "load", "versions", "programs", "commit", "form"))
    assert "quick" not in report["form"]


def test_a_page_without_the_marks_of_a_run_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the figures of mocks"):
        kept_tables.render("mocks", {}, "# Nothing\n")


def test_only_what_stands_between_the_marks_of_the_run_is_written() -> None:
    begin = "<!-- figures of docs/reports/mocks.json -->"
    other = f"<!-- figures of docs/reports/bench.json -->\nold\n{kept_tables.END}\n"
    report = {**RUN, "commit": "abc", "sections": [replies(ours=1.0, floor=2.0, own=4.0).as_data()]}
    page = kept_tables.render("mocks", report, f"{other}a\n{begin}\nold\n{kept_tables.END}\nz\n{other}")
    assert page.startswith(f"{other}a\n{begin}\nMeasured on 2026-11-27 (1 round; commit abc): one;")
    assert page.endswith(f"{kept_tables.END}\nz\n{other}")
    assert "| Unsigned replies: a second | 1.00 | 2.00 | 4.00 |" in page


def measured(section: Section) -> list[Found]:
    return [one for one in judge([section], MOCKS) if one.values]


@pytest.mark.parametrize(("load", "told"), [("0.20 3.00 5.00", False), ("4.00 1.00 0.20", True)])
def test_figures_of_a_machine_that_was_not_quiet_say_so(load: str, told: bool) -> None:
    report = {**RUN, "commit": "abc", "load": load, "sections": [replies(ours=1.0).as_data()]}
    assert ("not quiet" in kept_tables.write_tables("mocks", report)) == told


@pytest.mark.parametrize(
    ("floor", "own", "verdict"),
    [
        (100.0, 1000.0, "holds beside waitress, falls short beside its own server"),
        (100.0, 110.0, "holds beside waitress, holds beside its own server"),
        (500.0, 1000.0, "falls short beside waitress, falls short beside its own server"),
    ],
)
def test_a_target_of_two_floors_names_both_in_its_verdict(floor: float, own: float, verdict: str) -> None:
    head, row = tabulate(measured(replies(ours=90.0, floor=floor, own=own)))
    told = dict(zip(head, row, strict=True))
    assert told["verdict"] == verdict
    assert told["beside"] == f"waitress {floor:.0f}; its own server {own:.0f}"


def test_a_floor_without_what_stands_on_it_is_not_measured() -> None:
    floor = Section("replies", "", (Series(FLOOR, "a second", (100.0,)),), ())
    rows = tabulate(judge([floor], MOCKS))
    assert ("unsigned replies / bare path", "not measured beside waitress, not measured beside its own server") in [
        (row[0], row[-1]) for row in rows
    ]


def test_columns_that_nothing_stands_in_are_left_out() -> None:
    rows = tabulate(measured(Section("start", "", (Series(OURS, "ms to answer", (300.0,)),), ())))
    assert rows == [
        ("what", "ours", "to hold", "verdict"),
        ("start, from command to first answer", "300 ms to answer", "≤ 1000", "holds"),
    ]


def test_a_figure_of_several_rounds_shows_its_lowest_and_highest() -> None:
    assert show_spread((3.0, 1.0, 2.0)) == "2.00 [1.00 .. 3.00]"
    assert show_spread((2.0,)) == "2.00"


def test_what_is_kept_is_read_again_as_it_was(tmp_path: Path) -> None:
    section = Section("one", "One", (Series("a", "µs", (1.0, 2.0)),), (Ratio("a / b", (0.5,), "≤ 1"),), ("a note",))
    keep(tmp_path / "kept.json", RUN, [section])
    assert read_sections(json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))) == [section]


def test_a_run_says_whether_files_beside_its_commit_were_changed(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.test", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(tmp_path), *who, *words]
        subprocess.run(command, check=True, capture_output=True)

    assert describe_commit(tmp_path) == "unknown"
    (tmp_path / "docs").mkdir()
    for name in ("code", "docs/page"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "First")
    commit = describe_commit(tmp_path)
    assert len(commit) == 12
    (tmp_path / "docs" / "page").write_text("new", encoding="utf-8")
    assert describe_commit(tmp_path) == commit
    (tmp_path / "code").write_text("new", encoding="utf-8")
    assert describe_commit(tmp_path) == f"{commit} with changes"


def test_a_program_that_is_not_there_has_no_version() -> None:
    assert name_version("A tool", ["no-such-program-here"]) == "A tool of unknown version"
