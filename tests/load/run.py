"""One run: the load of a usual hour and of the record day at their real rates, then the outage and what it left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from gateway.clock import now
from tests.bench.processes import cpu_seconds, megabytes, peak_megabytes
from tests.chaos.expected import Broken, Expected
from tests.chaos.load import draw_applications
from tests.chaos.promises import find_broken, look_once
from tests.load.judges import judge_budget, judge_drain, judge_intake, judge_rate
from tests.load.scene import Scene, Setup, open_scene
from tests.load.sending import ACCEPTED, Sent, send_all
from tests.load.shapes import QUARTER_START, Shape, draw_moments
from tests.load.watching import Look, Watch, read_moment, watching
from tests.load.weather import describe_weather, set_weather

_QUIET_LOOKS: Final = 3
_CARRIED: Final = 2
_PAUSE_SECONDS: Final = 0.1


@dataclass(frozen=True)
class Part:
    """A stretch of load: a shape, how many applications of it, and how many times faster than in the country."""

    shape: Shape
    count: int
    factor: float = 1.0
    behind: int = 0
    """Further ones, in which a registry is down during this part: they come after its return, at the rate of a
    busy hour. 0: none is down."""

    @property
    def seconds(self) -> float:
        return self.count / self.shape.a_second / self.factor


@dataclass(frozen=True)
class Size:
    parts: Sequence[Part]
    settle_seconds: float
    """How long the end of each part is waited for."""
    scale: float = 1.0
    """Of the registries' latencies."""


@dataclass(frozen=True)
class Passed:
    """A part that is over."""

    part: Part
    sent: Sequence[Sent]
    """Those behind the return of the registry last."""
    complete: Mapping[str, float]
    """Seconds from the receipt of each application until its package was complete, of those that are."""
    began: float
    ended: float
    returned: float | None = None
    """When the registry was back; None without an outage. Seconds of the watch, as all of these."""
    drained: float | None = None
    """When nothing waited for it any more."""


@dataclass(frozen=True)
class Result:
    setup: Setup
    passed: Sequence[Passed]
    watch: Watch
    broken: Sequence[Broken]
    registered: int
    processes: dict[str, tuple[float, float, float]]
    """CPU seconds, MB at the end, and MB at most, by process."""

    @property
    def accepted(self) -> int:
        return sum(one.status == ACCEPTED for each in self.passed for one in each.sent)


def run(folder: Path, setup: Setup, seed: int, size: Size) -> Result:
    with open_scene(folder, setup) as scene:
        return _run(scene, seed, size)


def _run(scene: Scene, seed: int, size: Size) -> Result:
    supply = draw_applications(scene.fleet.registrar, seed)
    # Signed before the load begins: what is measured is the gateway.
    signed = [list(islice(supply, part.count + part.behind)) for part in size.parts]
    with watching(scene) as watch:
        passed = [_pass(scene, watch, part, signed[n], seed * 100 + n, size) for n, part in enumerate(size.parts)]
    return _judge(scene, passed, watch)


def _pass(scene: Scene, watch: Watch, part: Part, signed: Sequence[dict[str, Any]], seed: int, size: Size) -> Passed:
    down = scene.setup.down if part.behind else ""
    set_weather(scene.mock, describe_weather(seed, down, size.scale))
    began, returned, drained = watch.seconds(), None, None
    sent = send_all(scene.portal, signed[: part.count], draw_moments(seed, part.count, part.seconds), f"load-{seed}")
    if part.behind:
        # In two hours all else is gathered: the registry comes back to that, however much faster these have come.
        _wait_for(watch, lambda look: look.due == 0 and look.carried <= _CARRIED, size.settle_seconds)
        set_weather(scene.mock, describe_weather(seed, "", size.scale))
        watch.returned, returned, looked = read_moment(), watch.seconds(), len(watch.looks)
        moments = draw_moments(-seed, part.behind, part.behind / QUARTER_START.a_second * size.scale)
        sent += send_all(scene.portal, signed[part.count :], moments, f"load-{seed}-behind")
        last = _wait_for(watch, lambda look: look.waiting == 0, size.settle_seconds, looked)
        drained = last.at if last is not None else None
    _wait_for(watch, lambda look: look.soon == 0 and look.carried == 0, size.settle_seconds)
    return Passed(part, sent, _read_complete(scene), began, watch.seconds(), returned, drained)


def _wait_for(watch: Watch, holds: Callable[[Look], bool], seconds: float, since: int | None = None) -> Look | None:
    """The first of three looks in a row that it holds for; None where these did not come in time.

    `since`: how many looks there were before; else only those to come count.
    """
    first, ends, pause = len(watch.looks) if since is None else since, time.monotonic() + seconds, threading.Event()
    while time.monotonic() < ends:
        held = [holds(look) for look in watch.looks[first:]]
        for n in range(len(held) - _QUIET_LOOKS + 1):
            if all(held[n : n + _QUIET_LOOKS]):
                return watch.looks[first + n]
        pause.wait(_PAUSE_SECONDS)
    return None


def _read_complete(scene: Scene) -> dict[str, float]:
    """By the gateway's clock."""
    rows = scene.look("SELECT id, received_at, registered_at FROM applications WHERE registered_at IS NOT NULL")
    return {row.id: (row.registered_at - row.received_at) / 1_000_000 for row in rows}


def _judge(scene: Scene, passed: Sequence[Passed], watch: Watch) -> Result:
    sent = [one for each in passed for one in each.sent]
    ids = [one.id for one in sent if one.status == ACCEPTED]
    setup = scene.setup
    with look_once(scene.fleet.database) as connection:
        broken = find_broken(connection, Expected(ids, {}, now()))
    broken += judge_intake(sent)
    there = [message.at for message in watch.messages if message.registry == setup.down]
    for one in passed:
        if one.returned is not None:
            broken += judge_drain(None if one.drained is None else one.drained - one.returned)
            broken += judge_rate(there, setup.per_minute, watch.missed, setup.late_seconds)
    broken += judge_budget(watch.asked, watch.lowest_budget)
    processes = {name: (cpu_seconds(pid), megabytes(pid), peak_megabytes(pid)) for name, pid in scene.pids.items()}
    return Result(setup, passed, watch, broken, watch.looks[-1].registered, processes)
