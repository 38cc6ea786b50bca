"""`make bench`: what the gateway costs, as ratios to floors and peers that are measured in the same run."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from tests.bench.application import capture_sent, measure_application
from tests.bench.asynchronous import measure_asynchronous
from tests.bench.evidence import Sent
from tests.bench.exchange import measure_exchange, measure_rest
from tests.bench.house import Setup, open_house
from tests.bench.intake import measure_intake
from tests.bench.keeping import describe_commit
from tests.bench.machine import describe_machine
from tests.bench.measuring import Section, render
from tests.bench.ours import BusKeys
from tests.bench.peers.clients import WANTED, ZEEP, find_more, zeep_wsse
from tests.bench.registries import ALGORITHMS, RSA, Registries, open_registries
from tests.bench.signed_exchange import measure_signed
from tests.bench.targets import judge, render_table
from tests.bench.throughput import measure_throughput
from tests.bench.wave import DELAYS, measure_wave, open_stage
from tests.support.databases import POSTGRESQL, SQLITE

APPLICATIONS, EXCHANGES, WAVES = "applications", "exchanges", "waves"
PARTS: Final = (APPLICATIONS, EXCHANGES, WAVES)
BUILT: Final = Path("build") / "peers" / "gsoap"
_FEWER: Final = ("application_rounds", "intake_rounds", "wave_rounds")
_PLAIN, _SIGNED = Setup(), Setup(algorithm=RSA)


@dataclass(frozen=True)
class Size:
    """How much is measured: rounds, and what a round holds."""

    rounds: int
    """Of exchanges."""
    calls: int
    wave_rounds: int
    application_rounds: int
    callers: int
    intake_rounds: int
    intake_each: int
    waves: tuple[tuple[int, float], ...] = tuple((size, delay) for size in (24, 72) for delay in DELAYS)
    unsigned_waves: tuple[tuple[int, float], ...] = ((24, 0.05), (72, 0.05))
    server_waves: tuple[tuple[int, float], ...] = ((24, 0.05), (72, 0.05))
    """Signed, over PostgreSQL."""
    applications: tuple[Setup, ...] = (_PLAIN, _SIGNED)
    stages: tuple[Setup, ...] = (_PLAIN, _SIGNED)
    databases: tuple[str, ...] = (SQLITE,)
    peers: bool = False
    parts: tuple[str, ...] = field(default=PARTS)

    def on_each_database(self, setups: Sequence[Setup]) -> list[Setup]:
        """And, where there is a server of PostgreSQL, each as a gateway and a worker too."""
        told = [replace(setup, database=kind) for kind in self.databases for setup in setups]
        return told + [replace(one, has_worker=True) for one in told if one.database == POSTGRESQL]


FULL = Size(rounds=7, calls=150, wave_rounds=7, application_rounds=5, callers=8, intake_rounds=3, intake_each=2)
QUICK = Size(
    rounds=10,
    calls=10,
    wave_rounds=1,
    application_rounds=1,
    callers=2,
    intake_rounds=1,
    intake_each=1,
    waves=((24, 0.05),),
    applications=(_PLAIN,),
    stages=(_SIGNED,),
)


def measure(size: Size) -> Iterator[Section]:
    """The sections, each as soon as it is there."""
    with tempfile.TemporaryDirectory(prefix="asp-bench-") as name:
        folder = Path(name)
        with open_registries(folder) as registries:
            sent: list[Sent] = []
            if APPLICATIONS in size.parts:
                yield from _measure_applications(folder, registries, size, sent)
            else:
                with open_house(folder / "captured", registries, _PLAIN) as house:
                    sent += capture_sent(house)
            if EXCHANGES in size.parts:
                yield from _measure_exchanges(registries, size, sent)
            if WAVES in size.parts:
                yield from _measure_waves(folder, registries, size, sent)


def _measure_applications(folder: Path, registries: Registries, size: Size, sent: list[Sent]) -> Iterator[Section]:
    """The messages of the first, unsigned set-up are kept in `sent` for what is measured behind it."""
    for n, setup in enumerate(size.on_each_database(size.applications)):
        with open_house(folder / f"house-{n}", registries, setup) as house:
            section, messages = measure_application(house, size.application_rounds)
            yield section
            sent += [] if sent else messages
            yield measure_intake(house, size.intake_rounds, size.callers, size.intake_each)


def _measure_exchanges(registries: Registries, size: Size, sent: Sequence[Sent]) -> Iterator[Section]:
    rounds, calls = size.rounds, size.calls
    peers = {ZEEP: zeep_wsse(), **(find_more(BUILT) if size.peers else {})}
    yield measure_exchange(sent, rounds, calls)
    yield measure_rest(sent, rounds, calls)
    yield measure_asynchronous(sent, None, "", rounds, calls)
    for algorithm in ALGORITHMS:
        keys = BusKeys.of(registries, algorithm)
        yield measure_signed(sent, keys, algorithm, rounds, calls, peers if algorithm == RSA else {})
        yield measure_asynchronous(sent, keys, algorithm, rounds, calls)


def _measure_waves(folder: Path, registries: Registries, size: Size, sent: Sequence[Sent]) -> Iterator[Section]:
    for n, setup in enumerate(size.on_each_database(size.stages)):
        with open_stage(folder / f"stage-{n}", registries, sent, setup) as stage:
            yield measure_throughput(stage, size.intake_rounds, size.intake_each)
            if setup.database == SQLITE:
                waves = size.waves if setup.algorithm else size.unsigned_waves
            else:
                waves = size.server_waves if setup.algorithm and not setup.has_worker else ()
            for count, delay in waves:
                yield measure_wave(stage, size.wave_rounds, count, delay)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 where all was measured, whatever came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few rounds, to see that it runs: no figures to quote")
    parser.add_argument("--repeats", type=int, metavar="N", help=f"rounds of each measurement (else {FULL.rounds})")
    parser.add_argument("--json", action="store_true", help="everything as JSON, every round's figure included")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write that JSON to a file too")
    parser.add_argument("--peers", action="store_true", help="node-soap and gSOAP too, where they are here")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part of it; repeatable")
    chosen = parser.parse_args(arguments)
    # Whoever ends the benchmark ends its servers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    size = _choose_size(parser, chosen)
    form = "quick: no figures to quote" if chosen.quick else f"{size.rounds} rounds"
    machine = describe_machine() | {"commit": describe_commit(), "form": form}
    if not chosen.json:
        say("\n".join(f"{name}: {text}" for name, text in machine.items()))
    sections = []
    for section in measure(size):
        sections.append(section)
        if not chosen.json:
            say(f"\n{render(section)}")
    told = json.dumps({**machine, "sections": [each.as_data() for each in sections]}, ensure_ascii=False, indent=1)
    if chosen.keep:
        chosen.keep.write_text(f"{told}\n", encoding="utf-8")
    say(told if chosen.json else f"\n{render_table(judge(sections))}")
    return 0


def _choose_size(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> Size:
    size = replace(QUICK if chosen.quick else FULL, peers=chosen.peers, parts=tuple(chosen.only or PARTS))
    if chosen.repeats is not None:
        if chosen.repeats < 1:
            parser.error("--repeats is 1 or more")
        fewer = {name: min(chosen.repeats, getattr(size, name)) for name in _FEWER}
        size = replace(size, rounds=chosen.repeats, **fewer)
    if "ASP_TEST_POSTGRESQL" in os.environ and not chosen.quick:
        size = replace(size, databases=(SQLITE, POSTGRESQL))
    elif not chosen.quick:
        print("without PostgreSQL: ASP_TEST_POSTGRESQL names no server", file=sys.stderr)
    if chosen.peers:
        for name in WANTED.keys() - find_more(BUILT).keys():
            print(f"without {name}: it wants {WANTED[name]}", file=sys.stderr)
    return size


def say(text: str) -> None:
    """Lines come as they are measured."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
