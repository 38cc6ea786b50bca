"""`make chaos`: faults drawn from a seed on a fleet and on one process, and the report of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench.machine import describe_machine
from tests.chaos.faults import OF_FLEET, OF_ONE
from tests.chaos.plan import draw_plan
from tests.chaos.promises import FENCED
from tests.chaos.report import PROMISES, FaultRow, Part, judge_all, write_report
from tests.chaos.run import Ended, Result, Size, run_alone, run_fleet
from tests.chaos.server import find_programs
from tests.repository.files import ROOT

REPORT = ROOT / "docs" / "reports" / "chaos.md"
SIZE = Size(every=1.0, most=400, rest_seconds=300.0, soon_seconds=70.0)
FLEET, ONE = "A fleet on PostgreSQL", "One process on SQLite"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="how often each fault strikes")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report is written")
    chosen = parser.parse_args(arguments)
    programs = find_programs()
    if programs is None:
        parser.error("initdb of PostgreSQL is not installed: its server is to be killed")
    facts = describe_machine()
    facts |= {"command": f"`make chaos SEED={chosen.seed} ROUNDS={chosen.rounds}`", "seed": str(chosen.seed)}
    parts = list(run_all(programs, chosen.seed, chosen.rounds))
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(write_report(facts, parts), encoding="utf-8")
    for part in parts:
        for promise, outcome in part.outcomes.items():
            sys.stdout.write(f"{part.title}: {promise}: {outcome}\n")
        for fault in part.faults:
            if not fault.is_proof:
                sys.stdout.write(f"{part.title}: {fault.kind} at {fault.at:.1f} s proves nothing: {fault.seen}\n")
    return int(any(not part.is_kept for part in parts))


def run_all(programs: Path, seed: int, rounds: int, size: Size = SIZE) -> Iterator[Part]:
    with _folder() as folder, run_fleet(programs, folder, seed, draw_plan(seed, [*OF_FLEET], rounds), size) as ended:
        yield describe_part(FLEET, ended, PROMISES)
    with _folder() as folder, run_alone(folder, seed, draw_plan(seed, [*OF_ONE], rounds), size) as ended:
        yield describe_part(ONE, ended, [promise for promise in PROMISES if promise != FENCED])


def describe_part(title: str, ended: Ended, promises: Sequence[str]) -> Part:
    result = ended.result
    faults = [
        FaultRow(seen.struck_at, kind, seen.aim, seen.seen, seen.met, seen.went_on)
        for kind, seen in ((one.kind, one.observed) for one in result.struck)
    ]
    return Part(title, _tell(result), faults, judge_all(promises, result.broken))


def _tell(result: Result) -> str:
    witness = f"; the witness saw {result.rounds} transactions of rounds" if result.rounds else ""
    return (
        f"{result.accepted} applications were accepted, {result.most_tries} tries at most for one; at the end "
        f"{result.registered} packages are registered, and {result.accepted - result.registered} applications wait for "
        f"their next date{witness}. {result.told} events were told to the portal, {result.told_again} of them again. "
        f"It took {result.seconds:.0f} s." + (f" But {result.unrest}." if result.unrest else "")
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="asp-chaos-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
