"""The report of a load: a section for each scene with its figures and promises, each written by a run of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.chaos.report import KEPT, write_table

TITLE: Final = "# Load that looks like the country's"
PROMISE: Final = "promise"
_INTRO: Final = """
One gateway and one mock suite, two processes on the real wire (`tests/load`), and applications of the suite's
ordinary families, each at its moment, whether or not those before it have been answered. How many come is in
`tests/load/shapes.py` with its source. Registries answer after 0.4 s in the median (lognormal, sigma 0.5; assumed:
latencies of the bus are not public), one time in a hundred after 10 s. What a registry was asked is counted in the
suite's journal, and so is what came again, byte for byte; retries and budgets in the gateway's `/metrics`, the rest
in its database. “Accepted” is the time from the moment at which an application was due to be sent until its 202,
“complete” from its receipt until the package is registered. A percentile is told of 100 values and more. An
application asks some 27 times, so that one in four meets a slow reply. This page is written by the command, each
section by a run of its own.

Left out: a busy hour is some minutes at its rate, not an hour, and those of an ordinary day so few applications that
each is nearly alone. The days of 50 000, and of all families of 2024, are not run whole: their rates are stairs of a
minute each, which one gateway climbs until what it has not gathered grows, and the last rate that held is gone on
with. A stair gives way where, of what comes in its last third, more than a tenth is left over, and more than chance
leaves. Several gateways, all registries slow at one time, and days without an end of the load are not here.

The two hours of the outage are compressed: the applications that the country sends in them come as many times faster
as the table says, and the registry returns as soon as all else of theirs has been gathered. The gateway's own times
(rounds, rests of breakers, patience) are not compressed. The backlog is asked in the order in which it waited, and
applications that come while the registry is still left alone join its end. The registry's quota is assumed: none is
public, and no passport that is shipped names one. It is less than what this machine could ask, so that keeping to it
can be seen. A registry that holds its callers is met by fewer applications, which come more slowly: for how long it
holds one cannot be compressed. Where no quota is known, the gateway assumes a pace for what waited, and for that
alone.
"""


@dataclass(frozen=True)
class Table:
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """One scene."""

    title: str
    facts: Mapping[str, str]
    told: str
    tables: Sequence[Table]
    outcomes: Mapping[str, str]
    """`kept`, or what is broken, by promise."""
    charts: Mapping[str, str] = field(default_factory=dict)
    """SVG by the file's name; they lie beside the page."""

    @property
    def is_kept(self) -> bool:
        return all(outcome == KEPT for outcome in self.outcomes.values())


def write_section(section: Section) -> str:
    lines = [f"## {section.title}", "", *(f"* {name}: {text}" for name, text in section.facts.items()), ""]
    lines.append(section.told)
    lines += [line for name in section.charts for line in ("", f"![{name.removesuffix('.svg')}]({name})")]
    for table in section.tables:
        lines += ["", *write_table(table.head, table.rows)]
    return "\n".join([*lines, "", *write_table((PROMISE, "outcome"), section.outcomes.items())]) + "\n"


def place_section(page: str, section: Section) -> str:
    """The page with this section in the place of the one of its title, or behind all others."""
    found = split_page(page)
    found[section.title] = write_section(section)
    return "\n".join([f"{TITLE}\n{_INTRO}", *found.values()])


def split_page(page: str) -> dict[str, str]:
    """The sections of a page by their titles; none of an empty page. ValueError where it is no report."""
    if page and not page.startswith(TITLE):
        raise ValueError("not a report of a load")
    _, *sections = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    return {each.splitlines()[0].removeprefix("## "): each.rstrip("\n") + "\n" for each in sections}


def read_outcomes(section: str) -> dict[str, str]:
    """What became of the promises of a section."""
    return {row[0]: row[1] for row in read_table(section, (PROMISE, "outcome"))}


def read_table(section: str, head: Sequence[str]) -> list[list[str]]:
    """The rows of the table with this head; none where there is no such table."""
    _, _, rest = section.partition("\n".join(write_table(head, [])) + "\n")
    rows = itertools.takewhile(lambda line: line.startswith("| "), rest.splitlines())
    return [row.strip("| ").split(" | ") for row in rows]
