"""One run: parts one behind the other, or stairs of a rate, and what became of every promise."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from gateway.clock import now
from tests.bench.processes import cpu_seconds, megabytes, peak_megabytes
from tests.chaos.expected import Broken, Expected
from tests.chaos.load import draw_applications
from tests.chaos.promises import find_broken, look_once
from tests.load.climbing import Climb, Stair, judge_stair
from tests.load.judges import (
    NO_STORM,
    PACED,
    count_again,
    judge_again,
    judge_budget,
    judge_drain,
    judge_gathered,
    judge_intake,
    judge_rate,
    judge_rest,
)
from tests.load.passing import Part, Passed, Size, is_at_rest, pass_part, read_complete, wait_for
from tests.load.scene import Scene, Setup, open_scene
from tests.load.sending import ACCEPTED, Sent, send_all
from tests.load.shapes import FIFTY_THOUSAND, draw_moments
from tests.load.watching import Watch, watching
from tests.load.weather import describe_weather, set_weather


@dataclass(frozen=True)
class Result:
    setup: Setup
    passed: Sequence[Passed]
    watch: Watch
    broken: Sequence[Broken]
    registered: int
    processes: dict[str, tuple[float, float, float]]
    """CPU seconds, MB at the end, and MB at most, by process."""
    stairs: Sequence[Stair] = ()

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
        passed = [pass_part(scene, watch, part, signed[n], seed * 100 + n, size) for n, part in enumerate(size.parts)]
        stairs, climbed = _climb(scene, watch, size.climb, supply, seed, size) if size.climb else ((), ())
    return _judge(scene, [*passed, *climbed], watch, stairs)


def _climb(
    scene: Scene, watch: Watch, climb: Climb, supply: Iterator[dict[str, Any]], seed: int, size: Size
) -> tuple[Sequence[Stair], Sequence[Passed]]:
    """One stair behind the other without a rest, until one gives way; then the last that held, for longer."""
    signed = list(islice(supply, sum(climb.count(rate) for rate in climb.rates)))
    set_weather(scene.mock, describe_weather(seed, "", size.scale))
    stairs: list[Stair] = []
    sent: list[Sent] = []
    start, before = watch.seconds(), watch.looks[-1].registered if watch.looks else 0
    for n, rate in enumerate(climb.rates):
        moments = draw_moments(seed * 1000 + n, climb.count(rate), climb.seconds)
        first, began, looked = len(sent), watch.seconds(), len(watch.looks)
        sent += send_all(scene.portal, signed[first : first + len(moments)], moments, f"stair-{seed}-{n}")
        threading.Event().wait(max(0.0, began + climb.seconds - watch.seconds()))
        stair = judge_stair(rate, moments, climb.seconds, began, before + first, watch.looks[looked:])
        stairs.append(stair)
        if not stair.has_held:
            break
    rest = wait_for(watch, is_at_rest, size.settle_seconds)
    whole = _describe_part("all stairs", len(sent), climb.seconds * len(stairs))
    climbed = Passed(whole, sent, read_complete(scene), start, watch.seconds(), rest is not None)
    held = [stair.rate for stair in stairs if stair.has_held]
    if not held:
        return stairs, [climbed]
    count = max(1, round(held[-1] * climb.hold_seconds))
    steady = _describe_part("the last rate that held", count, count / held[-1])
    signed = list(islice(supply, steady.count))
    return stairs, [climbed, pass_part(scene, watch, steady, signed, seed * 100 + 99, size)]


def _describe_part(title: str, count: int, seconds: float) -> Part:
    """Its rate beside that of the busiest hour of a day of 50 000."""
    shape = replace(FIFTY_THOUSAND, title=f"{title}, beside {FIFTY_THOUSAND.title}")
    return Part(shape, count, count / seconds / shape.a_second)


def _judge(scene: Scene, passed: Sequence[Passed], watch: Watch, stairs: Sequence[Stair] = ()) -> Result:
    sent = [one for each in passed for one in each.sent]
    ids = [one.id for one in sent if one.status == ACCEPTED]
    setup = scene.setup
    with look_once(scene.fleet.database) as connection:
        broken = find_broken(connection, Expected(ids, {}, now()))
    broken += judge_intake(sent)
    broken += judge_rest({each.part.shape.title: each.has_rested for each in passed})
    broken += judge_gathered(len(ids), watch.looks[-1].registered)
    there = [message for message in watch.messages if message.registry == setup.down]
    promise = NO_STORM if setup.has_quota else PACED
    for one in passed:
        if one.returned is not None:
            broken += judge_drain(None if one.drained is None else one.drained - one.returned)
            # A quota holds always; without one, only what waited is paced.
            judged = [message.at for message in there if setup.has_quota or message.is_after(watch.returned)]
            broken += judge_rate(judged, setup.most_a_minute, watch.missed, setup.late_seconds, promise)
    broken += judge_budget(watch.asked, watch.lowest_budget)
    broken += judge_again(count_again((one.registry, one.digest) for one in watch.messages), watch.asked)
    processes = {name: (cpu_seconds(pid), megabytes(pid), peak_megabytes(pid)) for name, pid in scene.pids.items()}
    return Result(setup, passed, watch, broken, watch.looks[-1].registered, processes, stairs)
