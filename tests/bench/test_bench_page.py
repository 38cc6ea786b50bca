"""The page of figures is what the kept run says, and its charts are drawn to scale."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from lxml import etree

from tests.bench import page
from tests.bench.charts import FLOOR, PEER, Bar, draw_bars
from tests.bench.measuring import Series

SVG = "{http://www.w3.org/2000/svg}"


def bar(name: str, *values: float, kind: str = "ours") -> Bar:
    return Bar(name, Series(name, "µs", values), kind)


def widths(svg: str) -> list[float]:
    return [float(each.get("width", "")) for each in etree.fromstring(svg.encode()).iter(f"{SVG}rect")]


def test_the_page_and_its_charts_are_those_of_the_kept_run() -> None:
    report, text = json.loads(page.REPORT.read_text(encoding="utf-8")), page.PAGE.read_text(encoding="utf-8")
    rendered, charts = page.render(report, text)
    assert rendered == text, "python -m tests.bench.page writes it again"
    assert {name: (page.CHARTS / name).read_text(encoding="utf-8") for name in charts} == charts
    assert {file.name for file in page.CHARTS.iterdir()} == charts.keys()


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for figures"):
        page.render({"sections": []}, "# Nothing\n")


def test_bars_are_as_long_as_their_medians() -> None:
    first, second = widths(draw_bars("A", "µs", [bar("one", 1.0, 2.0, 3.0), bar("two", 4.0, kind=FLOOR)]))
    assert second == pytest.approx(2 * first, rel=0.01)


def test_a_bar_far_beyond_all_others_is_cut_off_and_says_so() -> None:
    svg = draw_bars("A", "µs", [bar("one", 10.0), bar("two", 20.0), bar("three", 500.0, kind=PEER)])
    first, second, third = widths(svg)
    assert second == pytest.approx(2 * first, rel=0.01)
    assert second < third < 2 * second
    assert "500 …" in svg


def test_a_mark_stands_at_its_value_and_names_are_escaped() -> None:
    svg = draw_bars("A < B", "µs", [bar("a & b", 10.0)], mark=5.0, mark_name="half")
    (line,) = (each for each in etree.fromstring(svg.encode()).iter(f"{SVG}line") if each.get("class") == "m")
    (rect,) = etree.fromstring(svg.encode()).iter(f"{SVG}rect")
    left, width = float(rect.get("x", "")), float(rect.get("width", ""))
    assert float(line.get("x1", "")) == pytest.approx(left + width / 2, abs=0.1)


def test_rows_of_bars_do_not_lie_on_each_other() -> None:
    svg = draw_bars("A", "µs", [bar(str(n), 1.0 + n) for n in range(5)])
    tops = [float(each.get("y", "")) for each in etree.fromstring(svg.encode()).iter(f"{SVG}rect")]
    assert all(below - above > 14 for above, below in pairwise(tops))
