"""`make bench-open`: what many open cases cost, while nothing is due, and at their slots twice a working day.

    python -m tests.bench.open_cases [--cases N] [--seconds S] [--woken N] [--json] [--keep FILE]

The cases are copies of one real case in its extension: a family of five, 44 exchanges, two letters sent, three cells
that are tried again. The gateway is the real program; its clock stands, so nothing falls due while it is measured, and
at the moment of a slot everything does at once. PostgreSQL is measured too where ASP_TEST_POSTGRESQL names a server.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select, update

from gateway.store import tables as t
from gateway.store.database import Database
from gateway.store.sealing import Sealer
from gateway.store.waking import wake_waiting
from tests.bench.filling import fill
from tests.bench.keeping import describe_run, keep, write_json
from tests.bench.kept_targets import OPEN, render_rows, tabulate
from tests.bench.measuring import Section, Series, render
from tests.bench.open_case import SILENT, OpenCase, open_case
from tests.bench.processes import cpu_seconds, megabytes, peak_megabytes, wait_until_idle
from tests.bench.targets import judge
from tests.support.databases import POSTGRESQL, SQLITE, open_url

SLOTS_A_DAY = 2
_LATER = timedelta(days=10)
_MOST_SECONDS = 1800.0
_WAYS: Mapping[str, Mapping[str, str]] = {
    "unreadable": {"kind": "truncated"},
    "down": {"kind": "html_503"},
}
"""How the silent registries fail: each question goes out and its answer helps nobody; or their breakers open soon."""


@dataclass(frozen=True)
class Size:
    cases: int
    seconds: float
    """How long the idle process is watched."""
    woken: int
    """Cases of the whole that are woken in one slot."""


FULL = Size(cases=10_000, seconds=40.0, woken=500)


def measure(size: Size, kinds: Sequence[str]) -> Iterator[Section]:
    """A section for each kind of database, as soon as it is there."""
    with tempfile.TemporaryDirectory(prefix="asp-open-") as name:
        folder = Path(name)
        with open_case(folder) as case:
            for kind in kinds:
                # A database of its own, which goes as a whole: taking all rows out of it again would take hours.
                with open_url(kind, folder, tables=False) as url:
                    Database(url).close()
                    yield _measure(case, kind, url, size)


def _measure(case: OpenCase, kind: str, url: str, size: Size) -> Section:
    sealer = Sealer.from_file(Path(case.environ["ASP_KEY_FILE"]))
    started = time.perf_counter()
    ids = fill(case.database_url, url, sealer, size.cases)
    series = [_one("filling", "s", time.perf_counter() - started)]
    engine = create_engine(url)
    try:
        # The clock stands at the slot; whoever is not measured in it sleeps on.
        _set_due(engine, case.due_at + _LATER)
        with case.serve_at(case.due_at, url) as gateway:
            gateway.wait_for_address()
            series += _watch(gateway.pid, size.seconds)
            for n, (way, failure) in enumerate(_WAYS.items()):
                case.fail(failure)
                woken = ids[n * size.woken : (n + 1) * size.woken]
                series += _drain(gateway.pid, engine, case.due_at, woken, way, size.cases)
            series += [_one("memory at most", "MB", peak_megabytes(gateway.pid))]
        series += _come_back(url, case.due_at)
    finally:
        engine.dispose()
    title = f"{size.cases} open cases of a family of five, two letters each, {kind}"
    return Section(f"open-{kind}", title, tuple(series), ())


def _watch(pid: int, seconds: float) -> list[Series]:
    """The idle process: CPU as a part of one core, and memory."""
    wait_until_idle(pid)
    worked, started = cpu_seconds(pid), time.perf_counter()
    threading.Event().wait(seconds)
    worked, passed = cpu_seconds(pid) - worked, time.perf_counter() - started
    return [
        _one("idle, of one core", "CPU %", 100 * worked / passed),
        _one("idle, memory", "MB", megabytes(pid)),
        _one("idle, memory at most since the start", "MB", peak_megabytes(pid)),
    ]


def _drain(pid: int, engine: Engine, due_at: datetime, woken: Sequence[str], way: str, cases: int) -> list[Series]:
    """A slot of so many cases: CPU and time until all are put away again, and what that makes of a whole day."""
    before, worked, started = _count_attempts(engine), cpu_seconds(pid), time.perf_counter()
    _set_due(engine, due_at, woken)
    _wait_until_drained(engine, due_at)
    passed = time.perf_counter() - started
    wait_until_idle(pid)
    worked, tries = cpu_seconds(pid) - worked, _count_attempts(engine) - before
    a_day = SLOTS_A_DAY * cases * worked / len(woken)
    return [
        _one(f"{way}: a case and slot", "CPU ms", 1000 * worked / len(woken)),
        _one(f"{way}: a case and slot", "wall ms", 1000 * passed / len(woken)),
        _one(f"{way}: attempts on the wire", "a case", tries / len(woken)),
        _one(f"{way}: a slot of all cases", "minutes", cases * passed / len(woken) / 60),
        _one(f"{way}: a day of two slots", "core hours", a_day / 3600),
        _one(f"{way}: a day of two slots, of one core", "CPU %", 100 * a_day / 86_400),
    ]


def _come_back(url: str, now: datetime) -> list[Series]:
    """A registry is back, and what waits for it is given its turns: one write, with the search among all exchanges."""
    with Database(url) as database:
        started = time.perf_counter()
        woken = wake_waiting(database, SILENT[:1], now, 600)
        passed = time.perf_counter() - started
    return [
        _one("a registry is back: turns given", "exchanges", woken),
        _one("a registry is back: the write", "wall ms", 1000 * passed),
    ]


def _set_due(engine: Engine, at: datetime, ids: Sequence[str] | None = None) -> None:
    """The wake-ups of these cases, or of all."""
    change = update(t.wakeups).values(due_at=at)
    with engine.begin() as connection:
        connection.execute(change if ids is None else change.where(t.wakeups.c.application_id.in_(ids)))


def _count_attempts(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(t.attempts)).scalar_one()


def _wait_until_drained(engine: Engine, due_at: datetime) -> None:
    due = select(func.count()).where(t.wakeups.c.due_at <= due_at)
    until, clock = time.monotonic() + _MOST_SECONDS, threading.Event()
    while True:
        with engine.connect() as connection:
            if not connection.execute(due).scalar_one():
                return
        if time.monotonic() > until:
            raise RuntimeError("the cases were not put away in time")
        clock.wait(0.2)


def _one(name: str, unit: str, value: float) -> Series:
    return Series(name, unit, (value,))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 where all was measured, whatever came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.open_cases", description=__doc__)
    parser.add_argument("--cases", type=int, default=FULL.cases, metavar="N")
    parser.add_argument("--seconds", type=float, default=FULL.seconds, metavar="S", help="how long idleness is watched")
    parser.add_argument("--woken", type=int, default=FULL.woken, metavar="N", help="cases of one measured slot")
    kinds = [SQLITE] + ([POSTGRESQL] if os.environ.get("ASP_TEST_POSTGRESQL") else [])
    parser.add_argument("--on", choices=kinds, action="append", help="the database; else all there are")
    parser.add_argument("--json", action="store_true", help="everything as JSON")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write that JSON to a file too")
    chosen = parser.parse_args(arguments)
    size = Size(chosen.cases, chosen.seconds, max(1, min(chosen.woken, chosen.cases // len(_WAYS))))
    watched = chosen.on or kinds
    form = f"once: idle for {size.seconds:g} s, {size.woken} cases in each slot"
    run = describe_run(form, _name_databases(watched))
    if not chosen.json:
        _say("\n".join(f"{name}: {told}" for name, told in run.items()))
    sections = []
    for section in measure(size, watched):
        sections.append(section)
        if not chosen.json:
            _say(f"\n{render(section)}")
        if chosen.keep:
            keep(chosen.keep, run, sections)
    _say(write_json(run, sections) if chosen.json else f"\n{render_rows(tabulate(judge(sections, OPEN)))}")
    return 0


def _name_databases(kinds: Sequence[str]) -> list[str]:
    if POSTGRESQL not in kinds:
        return [f"SQLite {sqlite3.sqlite_version}"]
    engine = create_engine(os.environ["ASP_TEST_POSTGRESQL"])
    with engine.connect() as connection:
        server = connection.exec_driver_sql("show server_version").scalar_one().partition(" ")[0]
    engine.dispose()
    return [f"SQLite {sqlite3.sqlite_version}", f"PostgreSQL {server}"]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
