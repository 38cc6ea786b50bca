"""What exchanges may cost before CI complains: recorded figures, and the noise that is allowed above each.

    python -m tests.bench.bounds REPORT [--record]

The report is what `python -m tests.bench --json` prints. With `--record` its figures take the place of those recorded.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Bound:
    """One figure of a section, alone or as a ratio to another of the same unit."""

    section: str
    ours: str
    unit: str
    recorded: float
    noise: float
    """As a part of what is recorded."""
    beside: str = ""

    @property
    def limit(self) -> float:
        return self.recorded * (1 + self.noise)

    def read(self, report: Mapping[str, Any]) -> float:
        """Of the quickest rounds: what disturbs a round only ever adds. Raises KeyError where it was not measured."""
        least = {
            (section["key"], series["name"], series["unit"]): min(series["values"])
            for section in report["sections"]
            for series in section["series"]
        }
        own = float(least[self.section, self.ours, self.unit])
        return own / least[self.section, self.beside, self.unit] if self.beside else own

    def __str__(self) -> str:
        return f"{self.section}: {self.ours}" + (f" / {self.beside}" if self.beside else "")


def load_bounds(file: Path = FILE) -> tuple[Bound, ...]:
    return tuple(Bound(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["bound"])


def find_broken(report: Mapping[str, Any], bounds: tuple[Bound, ...]) -> list[str]:
    """A sentence for each bound that the report leaves."""
    broken = []
    for bound in bounds:
        value = bound.read(report)
        if value > bound.limit:
            broken.append(f"{bound} is {value:.3g}; recorded {bound.recorded:.3g}, at most {bound.limit:.3g}")
    return broken


def write_bounds(report: Mapping[str, Any], bounds: tuple[Bound, ...], file: Path = FILE) -> None:
    """The figures of the report in the file, its head left as it is."""
    head = file.read_text(encoding="utf-8").partition("[[bound]]")[0]
    rows = []
    for bound in (replace(one, recorded=one.read(report)) for one in bounds):
        words = {"section": bound.section, "ours": bound.ours, "beside": bound.beside, "unit": bound.unit}
        lines = [f'{key} = "{value}"' for key, value in words.items() if value]
        lines += [f"recorded = {bound.recorded:.3g}" if bound.beside else f"recorded = {bound.recorded:.0f}"]
        rows.append("\n".join(["[[bound]]", *lines, f"noise = {bound.noise}", ""]))
    file.write_text(head + "\n".join(rows), encoding="utf-8")


def main() -> int:
    """0 where every bound holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bounds", description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--record", action="store_true", help="write the report's figures as the new records")
    chosen = parser.parse_args()
    report, bounds = json.loads(chosen.report.read_text(encoding="utf-8")), load_bounds()
    if chosen.record:
        write_bounds(report, bounds)
        return 0
    for bound in bounds:
        print(f"{bound}: {bound.read(report):.3g}, recorded {bound.recorded:.3g}, at most {bound.limit:.3g}")
    return 1 if find_broken(report, bounds) else 0


if __name__ == "__main__":
    sys.exit(main())
