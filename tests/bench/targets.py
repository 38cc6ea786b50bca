"""The table of targets: what is to hold, what was found beside which floor or peer, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from tests.bench.exchange import OURS
from tests.bench.measuring import Section, Series, show_figure
from tests.bench.peers.clients import GSOAP, NODE, ZEEP
from tests.bench.registries import RSA
from tests.bench.signed_exchange import FLOOR
from tests.bench.throughput import PER_CORE
from tests.bench.wave import DURABLE
from tests.bench.wave import FLOOR as WAVE_FLOOR


@dataclass(frozen=True)
class Target:
    """One number to hold; without a bound it is only shown."""

    name: str
    section: str
    ours: str
    unit: str
    beside: str = ""
    """The series of the floor or the peer; empty: ours alone is judged."""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def bound(self) -> str:
        if self.at_most is not None:
            return f"≤ {show_figure(self.at_most)}"
        return f"≥ {show_figure(self.at_least)}" if self.at_least is not None else ""

    def holds(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (self.at_least is None or value >= self.at_least)


@dataclass(frozen=True)
class Found:
    """What one target came to: medians, and the ratio (or ours, where it stands alone) with its lowest and highest."""

    target: Target
    ours: Series | None
    beside: Series | None
    values: tuple[float, ...]
    """Empty where its section, or the floor or peer, was not measured."""

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def verdict(self) -> str:
        """By the median; a target that not every round kept is said so."""
        if not self.target.bound:
            return ""
        if not self.values:
            return "not measured"
        if not self.target.holds(self.median):
            return "falls short"
        return "holds" if all(map(self.target.holds, self.values)) else "holds in the median, not in each round"


_CPU: Final = "CPU µs"
_SIGNED: Final = f"exchange-{RSA}"
TARGETS: Final = (
    Target("signed exchange (RSA) / signed floor", _SIGNED, OURS, _CPU, FLOOR, at_most=2.0),
    Target(f"signed exchange (RSA) / {ZEEP}", _SIGNED, OURS, _CPU, ZEEP, at_most=1 / 3),
    Target(f"signed exchange (RSA) / {NODE}", _SIGNED, OURS, _CPU, NODE),
    Target(f"signed exchange (RSA) / {GSOAP}", _SIGNED, OURS, _CPU, GSOAP),
    Target("signed exchange (GOST) / signed floor", "exchange-gost2015", OURS, _CPU, FLOOR, at_most=2.0),
    Target("asynchronous exchange, signed (RSA) / floor", f"asynchronous-{RSA}", OURS, _CPU, FLOOR),
    Target("wave of 24 at 50 ms, signed, durable / floor", f"wave-24-50-{RSA}", DURABLE, "wall ms", WAVE_FLOOR, 1.5),
    Target("wave of 72 at 50 ms, signed, durable / floor", f"wave-72-50-{RSA}", DURABLE, "wall ms", WAVE_FLOOR, 1.5),
    Target("durable applications of 24 calls, unsigned", "throughput-sqlite", "applications", PER_CORE, at_least=60.0),
    Target("the same, signed", f"throughput-{RSA}-sqlite", "applications", PER_CORE, at_least=30.0),
    *(
        Target(f"{told}, {signs}", f"throughput-{key}", "applications", PER_CORE)
        for told, where in (("the same, PostgreSQL", "postgresql"), ("a gateway and a worker", "postgresql-fleet"))
        for signs, key in (("unsigned", where), ("signed", f"{RSA}-{where}"))
    ),
)


def judge(sections: Iterable[Section], targets: Iterable[Target] = TARGETS) -> list[Found]:
    """What the targets came to. Of what was not measured there is a line where it has a bound."""
    known: Mapping[tuple[str, str, str], Series] = {
        (section.key, series.name, series.unit): series for section in sections for series in section.series
    }
    found = []
    for target in targets:
        ours = known.get((target.section, target.ours, target.unit))
        beside = known.get((target.section, target.beside, target.unit))
        if ours is None or (target.beside and beside is None):
            found += [Found(target, ours, beside, ())] if target.bound else []
            continue
        values = tuple(a / b for a, b in zip(ours.values, beside.values, strict=True)) if beside else ours.values
        found.append(Found(target, ours, beside, values))
    return found


def tabulate(found: Iterable[Found]) -> list[tuple[str, ...]]:
    """The rows: target, ours, beside, ratio with its lowest and highest round, bound, verdict."""
    rows: list[tuple[str, ...]] = [("what", "ours", "beside it", "ratio", "to hold", "")]
    for each in found:
        if each.ours is None or not each.values:
            rows.append((each.target.name, "", "", "", each.target.bound, each.verdict))
            continue
        beside = f"{each.target.beside} {show_figure(each.beside.median)}" if each.beside else ""
        low, middle, high = (show_figure(value) for value in (min(each.values), each.median, max(each.values)))
        ratio = f"{middle} [{low} .. {high}]"
        rows.append(
            (
                each.target.name,
                f"{show_figure(each.ours.median)} {each.ours.unit}",
                beside,
                ratio if each.beside else "",
                each.target.bound,
                each.verdict,
            )
        )
    return rows


def render_table(found: Iterable[Found]) -> str:
    """As lines of text."""
    rows = tabulate(found)
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(["Targets", *(f"  {line}" for line in lines)])
