"""What is measured and how it is said: rounds in which the ways take turns, medians, and ratios of the same round."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Protocol

Way = Callable[[], object]


class Batch(Protocol):
    """A way that is another process: it makes its calls by itself, and says what they cost it."""

    def run(self, calls: int) -> tuple[float, float]:
        """Seconds of CPU and of the clock for so many calls."""
        ...


CALLED = "ours, functions called"
_WARM = 3


@dataclass(frozen=True)
class Series:
    """One figure of one way, a value for each round."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass(frozen=True)
class Ratio:
    """How many times more one way costs than another, round by round: what noise did to both cancels out."""

    name: str
    values: tuple[float, ...]
    hold: str = ""
    """What the project wants it to be, where it wants something."""

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass(frozen=True)
class Section:
    """One thing that was measured."""

    key: str
    title: str
    series: tuple[Series, ...]
    ratios: tuple[Ratio, ...]
    notes: tuple[str, ...] = ()

    def ratio(self, name: str) -> Ratio:
        return next(each for each in self.ratios if each.name == name)

    def find(self, name: str, unit: str) -> Series:
        return next(each for each in self.series if (each.name, each.unit) == (name, unit))

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON, with the medians beside the values."""
        return {
            **asdict(self),
            "series": [{**asdict(each), "median": each.median} for each in self.series],
            "ratios": [{**asdict(each), "median": each.median} for each in self.ratios],
        }


def count_calls(way: Way) -> Series:
    """How many functions are called, of Python and of C, in one go: what no noise of the machine changes."""
    count = 0

    def note(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    way()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        way()
    finally:
        sys.setprofile(before)
    return Series(CALLED, "calls", (float(count),))


class Gathered:
    """Figures that come one by one, by name and unit."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str], list[float]] = {}

    def keep(self, name: str, unit: str, value: float) -> None:
        self._values.setdefault((name, unit), []).append(value)

    def series(self) -> dict[tuple[str, str], Series]:
        return {(name, unit): Series(name, unit, tuple(values)) for (name, unit), values in self._values.items()}


def divide(name: str, over: Series, under: Series, hold: str = "") -> Ratio:
    """The ratio of two series of the same rounds."""
    return Ratio(name, tuple(a / b for a, b in zip(over.values, under.values, strict=True)), hold)


def take_turns(ways: Mapping[str, Way | Batch], rounds: int, calls: int) -> tuple[dict[str, Series], dict[str, Series]]:
    """CPU (µs) and wall (µs) of one call, by way: in each round every way makes its calls, one way after another.

    CPU is that of this whole process, or of the other one. Each way is called before the clock runs, so that nothing is
    paid for first use.
    """
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    wall: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        _run(way, _WARM if calls > 1 else 1)
    for _ in range(rounds):
        for name, way in ways.items():
            worked, passed = _run(way, calls)
            cpu[name].append(worked / calls * 1e6)
            wall[name].append(passed / calls * 1e6)
    return _named(cpu, "CPU µs"), _named(wall, "wall µs")


def _run(way: Way | Batch, calls: int) -> tuple[float, float]:
    if not callable(way):
        return way.run(calls)
    started, worked = time.perf_counter(), time.process_time()
    for _ in range(calls):
        way()
    return time.process_time() - worked, time.perf_counter() - started


def render(section: Section) -> str:
    """The section as lines of text: medians, and in brackets the lowest and highest round."""
    lines = [section.title]
    lines += [_line(each.name, each.unit, each.values, "") for each in section.series]
    lines += [_line(each.name, "x", each.values, each.hold) for each in section.ratios]
    lines += [f"  {note}" for note in section.notes]
    return "\n".join(lines)


def _line(name: str, unit: str, values: Sequence[float], hold: str) -> str:
    low, middle, high = (show_figure(value) for value in (min(values), median(values), max(values)))
    spread = f"[{low} .. {high}]" if len(values) > 1 else ""
    return f"  {name:<52} {middle:>8} {unit:<16} {spread:<20}  {hold}".rstrip()


def show_figure(value: float) -> str:
    """Three figures that count."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _named(figures: Mapping[str, Sequence[float]], unit: str) -> dict[str, Series]:
    return {name: Series(name, unit, tuple(values)) for name, values in figures.items()}
