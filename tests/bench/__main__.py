"""`make bench`: what the gateway costs, as ratios to a floor that is measured in the same run, on the same machine."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.application import measure_application
from tests.bench.exchange import measure_exchange
from tests.bench.house import open_house
from tests.bench.intake import measure_intake
from tests.bench.machine import describe_machine
from tests.bench.measuring import Section, render
from tests.bench.wave import measure_wave

WAVES = (24, 72)


@dataclass(frozen=True)
class Size:
    """How much is measured: rounds, and what a round holds."""

    rounds: int
    calls: int
    callers: int
    intake_rounds: int
    intake_each: int


FULL = Size(rounds=9, calls=200, callers=8, intake_rounds=3, intake_each=2)
QUICK = Size(rounds=1, calls=20, callers=2, intake_rounds=1, intake_each=1)


def measure(size: Size) -> Iterator[Section]:
    """The sections, each as soon as it is there."""
    with tempfile.TemporaryDirectory(prefix="asp-bench-") as folder:
        with open_house(Path(folder)) as house:
            application, sent = measure_application(house, size.rounds)
            yield application
            yield measure_intake(house, size.intake_rounds, size.callers, size.intake_each)
        yield measure_exchange(sent, size.rounds, size.calls)
        for wave in WAVES:
            yield measure_wave(sent, size.rounds, wave)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 where all was measured, whatever came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few rounds, to see that it runs: no figures to quote")
    parser.add_argument("--repeats", type=int, metavar="N", help=f"rounds of each measurement (else {FULL.rounds})")
    parser.add_argument("--json", action="store_true", help="everything as JSON, every round's figure included")
    chosen = parser.parse_args(arguments)
    size = QUICK if chosen.quick else FULL
    if chosen.repeats is not None:
        if chosen.repeats < 1:
            parser.error("--repeats is 1 or more")
        size = replace(size, rounds=chosen.repeats, intake_rounds=min(chosen.repeats, size.intake_rounds))
    machine = describe_machine()
    if not chosen.json:
        say("\n".join(f"{name}: {text}" for name, text in machine.items()))
    sections = []
    for section in measure(size):
        sections.append(section)
        if not chosen.json:
            say(f"\n{render(section)}")
    if chosen.json:
        say(json.dumps({**machine, "sections": [each.as_data() for each in sections]}, ensure_ascii=False, indent=2))
    return 0


def say(text: str) -> None:
    """Lines come as they are measured."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
