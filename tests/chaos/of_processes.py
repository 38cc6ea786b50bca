"""Faults of our own processes: killed, paused, and with a clock that is stepped."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from random import Random

from gateway.clock import now
from tests.chaos.expected import Step
from tests.chaos.observed import Observed, Watch, count_writes, wait_for
from tests.chaos.scene import Scene
from tests.support.fleet import Member

_STEPS = (-3600, -45, 15, 30)
"""Seconds."""
_WRITES = 3
"""What is to come under a stepped clock before it is put right."""
_LOOK_SECONDS = 5.0
BUSY = "a worker that carries an application forward"


def kill_gateway(scene: Scene, dice: Random) -> Watch:
    """Somebody calls it when it is dead, whoever of the portals does."""
    place = dice.choice(sorted(scene.gateways))
    member = scene.gateways[place]
    port = member.url.rpartition(":")[2]
    struck, at = scene.seconds(), time.monotonic()
    member.kill()
    dead = time.monotonic()
    brought = scene.in_background(partial(scene.load.send, scene.load.draw(), f"chaos-killed-{struck:.3f}", place))
    begun = scene.in_background(lambda: scene.begin_gateway(place, port))
    while (first := scene.load.first_after(at)) is None:
        yield "an application that is accepted"
    yield from wait_for(begun)
    back = time.monotonic() - at
    yield from wait_for(brought)
    put_off = scene.load.count_put_off(dead)
    seen = f"{put_off} calls were put off; the next 202 came after {first.tries} tries; back after {back:.1f} s"
    return Observed(f"gateway {place + 1}, SIGKILL", seen, put_off, struck, first.at - at)


def kill_worker(scene: Scene, dice: Random) -> Watch:
    while (found := scene.find_busy(dice)) is None:
        yield BUSY
    place, leases = found
    struck, at = scene.seconds(), time.monotonic()
    scene.away.add(place)
    scene.workers[place].kill()
    try:
        yield from _wait_until_taken(scene, leases)
        went_on = time.monotonic() - at
    finally:
        # Given up, too.
        begun = scene.in_background(lambda: scene.begin_worker(place))
        begun.add_done_callback(lambda done: _come_back(scene, place, done))
    yield from wait_for(begun)
    seen = f"{len(leases)} applications under way were taken under a later lease"
    return Observed(f"worker {place + 1}, SIGKILL", seen, len(leases), struck, went_on)


def pause_worker(scene: Scene, dice: Random) -> Watch:
    """Woken once its leases are another's: what it still had to write is refused."""
    while (found := scene.find_busy(dice)) is None:
        yield BUSY
    place, leases = found
    member = scene.workers[place]
    struck, at = scene.seconds(), time.monotonic()
    scene.away.add(place)
    member.pause()
    try:
        yield from _wait_until_taken(scene, leases)
        went_on = time.monotonic() - at
    finally:
        # Given up, too: or the next fault of its kind would leave nobody who carries on.
        member.wake()
        scene.away.discard(place)
    woken = time.monotonic()
    while not (refused := _count_refused(member.read_log())) and time.monotonic() - woken < _LOOK_SECONDS:
        yield "a round that is refused"
    seen = (
        f"{len(leases)} applications under way went to another; rounds of it that were refused when it woke: {refused}"
    )
    return Observed(f"worker {place + 1}, SIGSTOP, SIGCONT", seen, len(leases), struck, went_on)


def step_clock(scene: Scene, dice: Random) -> Watch:
    """A gateway's, which says when an application came, or a worker's, until enough was written by it."""
    kind, step = dice.choice(sorted(scene.stepped)), dice.choice(_STEPS)
    place, file = scene.stepped[kind], scene.step_file(kind)
    before = yield from count_writes(scene, *scene.find_names(kind, place))
    struck, at, since = scene.seconds(), time.monotonic(), now()
    file.write_text(str(step), encoding="ascii")
    went_on: float | None = None
    try:
        # A process that was killed meanwhile writes under another name by the same clock.
        while (writes := (scene.count_writes(*scene.find_names(kind, place)) or 0) - before) < _WRITES:
            if writes > 0 and went_on is None:
                went_on = time.monotonic() - at
            yield f"what {kind} {place + 1} writes by a stepped clock"
    finally:
        file.write_text("0", encoding="ascii")
        scene.steps.append(Step(kind, timedelta(seconds=step), since, now()))
    went_on = time.monotonic() - at if went_on is None else went_on
    seen = f"{writes} of its writes came under that clock, which then was put right"
    return Observed(f"{kind} {place + 1}, {step:+d} s", seen, writes, struck, went_on)


def _wait_until_taken(scene: Scene, leases: Mapping[str, int]) -> Generator[str, None, None]:
    while (left := scene.list_left(leases)) is None or left:
        yield "the database" if left is None else f"who takes over {', '.join(left)}"


def _come_back(scene: Scene, place: int, begun: Future[Member]) -> None:
    """Who could not be begun stays away: `begun` tells why to whoever still waits for it."""
    if begun.exception() is None:
        scene.away.discard(place)


def _count_refused(log: str) -> int:
    return log.count("round_of_another")
