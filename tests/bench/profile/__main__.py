"""`make profile`: one signed exchange by folder, applications under load by thread; writes docs/reports/profile.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contracts.words import Protocol
from tests.bench.application import capture_sent
from tests.bench.evidence import Sent, find_sent
from tests.bench.exchange import PASSPORT
from tests.bench.house import Setup, open_house
from tests.bench.keeping import describe_run
from tests.bench.ours import BusKeys, adapters_at, ask
from tests.bench.processes import wait_until_idle
from tests.bench.profile.page import Load, render
from tests.bench.profile.rooms import Profile, profile
from tests.bench.profile.threads import read_spent
from tests.bench.registries import RSA, Registries, open_registries
from tests.bench.stub import stub_process
from tests.bench.throughput import CALLERS, measure_throughput
from tests.bench.wave import open_stage

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "reports" / "profile.md"
_COMMAND: Final = "make profile"


def profile_exchange(registries: Registries, sent: Sequence[Sent], count: int) -> Profile:
    """One signed exchange over the bus, as `make bench` measures it."""
    keys = BusKeys.of(registries, RSA)
    one = find_sent(sent, Protocol.SHEP_SYNC, PASSPORT).signed(keys.ours, keys.bus)
    with stub_process([(b"", one.reply)]) as url, adapters_at(url, keys) as adapters:
        return profile(lambda: ask(adapters, one), count)


def profile_load(folder: Path, registries: Registries, sent: Sequence[Sent], algorithm: str, rounds: int) -> Load:
    """Applications as `make bench` measures them, behind a round that loads what the process needs."""
    names = folder / f"names-{algorithm}.json"
    setup = Setup(algorithm=algorithm, program=("python", "-m", "tests.bench.profile.threads", str(names)))
    with open_stage(folder / f"stage-{algorithm}", registries, sent, setup) as stage:
        (pid,) = stage.house.gateway_pids
        measure_throughput(stage, 0, 1)
        wait_until_idle(pid)
        before = read_spent(pid, names)
        measure_throughput(stage, rounds - 1, 1)
        wait_until_idle(pid)
        spent = read_spent(pid, names).since(before)
        count = rounds * CALLERS
        return Load(str(setup), count, spent.divided_by(count))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.profile", description=__doc__)
    parser.add_argument("--calls", type=int, default=1000, metavar="N", help="exchanges that are profiled (1000)")
    parser.add_argument("--rounds", type=int, default=8, metavar="N", help=f"rounds of {CALLERS} applications (8)")
    parser.add_argument(
        "--page", type=Path, default=PAGE, metavar="FILE", help="what is written (docs/reports/profile.md)"
    )
    chosen = parser.parse_args(arguments)
    if min(chosen.calls, chosen.rounds) < 1:
        parser.error("--calls and --rounds are 1 or more")
    run = describe_run("", ())
    with tempfile.TemporaryDirectory(prefix="asp-profile-") as name, open_registries(Path(name)) as registries:
        with open_house(Path(name) / "captured", registries, Setup()) as house:
            sent = capture_sent(house)
        exchange = profile_exchange(registries, sent, chosen.calls)
        loads = [profile_load(Path(name), registries, sent, algorithm, chosen.rounds) for algorithm in ("", RSA)]
    chosen.page.write_text(render(run, _COMMAND, exchange, loads), encoding="utf-8")
    sys.stdout.write(f"written: {chosen.page}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
