"""The figures of a kept run in docs/benchmarks.md, between two marks, and their charts beside it.

    python -m tests.bench.page

It reads docs/reports/bench.json, which `make bench KEEP=yes` writes: figures are never typed by hand.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.bench.charts import FLOOR, OURS, PEER, Bar, draw_bars
from tests.bench.keeping import read_sections
from tests.bench.measuring import Section, show_figure
from tests.bench.targets import judge, tabulate

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
REPORT: Final = DOCS / "reports" / "bench.json"
PAGE: Final = DOCS / "benchmarks.md"
CHARTS: Final = DOCS / "charts"
BEGIN, END = "<!-- figures of docs/reports/bench.json -->", "<!-- end of figures -->"
_PEERS: Final = ("zeep", "node-soap", "gSOAP")


def draw_charts(sections: Sequence[Section]) -> dict[str, str]:
    """File names and SVG."""
    known = {section.key: section for section in sections}
    drawn: dict[str, str] = {}
    for algorithm, name in (("rsa", "RSA"), ("gost2015", "GOST")):
        if section := known.get(f"exchange-{algorithm}"):
            floor = section.find("signed floor", "CPU µs").median
            bars = _bars(section, "CPU µs")
            title = f"One signed synchronous exchange, {name}: CPU"
            drawn[f"exchange-{algorithm}.svg"] = draw_bars(
                title, "µs; whiskers: lowest and highest round", bars, mark=2 * floor, mark_name="to hold: 2 floors"
            )
    waves = [section for section in sections if section.key.startswith("wave-") and section.key.endswith("-rsa")]
    for size in sorted({int(section.key.split("-")[1]) for section in waves}):
        bars = [
            Bar(f"{section.key.split('-')[2]} ms: {bar.name}", bar.series, bar.kind)
            for section in waves
            if section.key.split("-")[1] == str(size)
            for bar in _bars(section, "wall ms")
        ]
        title = f"A wave of {size} signed exchanges, by the time that registries take"
        drawn[f"wave-{size}.svg"] = draw_bars(title, "ms by the clock; whiskers: lowest and highest round", bars)
    courses = [section for section in sections if section.key.startswith("application-")]
    bars = [Bar(_setup(section), section.find("POST to dossier", "wall ms")) for section in courses]
    bars += [Bar(f"{_setup(courses[0])}: bare wire", courses[0].find("bare wire", "wall ms"), FLOOR)] if courses else []
    if bars:
        title = "A family of five, from POST to dossier, mock suite without delays"
        drawn["application.svg"] = draw_bars(title, "ms by the clock; whiskers: lowest and highest round", bars)
    return drawn


def write_tables(report: Mapping[str, Any], sections: Sequence[Section], charts: Iterable[str]) -> str:
    """The text between the marks."""
    code = f"commit {report['commit']}; " if "commit" in report else ""
    machine = f"{code}{report['machine']}; load at the start {report['load']}; {report['versions']}."
    lines = [f"Measured on {report['date']} ({report['form']}): {machine}", "", *_table(tabulate(judge(sections)))]
    lines += [line for name in sorted(charts) for line in ("", f"![{name.removesuffix('.svg')}](charts/{name})")]
    lines += ["", "<details><summary>Every series of the run</summary>"]
    for section in sections:
        rows: list[tuple[str, ...]] = [(section.title, "median", "lowest .. highest", "unit")]
        for each in section.series:
            low, high = show_figure(min(each.values)), show_figure(max(each.values))
            rows.append((each.name, show_figure(each.median), f"{low} .. {high}", each.unit))
        lines += ["", *_table(rows)]
    lines += ["", "</details>"]
    return "\n".join(lines)


def render(report: Mapping[str, Any], page: str) -> tuple[str, dict[str, str]]:
    """The page with the figures of the report, and the charts by file name."""
    sections = read_sections(report)
    charts = draw_charts(sections)
    before, found, rest = page.partition(BEGIN)
    if not found or END not in rest:
        raise ValueError("the page has no place for figures")
    behind = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{write_tables(report, sections, charts)}\n{END}{behind}", charts


def main() -> int:
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    page, charts = render(report, PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8")
    CHARTS.mkdir(exist_ok=True)
    for name, svg in charts.items():
        (CHARTS / name).write_text(svg, encoding="utf-8")
    return 0


def _bars(section: Section, unit: str) -> list[Bar]:
    return [Bar(each.name, each, _kind(each.name)) for each in section.series if each.unit == unit]


def _kind(name: str) -> str:
    return PEER if name.startswith(_PEERS) else FLOOR if "floor" in name else OURS


def _setup(section: Section) -> str:
    return section.title.partition(": ")[2].partition(";")[0]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return [head, "|" + "---|" * len(rows[0]), *rest]


if __name__ == "__main__":
    sys.exit(main())
