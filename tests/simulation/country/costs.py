"""Unit costs as data: each with its unit, source and day; refreshed from a benchmark's figures, never typed twice."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from contracts.tables import Row, read_row, read_toml

FILE = Path(__file__).with_name("unit_costs.toml")


class Series(Row):
    name: str
    unit: str


class MeasuredBy(Row):
    """Where in the JSON of `python -m tests.bench --json` the figure stands."""

    section: str
    series: str
    unit: str
    times: float = 1.0
    """What the figure is multiplied by to be the cost's."""
    each: Series | None = None
    """A series of the same section by which it is divided: how many there were of what the cost is of."""


class Cost(Row):
    key: str
    value: float
    unit: str
    source: str
    date: date
    measured_by: MeasuredBy | None = None


class Night(Row):
    families: int
    hours: float
    open_families: int


class Costs(Row):
    night: Night
    cost: tuple[Cost, ...]
    exchanges: dict[str, float]
    """By registry: so many of one family."""

    def value(self, key: str) -> float:
        """Raises KeyError for a cost that is not there."""
        return {cost.key: cost.value for cost in self.cost}[key]

    def change(self, **values: float) -> Costs:
        """With other values; names have `__` for the dot."""
        told = {name.replace("__", "."): value for name, value in values.items()}
        unknown = told.keys() - {cost.key for cost in self.cost}
        if unknown:
            raise KeyError(*unknown)
        rows = tuple(c.model_copy(update={"value": told.get(c.key, c.value)}) for c in self.cost)
        return self.model_copy(update={"cost": rows})

    @property
    def messages(self) -> float:
        """Exchanges of one family with all registries."""
        return sum(self.exchanges.values())


def load_costs(file: Path = FILE) -> Costs:
    return read_row(Costs, read_toml(file), file.name)


def refresh(text: str, bench: Mapping[str, Any], exchanges: Mapping[str, float]) -> str:
    """The data file with the figures of a benchmark's JSON and the exchanges as they are counted now."""
    for cost in read_costs_of(text):
        if cost.measured_by is None or not bench:
            continue
        value = _find(bench, cost.measured_by)
        place = re.compile(rf'(key = "{re.escape(cost.key)}"\nvalue = )[\d.]+(.*?\ndate = )[\d-]+', re.DOTALL)
        text = place.sub(rf"\g<1>{value}\g<2>{bench['date']}", text, count=1)
    head, _, _ = text.partition("[exchanges]\n")
    rows = "".join(f"{name} = {count:.3f}\n" for name, count in sorted(exchanges.items()))
    return f"{head}[exchanges]\n{rows}"


def read_costs_of(text: str) -> tuple[Cost, ...]:
    """The rows of the data file's text."""
    return tuple(Cost.model_validate(row) for row in tomllib.loads(text)["cost"])


def _find(bench: Mapping[str, Any], wanted: MeasuredBy) -> float:
    """Raises LookupError where the benchmark has no such series."""
    found = wanted.times * _median(bench, wanted.section, wanted.series, wanted.unit)
    each = wanted.each
    return round(found / _median(bench, wanted.section, each.name, each.unit) if each else found, 3)


def _median(bench: Mapping[str, Any], key: str, name: str, unit: str) -> float:
    for section in bench["sections"]:
        for series in section["series"]:
            if (section["key"], series["name"], series["unit"]) == (key, name, unit):
                return float(series.get("median") or median(series["values"]))
    raise LookupError(f"the benchmark has no {name} in {unit}")
