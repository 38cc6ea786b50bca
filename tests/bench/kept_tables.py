"""The tables of signatures, the mock suite and open cases in docs/benchmarks.md, each out of its kept run.

    python -m tests.bench.kept_tables

`make bench`, `make bench-mocks` and `make bench-open` with KEEP=yes write these runs; figures are never typed by hand.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.bench import kept_targets
from tests.bench.keeping import read_sections
from tests.bench.kept_targets import show_spread, tabulate
from tests.bench.measuring import Section
from tests.bench.mocks.names import IDEAL
from tests.bench.targets import judge

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
PAGE: Final = DOCS / "benchmarks.md"
END: Final = "<!-- end of figures -->"
Rows = Sequence[Sequence[str]]
QUIET: Final = 1.5
"""The load of the minute before, beyond which others had a good part of a machine of two cores."""
_FORM: Final = re.compile(r"(.+) (CMS|XMLDSig|WS-Security), (\w+)")
"""A figure of a document: algorithm, format, verify or sign."""


def tabulate_signatures(sections: Sequence[Section]) -> list[Rows]:
    """By backend, by format, and beside the peers."""
    known = {section.key: section for section in sections}
    bare = [
        (row, column, cell)
        for name, cell in _figures(known["mathematics"])
        for column, _, row in [name.partition(": ")]
    ]
    documents = [
        (f"{found[1]}, {found[3]}", found[2], cell)
        for key in ("formats", "fallback")
        for name, cell in _figures(known[key])
        if (found := _FORM.fullmatch(name))
    ]
    return [
        _cross("bare operations a second", bare),
        _cross("documents of 3 kB a second, all stages", documents),
        tabulate(judge(sections, kept_targets.SIGNATURES)),
    ]


def tabulate_mocks(sections: Sequence[Section]) -> list[Rows]:
    """What is to hold, and every server's figures."""
    cells = [
        (f"{section.title.partition(':')[0]}: {each.unit}", each.name, show_spread(each.values))
        for section in sections
        for each in section.series
        if each.name != IDEAL
    ]
    return [tabulate(judge(sections, kept_targets.MOCKS)), _cross("", cells)]


def tabulate_open(sections: Sequence[Section]) -> list[Rows]:
    """What is to hold, and every figure by database."""
    cells = [
        (f"{each.name}: {each.unit}", kept_targets.DATABASES[section.key], show_spread(each.values))
        for section in sections
        for each in section.series
    ]
    return [tabulate(judge(sections, kept_targets.OPEN)), _cross(sections[0].title.rpartition(", ")[0], cells)]


TABLES: Final[Mapping[str, Callable[[Sequence[Section]], list[Rows]]]] = {
    "signatures": tabulate_signatures,
    "mocks": tabulate_mocks,
    "open-cases": tabulate_open,
}
"""By the name of the kept run in docs/reports."""


def report_file(name: str) -> Path:
    return DOCS / "reports" / f"{name}.json"


def write_tables(name: str, report: Mapping[str, Any]) -> str:
    """The text between the marks of a kept run."""
    programs = f"{report['versions']}; {report['programs']}" if report["programs"] else report["versions"]
    lines = [
        f"Measured on {report['date']} ({report['form']}; commit {report['commit']}): {report['machine']}; "
        f"load at the start {report['load']}; {programs}."
    ]
    if float(report["load"].split()[0]) > QUIET:
        lines += ["", "**The machine was not quiet: these figures show that it runs, they are not to be quoted.**"]
    for rows in TABLES[name](read_sections(report)):
        head, *rest = ["| " + " | ".join(row) + " |" for row in rows]
        lines += ["", head, "|" + "---|" * len(rows[0]), *rest]
    return "\n".join(lines)


def render(name: str, report: Mapping[str, Any], page: str) -> str:
    """The page with the tables of that run."""
    begin = f"<!-- figures of docs/reports/{name}.json -->"
    before, found, rest = page.partition(begin)
    if not found or END not in rest:
        raise ValueError(f"the page has no place for the figures of {name}")
    return f"{before}{begin}\n{write_tables(name, report)}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        page = render(name, json.loads(report_file(name).read_text(encoding="utf-8")), page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


def _figures(section: Section) -> Iterable[tuple[str, str]]:
    yield from ((each.name, show_spread(each.values)) for each in section.series)
    yield from ((each.name, show_spread(each.values)) for each in section.ratios)


def _cross(corner: str, cells: Iterable[tuple[str, str, str]]) -> Rows:
    """Rows and columns in the order in which they come; what was not measured is an empty cell."""
    rows: dict[str, dict[str, str]] = {}
    for row, column, cell in cells:
        rows.setdefault(row, {})[column] = cell
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    return [(corner, *columns), *((name, *(row.get(column, "") for column in columns)) for name, row in rows.items())]


if __name__ == "__main__":
    sys.exit(main())
