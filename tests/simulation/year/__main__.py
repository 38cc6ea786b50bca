"""`make simulate-year`: a national year of applications in virtual time, a process per core.

    python -m tests.simulation.year [--applications N] [--seed N] [--processes N] [--batch N] [--report FILE]

Ends with 1 where an application was lost, a day passed in silence, or anything broke.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from contracts.legal.calendar import load_calendar
from tests.bench.machine import describe_machine
from tests.simulation.year.arrivals import Batch, plan_batches
from tests.simulation.year.assumptions import load_year
from tests.simulation.year.batch import Country, open_country, run_batch
from tests.simulation.year.report import is_kept, write_report
from tests.simulation.year.tally import Tally

_NATIONAL = 1_000_000
_TOLD_EACH_SECONDS = 30.0
_BATCH = 40
"""A family's memory stays in the processor's caches: batches of thousands take a tenth longer."""
HEAD = """# A national year in virtual time

The real `decide`, calendar, scheduler, steps of time and asking over a store in memory; registries, people and their
mistakes are drawn from [`year.toml`](../../tests/simulation/year/year.toml). No wire, no signatures, no consents, no
breakers. The law is amended and the calendar changed within the year. One application in fifty is judged at each of
its looks by the promises of the core's own tests, and against a case that remembers nothing, beside its end.

It is run as many small countries, each of the applications of a day or less, with a clock, a store and a scheduler of
its own, side by side on all processors: what a scheduler does with thousands of cases is another measurement (ten
thousand open cases, `docs/benchmarks.md`). The interpreter is part of the time: `make PYTHON=…` names one. This page is
written by the command.

"""
_country: list[Country] = []
"""Of this process."""


def run_year(applications: int, seed: int, processes: int, most: int, families: int = 0) -> Iterator[Tally]:
    """What came of each batch, in whatever order they end."""
    batches = plan_batches(load_year(), load_calendar(), applications, most)
    batches.sort(key=lambda batch: -batch.count)
    with ProcessPoolExecutor(processes, initializer=_open, initargs=(seed, families)) as pool:
        yield from pool.map(_run, batches, chunksize=max(1, min(25, len(batches) // (8 * processes))))


def _open(seed: int, families: int) -> None:
    _country.append(open_country(seed, families))
    # What all batches share is never garbage: each batch's collection passes it by.
    gc.collect()
    gc.freeze()


def _run(batch: Batch) -> Tally:
    return run_batch(_country[-1], batch)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.year", description=__doc__)
    parser.add_argument("--applications", type=int, default=_NATIONAL, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
    parser.add_argument("--batch", type=int, default=_BATCH, metavar="N", help="applications of one clock at most")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the page there too")
    chosen = parser.parse_args(arguments)
    facts, began, told_at = describe_machine(), time.monotonic(), time.monotonic()
    whole = Tally()
    for tally in run_year(chosen.applications, chosen.seed, chosen.processes, chosen.batch):
        whole.add(tally)
        if time.monotonic() - told_at > _TOLD_EACH_SECONDS:
            told_at = time.monotonic()
            done = whole.counts["in"]
            sys.stderr.write(f"{done:,} applications after {told_at - began:,.0f} s\n")
    seconds = time.monotonic() - began
    facts["command"] = f"`make simulate-year APPLICATIONS={chosen.applications} SEED={chosen.seed}`"
    facts["size"] = f"{chosen.applications:,} applications over the days of the year; the whole is {_NATIONAL:,}"
    facts["batches"] = f"each of {chosen.batch} applications at most"
    facts["time"] = (
        f"{seconds / 60:.1f} minutes on {chosen.processes} processes; CPU {whole.cpu_seconds / 60:.1f} minutes, "
        f"{1000 * whole.cpu_seconds / chosen.applications:.1f} ms an application"
    )
    text = write_report(whole, facts, chosen.applications)
    sys.stdout.write(text)
    if chosen.report:
        chosen.report.write_text(HEAD + text, encoding="utf-8")
    return 0 if is_kept(whole, chosen.applications) else 1


if __name__ == "__main__":
    sys.exit(main())
