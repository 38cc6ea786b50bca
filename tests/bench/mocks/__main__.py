"""`make bench-mocks`: the mock suite beside its floor and beside WireMock, mountebank and node-soap, in one run."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from contracts.catalogue import load_catalogue
from registries_mock.settings import Settings
from registries_mock.suite import real_world
from registries_mock.testing.handle import PeopleOfSuite
from tests.bench.keeping import QUICK_FORM, count_rounds, describe_run, keep, write_json
from tests.bench.kept_targets import MOCKS, OF_THE_FLOOR, render_rows, tabulate
from tests.bench.measuring import Section, Series, divide, render
from tests.bench.mocks.load import Outcome, load
from tests.bench.mocks.messages import PASSPORT, WANTED, make_authority, sign_request, write_request
from tests.bench.mocks.names import FLOOR, IDEAL, OURS, OWN, name_programs
from tests.bench.mocks.servers import (
    Exchange,
    Server,
    Start,
    are_peers_installed,
    floor,
    mountebank,
    node_soap,
    ours,
    wiremock,
)
from tests.bench.processes import cpu_seconds, megabytes
from tests.bench.targets import judge

DELAY: Final = 0.3
AT_ONCE: Final = 120
CONNECTIONS: Final = 8


def measure(rounds: int, seconds: float, *, peers: bool) -> Iterator[Section]:
    """The sections, each as soon as it is there."""
    with tempfile.TemporaryDirectory(prefix="asp-bench-") as folder:
        place = Path(folder)
        request = write_request(load_catalogue(), PeopleOfSuite(real_world(Settings()).people))
        authority = make_authority(place / "ca")
        signed = sign_request(request, authority)
        unsigned_reply, signed_reply = _replies(place / "ca", request, signed)
        service_id = load_catalogue().passports[PASSPORT].service_id
        beside = _peers(Exchange(request, service_id, unsigned_reply)) if peers else {}
        suite = ours("--ca", str(place / "ca"))
        unsigned_reply_file, signed_reply_file = place / "unsigned", place / "signed"
        unsigned_reply_file.write_bytes(unsigned_reply)
        signed_reply_file.write_bytes(signed_reply)
        floors = {FLOOR: floor(unsigned_reply_file), OWN: floor(unsigned_reply_file, "--own-server")}
        signed_floors = {
            FLOOR: floor(signed_reply_file, "--signed"),
            OWN: floor(signed_reply_file, "--signed", "--own-server"),
        }
        unsigned = {OURS: suite, **floors, **beside}
        yield _start(unsigned, rounds)
        yield _throughput("replies", "Unsigned replies, 8 connections", unsigned, request, rounds, seconds)
        yield _throughput(
            "signed", "RSA-signed replies, 8 connections", {OURS: suite, **signed_floors}, signed, rounds, seconds
        )
        yield _slow(unsigned, request, rounds, seconds)


def _peers(exchange: Exchange) -> dict[str, Start]:
    return {"WireMock": wiremock(exchange), "mountebank": mountebank(exchange), "node-soap": node_soap(exchange)}


def _replies(ca: Path, *requests: bytes) -> list[bytes]:
    """What ours says: all others are given replies of that length."""
    with ours("--ca", str(ca))(0.0) as server:
        return [_ask(server, one) for one in requests]


def _ask(server: Server, message: bytes) -> bytes:
    request = urllib.request.Request(server.url, message, {"Content-Type": "text/xml; charset=utf-8"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 - an address of our own
        body: bytes = reply.read()
    assert WANTED.encode() in body
    return body


def _start(starts: Mapping[str, Start], rounds: int) -> Section:
    took: dict[str, list[float]] = {name: [] for name in starts}
    held: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(rounds):
        for name, start in starts.items():
            with start(0.0) as server:
                took[name].append(server.start_ms)
                held[name].append(megabytes(server.pid))
    series = [Series(name, "ms to answer", tuple(values)) for name, values in took.items()]
    series += [Series(name, "MB", tuple(values)) for name, values in held.items()]
    return Section("start", "Start: from the command to the first answer; memory then", tuple(series), ())


def _throughput(
    key: str, title: str, starts: Mapping[str, Start], message: bytes, rounds: int, seconds: float
) -> Section:
    rates: dict[str, list[float]] = {name: [] for name in starts}
    costs: dict[str, list[float]] = {name: [] for name in starts}
    memory: dict[str, list[float]] = {name: [] for name in starts}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(start(0.0)) for name, start in starts.items()}
        for server in servers.values():
            load(server.url, message, WANTED, connections=CONNECTIONS, seconds=max(1.0, seconds))
        for _ in range(rounds):
            for name, server in servers.items():
                before = cpu_seconds(server.pid)
                came = load(server.url, message, WANTED, connections=CONNECTIONS, seconds=seconds)
                _check(name, came)
                rates[name].append(came.rate)
                costs[name].append((cpu_seconds(server.pid) - before) / came.requests * 1e6)
                memory[name].append(megabytes(server.pid))
    rate = {name: Series(name, "a second", tuple(values)) for name, values in rates.items()}
    cost = {name: Series(name, "CPU µs", tuple(values)) for name, values in costs.items()}
    held = [Series(name, "MB", tuple(values)) for name, values in memory.items()]
    ratios = [divide(f"{OURS} / {FLOOR}, replies a second", rate[OURS], rate[FLOOR], f"≥ {OF_THE_FLOOR:.2f}")]
    others = [name for name in starts if name not in (OURS, FLOOR)]
    ratios += [divide(f"{OURS} / {name}, replies a second", rate[OURS], rate[name]) for name in others]
    ratios += [divide(f"{FLOOR} / {OURS}, CPU", cost[FLOOR], cost[OURS])]
    return Section(key, title, (*rate.values(), *cost.values(), *held), tuple(ratios))


def _slow(starts: Mapping[str, Start], message: bytes, rounds: int, seconds: float) -> Section:
    """So many registries at once, each of which takes its time."""
    ideal = AT_ONCE / DELAY
    rates: dict[str, list[float]] = {name: [] for name in starts}
    last: dict[str, list[float]] = {name: [] for name in starts}
    held: dict[str, list[float]] = {name: [] for name in starts}
    for name, start in starts.items():
        with start(DELAY) as server:
            load(server.url, message, WANTED, connections=AT_ONCE, seconds=max(2.0, seconds))
            for _ in range(rounds):
                came = load(server.url, message, WANTED, connections=AT_ONCE, seconds=max(2.0, seconds))
                _check(name, came)
                rates[name].append(came.rate)
                last[name].append(came.p99)
                held[name].append(megabytes(server.pid))
    rate = {name: Series(name, "a second", tuple(values)) for name, values in rates.items()}
    best = Series(IDEAL, "a second", (ideal,) * rounds)
    against = f"{IDEAL} ({ideal:.0f} a second)"
    ratios = [divide(f"{name} / {against}", one, best, "≥ 0.95" if name == OURS else "") for name, one in rate.items()]
    slowest = [Series(name, "p99 ms", tuple(values)) for name, values in last.items()]
    slowest += [Series(name, "MB", tuple(values)) for name, values in held.items()]
    title = f"{AT_ONCE} registries of {DELAY * 1000:.0f} ms at once"
    return Section("slow", title, (*rate.values(), best, *slowest), tuple(ratios))


def _check(name: str, came: Outcome) -> None:
    if came.wrong or came.broken or not came.requests:
        raise RuntimeError(f"{name}: its figure would mean nothing: {came}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 where all was measured, whatever came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mocks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="ours and the floors once, to see that it runs: no figures"
    )
    parser.add_argument("--repeats", type=int, metavar="N", default=5, help="rounds of each measurement (5)")
    parser.add_argument("--json", action="store_true", help="everything as JSON, every round's figure included")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write that JSON to a file too")
    chosen = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("the load comes from wrk; on Debian: apt-get install wrk", file=sys.stderr)
        return 2
    peers = not chosen.quick and are_peers_installed() and shutil.which("java") is not None
    if not peers and not chosen.quick:
        print("without peers: they want Java, and npm ci in tests/bench/mocks/peers", file=sys.stderr)
    rounds, seconds = (1, 1.0) if chosen.quick else (chosen.repeats, 5.0)
    form = QUICK_FORM if chosen.quick else f"{count_rounds(rounds)} of {seconds:.0f} s"
    run = describe_run(form, name_programs(peers=peers))
    sections = []
    for section in measure(rounds, seconds, peers=peers):
        sections.append(section)
        if not chosen.json:
            print(render(section), flush=True)
    if chosen.keep:
        keep(chosen.keep, run, sections)
    if chosen.json:
        print(write_json(run, sections))
    else:
        print("\n".join(f"{name}: {value}" for name, value in run.items()))
        print(render_rows(tabulate(judge(sections, MOCKS))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
