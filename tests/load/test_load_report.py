"""The report of a load is what the command writes, and its figures are what they are called."""

from __future__ import annotations

import pytest

from tests.chaos.report import KEPT
from tests.load.__main__ import REPORT
from tests.load.figures import find_percentile, pick_looks, tell_percentiles
from tests.load.judges import DRAINED, INTAKE, NO_STORM
from tests.load.report import TITLE, Section, Table, place_section, read_outcomes, read_table, split_page, write_section
from tests.load.sections import AWAY, TITLES
from tests.load.shapes import OUTAGE, QUARTER_START, RECORD_DAY, draw_moments
from tests.load.telling import BACKLOG, CHART, draw_backlog
from tests.load.watching import Look

ONE = Section("One", {"date": "2026-10-05"}, "12 came.", [Table(("a", "b"), [("1", "2|3")])], {"nothing lost": KEPT})
OTHER = Section("Other", {}, "None came.", [], {"nothing lost": "broken, 1: app_1", "no storm": KEPT})


def test_a_section_takes_the_place_of_the_one_before_it_and_leaves_the_others() -> None:
    page = place_section(place_section("", ONE), OTHER)
    assert list(split_page(page)) == ["One", "Other"]
    assert split_page(page)["Other"] == write_section(OTHER)
    again = place_section(page, Section("One", {}, "13 came.", [], {}))
    assert list(split_page(again)) == ["One", "Other"]
    assert "13 came." in again
    assert "12 came." not in again
    assert place_section(again, ONE) == page
    assert page.startswith(f"{TITLE}\n")


def test_what_became_of_promises_is_read_as_it_was_written() -> None:
    page = split_page(place_section(place_section("", ONE), OTHER))
    assert read_outcomes(page["One"]) == ONE.outcomes
    assert read_outcomes(page["Other"]) == OTHER.outcomes
    assert ONE.is_kept
    assert not OTHER.is_kept


def test_a_table_is_found_by_its_head() -> None:
    section = write_section(ONE)
    assert read_table(section, ("a", "b")) == [["1", "2/3"]]
    assert read_table(section, ("a", "c")) == []


def test_what_is_no_report_is_not_written_over() -> None:
    with pytest.raises(ValueError, match="not a report"):
        place_section("# Something else\n", ONE)


def test_a_percentile_is_a_value_that_was_seen() -> None:
    values = [float(n) for n in range(200, 0, -1)]
    assert [find_percentile(values, percent) for percent in (50, 95, 99, 100)] == [100.0, 190.0, 198.0, 200.0]
    assert find_percentile([3.0], 50) == 3.0
    assert find_percentile([], 50) is None


def test_a_percentile_of_fewer_than_a_hundred_values_is_not_told() -> None:
    few, enough = [float(n) for n in range(1, 100)], [float(n) for n in range(1, 101)]
    assert tell_percentiles(few) == ["–", "–", "–", "99.00"]
    assert tell_percentiles(enough) == ["50.00", "95.00", "99.00", "100.00"]
    assert tell_percentiles([]) == ["–"] * 4


def test_of_many_looks_the_first_and_the_last_are_shown() -> None:
    looks = [Look(float(n), 0, 0, 0, 0, 0, 0, 0, "") for n in range(100)]
    shown = pick_looks(looks, 10)
    assert (len(shown), shown[0], shown[-1]) == (10, looks[0], looks[-1])
    assert pick_looks(looks[:5], 10) == looks[:5]


def test_arrivals_repeat_with_their_seed_and_are_as_many_as_the_shape_says() -> None:
    moments = draw_moments(1, OUTAGE.count, OUTAGE.seconds)
    assert moments == draw_moments(1, OUTAGE.count, OUTAGE.seconds)
    assert moments != draw_moments(2, OUTAGE.count, OUTAGE.seconds)
    assert len(moments) == 1_250
    assert list(moments) == sorted(moments)
    assert 0.0 <= moments[0] < moments[-1] <= OUTAGE.seconds
    halves = sum(moment < OUTAGE.seconds / 2 for moment in moments)
    assert 500 < halves < 750
    assert [round(shape.a_second, 2) for shape in (QUARTER_START, RECORD_DAY, OUTAGE)] == [0.5, 1.6, 0.17]


def test_the_report_that_is_kept_keeps_every_promise_and_has_the_chart_of_its_backlog() -> None:
    page = REPORT.read_text(encoding="utf-8")
    sections = split_page(page)
    # A section is there once it was run; none is of another title, and they stand in the order of the command.
    assert list(sections) == list(TITLES.values())
    for title, section in sections.items():
        outcomes = read_outcomes(section)
        assert INTAKE in outcomes, title
        assert set(outcomes.values()) == {KEPT}, outcomes
    away = sections[TITLES[AWAY]]
    assert f"APPLICATIONS={OUTAGE.count}" in away
    assert {DRAINED, NO_STORM} < read_outcomes(away).keys()
    rows = read_table(away, BACKLOG)
    assert max(int(row[BACKLOG.index("wait for it")]) for row in rows) >= OUTAGE.count
    assert REPORT.with_name(CHART).read_text(encoding="utf-8") == draw_backlog(rows)
