"""One run: load, faults as they were planned, rest, and what was promised looked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos.expected import Broken, Expected
from tests.chaos.faults import OF_FLEET, OF_ONE, may_meet
from tests.chaos.observed import Observed, Watch
from tests.chaos.opening import open_alone, open_fleet
from tests.chaos.plan import Planned
from tests.chaos.promises import DOUBLED, LOST, REQUESTS, RESTED, find_broken, find_untold, look_once
from tests.chaos.rest import list_under_way, wait_for_rest
from tests.chaos.scene import Scene, read_told
from tests.chaos.server import open_server
from tests.chaos.small_disk import open_small_disk
from tests.support.house import OVER, inquiries_of, parts_of

_LOOK_SECONDS = 0.1
_FAULT_SECONDS = 120.0


@dataclass(frozen=True)
class Size:
    """How long a run is."""

    every: float
    """Seconds between applications."""
    most: int
    rest_seconds: float
    """How long the end is waited for."""
    soon_seconds: float
    """What is due within this time is waited for, too: a source that was silent is asked again after minutes."""
    workers: int = 2
    """Of a fleet."""
    gateways: int = 2
    """Of a fleet."""


@dataclass(frozen=True)
class Struck:
    kind: str
    observed: Observed


@dataclass(frozen=True)
class Result:
    struck: Sequence[Struck]
    broken: Sequence[Broken]
    accepted: int
    registered: int
    unrest: str
    """What was still under way where no rest came in time."""
    most_tries: int
    rounds: int
    """Transactions of rounds that the witness saw."""
    told: int
    told_again: int
    seconds: float


@dataclass(frozen=True)
class Ended:
    """A run that is over, its database still there."""

    scene: Scene
    result: Result
    expected: Expected


@contextmanager
def run_fleet(programs: Path | None, folder: Path, seed: int, plan: Sequence[Planned], size: Size) -> Iterator[Ended]:
    """`programs`: of the database server that this run has for itself; None = a database of the one of the tests."""
    with (
        open_server(programs) as server,
        open_fleet(
            folder, server, seed, every=size.every, most=size.most, gateways=size.gateways, workers=size.workers
        ) as scene,
    ):
        yield _run(scene, plan, size)


@contextmanager
def run_alone(folder: Path, seed: int, plan: Sequence[Planned], size: Size) -> Iterator[Ended]:
    with open_small_disk() as disk, open_alone(folder, disk, seed, every=size.every, most=size.most) as scene:
        yield _run(scene, plan, size)


def _run(scene: Scene, plan: Sequence[Planned], size: Size) -> Ended:
    scene.load.start()
    struck = strike_all(scene, plan)
    scene.load.stop()
    unrest = wait_for_rest(lambda: list_under_way(scene, size.soon_seconds), size.rest_seconds)
    return judge(scene, struck, unrest)


def strike_all(scene: Scene, plan: Sequence[Planned]) -> list[Struck]:
    """Each fault at its moment, or as soon as those are over that it may not meet."""
    faults = OF_FLEET if scene.server is not None else OF_ONE
    waiting, under_way, struck = list(plan), list[tuple[Planned, Watch, float]](), list[Struck]()
    try:
        while waiting or under_way:
            for one in [p for p in waiting if p.at <= scene.seconds()]:
                if may_meet(one.kind, [other.kind for other, _, _ in under_way], len(scene.workers)):
                    waiting.remove(one)
                    dice = Random(one.draw)  # noqa: S311 - faults that repeat are wanted
                    under_way.append((one, faults[one.kind](scene, dice), time.monotonic() + _FAULT_SECONDS))
            for watched in tuple(under_way):
                observed = _look_at(*watched)
                if observed is not None:
                    under_way.remove(watched)
                    struck.append(Struck(watched[0].kind, observed))
            threading.Event().wait(_LOOK_SECONDS)
    finally:
        # What a fault did is undone, however the run ends.
        for _, watch, _ in under_way:
            watch.close()
    return sorted(struck, key=lambda one: one.observed.struck_at)


def _look_at(planned: Planned, watch: Watch, ends: float) -> Observed | None:
    try:
        waits_for = next(watch)
    except StopIteration as end:
        observed: Observed = end.value
        return observed
    if time.monotonic() < ends:
        return None
    watch.close()
    return Observed("", f"not over in {_FAULT_SECONDS:.0f} s; it waited for {waits_for}", 0, planned.at, None)


def judge(scene: Scene, struck: Sequence[Struck], unrest: str) -> Ended:
    """By what the database holds, and by what the API tells."""
    with look_once(scene.fleet.database) as connection:
        expected = scene.describe()
        broken = find_broken(connection, expected)
    ids = expected.accepted
    broken += [Broken(LOST, refused) for refused in scene.load.refused]
    broken += [Broken(RESTED, unrest)] if unrest else []
    provider, events = scene.provider(), dict[str, list[int]]()
    portal = scene.callers()[0]
    registered = 0
    for one in ids:
        status = portal.get(f"/v1/applications/{one}")["status"]["code"]
        events[one] = [event["seq"] for event in portal.get(f"/v1/applications/{one}/events")["events"]]
        if status == OVER:
            registered += 1
            broken += _find_unlike(provider.dossier(one), one)
    told = read_told(scene.portal)
    broken += find_untold(told, events)
    result = Result(
        struck,
        broken,
        accepted=len(ids),
        registered=registered,
        unrest=unrest,
        most_tries=max((one.tries for one in scene.load.accepted), default=0),
        rounds=(scene.count_writes() or 0) if scene.server is not None else 0,
        told=len(told),
        told_again=len(told) - len(set(told)),
        seconds=scene.seconds(),
    )
    return Ended(scene, result, expected)


def _find_unlike(dossier: dict[str, Any], application_id: str) -> list[Broken]:
    """Where the dossier of a registered package is not whole and single."""
    cells = [(i["number"], i["subject"]["ref"] if i["subject"] else "") for i in inquiries_of(dossier)]
    parts = {part["exchange"]: (part["passport"], part["subject"]) for part in parts_of(dossier)}
    found = []
    if dossier["summary"]["accounted"] != REQUESTS:
        found.append(Broken(LOST, f"{application_id}: {dossier['summary']} in its dossier"))
    if len(cells) != len(set(cells)) or len(parts) != len(set(parts.values())):
        found.append(Broken(DOUBLED, f"{application_id}: a cell or a part twice in its dossier"))
    return found
