"""What is to hold of the mock suite and of open cases, and what signatures are compared with.

A target that has two floors has a line for both: the verdict names each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from statistics import median
from typing import Final

from tests.bench.measuring import show_figure
from tests.bench.mocks.names import FLOOR, IDEAL, OURS, OWN
from tests.bench.targets import Found, Target

RATE: Final = "a second"
OF_THE_FLOOR: Final = 0.60
"""Of the bare path: a web server, parsing, and for signed messages canonicalisation and RSA; our journal is on."""
_BESIDE: Final = {FLOOR: "waitress", OWN: "its own server"}
"""The web server that the floor stands on."""


def _replies(key: str, what: str, at_least: float | None, *besides: str) -> tuple[Target, ...]:
    return tuple(Target(what, key, OURS, RATE, beside, at_least=at_least) for beside in besides)


MOCKS: Final = (
    *_replies("replies", "unsigned replies / bare path", OF_THE_FLOOR, FLOOR, OWN),
    *_replies("signed", "signed replies / bare path", OF_THE_FLOOR, FLOOR, OWN),
    *_replies("slow", "120 registries of 300 ms at once / ideal", 0.95, IDEAL),
    Target("start, from command to first answer", "start", OURS, "ms to answer", at_most=1000.0),
    Target("memory after unsigned replies", "replies", OURS, "MB", at_most=120.0),
    Target("memory after signed replies", "signed", OURS, "MB", at_most=120.0),
    Target("memory after 120 at once", "slow", OURS, "MB", at_most=120.0),
    *(
        target
        for peer in ("WireMock", "mountebank", "node-soap")
        for target in _replies("replies", f"unsigned replies / {peer}", None, peer)
    ),
)
DATABASES: Final = {"open-sqlite": "SQLite", "open-postgresql": "PostgreSQL"}
"""By the section of open cases."""
OPEN: Final = tuple(
    Target(f"{name}, {database}", section, series, unit, at_most=most)
    for section, database in DATABASES.items()
    for name, series, unit, most in (
        ("while nothing is due", "idle, of one core", "CPU %", 1.0),
        ("memory at most, in the slots", "memory at most", "MB", 200.0),
    )
)
SIGNATURES: Final = tuple(
    Target(f"{form}, verify / {peer}", "peers", f"ours: {form}, verify", RATE, f"{peer}: {form}, verify")
    for peer, form in (("openssl", "RSA CMS"), ("xmlsec1", "RSA XMLDSig"), ("xmlsec1", "RSA WS-Security"))
)


def tabulate(found: Iterable[Found]) -> list[tuple[str, ...]]:
    """What, ours, beside, ratio, to hold, verdict; found of one name share a row, and empty columns are left out."""
    rows: list[tuple[str, ...]] = [("what", "ours", "beside", "ratio", "to hold", "verdict")]
    for name, group in groupby(found, lambda each: each.target.name):
        same = list(group)
        first = same[0]
        beside = [f"{_name(each)} {show_figure(each.beside.median)}" for each in same if each.beside]
        ratio = [show_spread(each.values) for each in same if each.beside and each.values]
        ours = f"{show_spread(first.ours.values)} {first.ours.unit}" if first.ours else ""
        rows.append((name, ours, "; ".join(beside), "; ".join(ratio), first.target.bound, _judge(same)))
    told = [n for n in range(len(rows[0])) if any(row[n] for row in rows[1:])]
    return [tuple(row[n] for n in told) for row in rows]


def show_spread(values: Sequence[float]) -> str:
    """The median, and where there are several rounds the lowest and the highest."""
    low, middle, high = (show_figure(value) for value in (min(values), median(values), max(values)))
    return f"{middle} [{low} .. {high}]" if len(values) > 1 else middle


def render_rows(rows: Sequence[Sequence[str]]) -> str:
    """As lines of text."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(["Targets", *(f"  {line}" for line in lines)])


def _name(found: Found) -> str:
    beside = found.target.beside
    return _BESIDE.get(beside, beside.partition(":")[0])


def _judge(same: Sequence[Found]) -> str:
    if len(same) == 1:
        return same[0].verdict
    return ", ".join(f"{each.verdict} beside {_name(each)}" for each in same)
