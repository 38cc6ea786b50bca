"""The faults: each strikes, watches until the work goes on, and tells what was observed.

A fault is a generator that gives way at every look, so that several are under way at a time. Those that take leases
away wait for one another: what each of them does to a lease is to be seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import requests

from tests.chaos.scene import HANG, STEPPED_PLACE, Scene
from tests.chaos.server import DatabaseServer

KILLED_GATEWAY, KILLED_WORKER, KILLED_DATABASE = "gateway killed", "worker killed", "database killed"
CUT, PAUSED, STEPPED = "connections cut", "worker paused", "clock stepped"
HUNG, NO_SMS, FULL_DISK = "registry hung", "SMS gateway down", "disk full"
_STEPS = (-3600, -45, 15, 30)
_AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class Observed:
    """What came of a fault."""

    aim: str
    seen: str
    struck_at: float
    """Seconds after the load began."""
    went_on: float | None
    """Seconds from the fault until the work went on; None where it did not in time."""


Watch = Generator[None, None, Observed]


def kill_gateway(scene: Scene) -> Watch:
    place = scene.dice.choice(sorted(scene.gateways))
    member = scene.gateways[place]
    port = member.url.rpartition(":")[2]
    struck, at = scene.seconds(), time.monotonic()
    member.kill()
    begun = scene.in_background(lambda: scene.begin_gateway(place, port))
    while (first := scene.load.first_after(at)) is None:
        yield
    while not begun.done():
        yield
    begun.result()
    back = time.monotonic() - at
    seen = f"the next 202 came after {first.tries} tries; back after {back:.1f} s"
    return Observed(f"gateway {place + 1}, SIGKILL", seen, struck, first.at - at)


def kill_worker(scene: Scene) -> Watch:
    while (found := scene.find_busy()) is None:
        yield
    place, leases = found
    struck, at = scene.seconds(), time.monotonic()
    scene.away.add(place)
    scene.workers[place].kill()
    while not scene.has_gone_on(leases):
        yield
    went_on = time.monotonic() - at
    yield from _wait(scene.in_background(lambda: scene.begin_worker(place)))
    scene.away.discard(place)
    seen = f"{len(leases)} applications under way were taken under a later lease"
    return Observed(f"worker {place + 1}, SIGKILL", seen, struck, went_on)


def pause_worker(scene: Scene) -> Watch:
    """Woken once its leases are another's: what it still had to write is refused."""
    while (found := scene.find_busy()) is None:
        yield
    place, leases = found
    member = scene.workers[place]
    struck, at = scene.seconds(), time.monotonic()
    scene.away.add(place)
    member.pause()
    while not scene.has_gone_on(leases):
        yield
    went_on = time.monotonic() - at
    member.wake()
    scene.away.discard(place)
    woken = time.monotonic()
    while not (refused := _count_refused(member.read_log())) and time.monotonic() - woken < _AGAIN_SECONDS:
        yield
    seen = f"{len(leases)} applications under way went to another; woken, {refused} of its rounds were refused"
    return Observed(f"worker {place + 1}, SIGSTOP, SIGCONT", seen, struck, went_on)


def kill_database(scene: Scene) -> Watch:
    before = yield from _count_rounds(scene)
    down = scene.dice.uniform(0.3, 1.5)
    struck, at = scene.seconds(), time.monotonic()
    server = _server_of(scene)
    server.kill()
    while time.monotonic() - at < down:
        yield
    server.start()
    back = time.monotonic() - at
    yield from _wait_for_rounds(scene, before)
    return Observed(server.told, f"asked again {back:.1f} s later", struck, time.monotonic() - at)


def cut_connections(scene: Scene) -> Watch:
    before = yield from _count_rounds(scene)
    struck, at = scene.seconds(), time.monotonic()
    cut = _server_of(scene).cut_connections()
    yield from _wait_for_rounds(scene, before)
    return Observed("all connections of the database", f"{cut} were ended", struck, time.monotonic() - at)


def step_clock(scene: Scene) -> Watch:
    step, place = scene.dice.choice(_STEPS), STEPPED_PLACE
    name = next(name for name, holder in scene.names.items() if holder == scene.workers[place].name)
    before = yield from _count_rounds(scene, name)
    struck, at = scene.seconds(), time.monotonic()
    scene.step_file.write_text(str(step), encoding="ascii")
    try:
        yield from _wait_for_rounds(scene, before, name)
        went_on = time.monotonic() - at
        while time.monotonic() - at < _AGAIN_SECONDS:
            yield
        after = yield from _count_rounds(scene, name)
    finally:
        scene.step_file.write_text("0", encoding="ascii")
    seen = f"{after - before} of its writes came under that clock, which then was put right"
    return Observed(f"worker {place + 1}, {step:+d} s", seen, struck, went_on)


def hang_registry(scene: Scene) -> Watch:
    passport, seconds = scene.dice.choice(HANG), scene.dice.uniform(2.0, 5.0)
    mock = scene.fleet.mock
    struck, at = scene.seconds(), time.monotonic()
    answer = requests.post(f"{mock.url}/_mock/failures", json={"kind": "silence", "passport": passport}, timeout=20)
    assert answer.status_code == 201, answer.text
    while time.monotonic() - at < seconds:
        yield
    requests.delete(f"{mock.url}/_mock/failures/{answer.json()['id']}", timeout=20)
    mended = time.monotonic()
    wanted = (
        "SELECT count(*) AS n FROM attempts a JOIN exchanges x ON x.id = a.exchange_id WHERE x.passport = :passport"
    )
    failed = f"{wanted} AND a.failure <> '' AND a.ended_at > :at"
    answered = f"{wanted} AND a.failure = '' AND a.started_at > :at"
    since = scene.read_moment(seconds=time.monotonic() - at)
    back = scene.read_moment(seconds=time.monotonic() - mended)
    while not (rows := scene.look(answered, passport=passport, at=back)) or not rows[0].n:
        yield
    tries = scene.look(failed, passport=passport, at=since) or [None]
    seen = f"silent for {seconds:.1f} s, {tries[0].n if tries[0] else '?'} tries failed; then it answered again"
    return Observed(passport, seen, struck, time.monotonic() - at)


def silence_messages(scene: Scene) -> Watch:
    """An applicant wants a code meanwhile: nothing is accepted without it, and once messages go, he gets one."""
    outage = f"{scene.fleet.mock.url}/_mock/sms/outage"
    body = dict(next(scene.supply)) | {"signature": {"method": "otp"}}
    key, tries, refusals = f"chaos-otp-{scene.seconds():.3f}", 0, 0
    struck, at = scene.seconds(), time.monotonic()
    requests.post(outage, json={"on": True, "kind": "refuse"}, timeout=20)
    ends = at + scene.dice.uniform(2.0, 4.0)
    told: Mapping[str, Any] | None = None
    try:
        while told is None and time.monotonic() < ends:
            tries += 1
            told = _ask_for_code(scene, body, key)
            refusals += told is None
            yield
    finally:
        requests.post(outage, json={"on": False}, timeout=20)
    while told is None:
        tries += 1
        told = _ask_for_code(scene, body, key)
        yield
    phones = requests.get(f"{scene.fleet.mock.url}/_mock/sms", timeout=20).json()
    while not _confirm(scene, told, phones):
        yield
    scene.load.keep(str(told["id"]))
    seen = f"{refusals} calls for a code were refused, then one was sent, and signed"
    return Observed("a code by SMS", seen, struck, time.monotonic() - at)


def fill_disk(scene: Scene) -> Watch:
    disk, member = scene.disk, scene.gateways[0]
    assert disk is not None, "the database lies on no disk of its own"
    struck, at = scene.seconds(), time.monotonic()
    seconds, pid = scene.dice.uniform(2.0, 4.0), member.process.pid
    # What the log of the file holds in reserve would take what is written meanwhile.
    with scene.fleet.database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    disk.fill(pid)
    try:
        while time.monotonic() - at < seconds:
            yield
    finally:
        disk.free(pid)
    freed = time.monotonic()
    put_off = sum(at < moment < freed for moment in scene.load.put_off)
    while (first := scene.load.first_after(freed)) is None:
        yield
    seen = f"{disk.told} for {seconds:.1f} s: {put_off} calls were put off; accepted {first.at - freed:.1f} s after it"
    return Observed("the database's disk", seen, struck, first.at - at)


OF_FLEET: Mapping[str, Callable[[Scene], Watch]] = MappingProxyType(
    {
        KILLED_GATEWAY: kill_gateway,
        KILLED_WORKER: kill_worker,
        KILLED_DATABASE: kill_database,
        CUT: cut_connections,
        PAUSED: pause_worker,
        STEPPED: step_clock,
        HUNG: hang_registry,
        NO_SMS: silence_messages,
    }
)
OF_ONE: Mapping[str, Callable[[Scene], Watch]] = MappingProxyType(
    {KILLED_GATEWAY: kill_gateway, FULL_DISK: fill_disk, HUNG: hang_registry, NO_SMS: silence_messages}
)
"""Of one process over a file."""
ALONE = frozenset({KILLED_WORKER, PAUSED, KILLED_DATABASE, CUT, STEPPED, FULL_DISK})
"""Only one of these is under way at a time: what each does to leases, or to what is written, is to be seen."""


def _server_of(scene: Scene) -> DatabaseServer:
    assert scene.server is not None, "the database is a file"
    return scene.server


def _count_refused(log: str) -> int:
    return log.count("round_of_another")


def _wait(begun: Future[Any]) -> Generator[None, None, None]:
    while not begun.done():
        yield
    begun.result()


def _count_rounds(scene: Scene, process: str = "") -> Generator[None, None, int]:
    while (count := scene.count_rounds(process)) is None:
        yield
    return count


def _wait_for_rounds(scene: Scene, before: int, process: str = "") -> Generator[None, None, None]:
    while (scene.count_rounds(process) or 0) <= before:
        yield


def _ask_for_code(scene: Scene, body: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    for caller in scene.callers():
        try:
            answer = caller.call("POST", "/v1/applications", json=body, headers={"Idempotency-Key": key})
        except requests.RequestException:
            continue
        if answer.status_code == 201:
            told: Mapping[str, Any] = answer.json()
            return told
        assert answer.status_code >= 500 or answer.status_code in (409, 429), answer.text
    return None


def _confirm(scene: Scene, told: Mapping[str, Any], phones: list[Mapping[str, Any]]) -> bool:
    ending = str(told["phone"])[-4:]
    codes = ["".join(c for c in one["text"] if c.isdigit())[:6] for one in phones if one["phone"].endswith(ending)]
    for caller in scene.callers():
        try:
            answer = caller.call("POST", f"/v1/applications/{told['id']}/signature", json={"code": codes[0]})
        except requests.RequestException:
            continue
        if answer.status_code == 202:
            return True
        assert answer.status_code >= 500 or answer.status_code in (409, 429), answer.text
    return False
