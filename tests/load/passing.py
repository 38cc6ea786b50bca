"""A part of a run: applications that come, a registry that may be away while they do, and the rest behind them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.load.climbing import Climb
from tests.load.scene import Scene
from tests.load.sending import Sent, send_all
from tests.load.shapes import QUARTER_START, Shape, draw_moments
from tests.load.watching import Look, Watch, read_moment
from tests.load.weather import REFUSES, describe_weather, set_weather

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
    how: str = REFUSES
    """A registry that is down is so."""

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
    climb: Climb | None = None
    """Behind the parts."""


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
    has_rested: bool
    """Nothing of it was under way any more, or due within a minute, before nobody waited any longer."""
    returned: float | None = None
    """When the registry was back; None without an outage. Seconds of the watch, as all of these."""
    drained: float | None = None
    """When nothing waited for it any more."""


def pass_part(
    scene: Scene, watch: Watch, part: Part, signed: Sequence[dict[str, Any]], seed: int, size: Size
) -> Passed:
    down = scene.setup.down if part.behind else ""
    set_weather(scene.mock, describe_weather(seed, down, size.scale, part.how))
    began, returned, drained = watch.seconds(), None, None
    sent = send_all(scene.portal, signed[: part.count], draw_moments(seed, part.count, part.seconds), f"load-{seed}")
    if part.behind:
        # In two hours all else is gathered: the registry comes back to that, however much faster these have come.
        wait_for(watch, lambda look: look.due == 0 and look.carried <= _CARRIED, size.settle_seconds)
        set_weather(scene.mock, describe_weather(seed, "", size.scale))
        watch.returned, returned, looked = read_moment(), watch.seconds(), len(watch.looks)
        moments = draw_moments(-seed, part.behind, part.behind / QUARTER_START.a_second * size.scale)
        sent += send_all(scene.portal, signed[part.count :], moments, f"load-{seed}-behind")
        last = wait_for(watch, lambda look: look.waiting == 0, size.settle_seconds, looked)
        drained = last.at if last is not None else None
    rest = wait_for(watch, is_at_rest, size.settle_seconds)
    return Passed(part, sent, read_complete(scene), began, watch.seconds(), rest is not None, returned, drained)


def is_at_rest(look: Look) -> bool:
    return look.soon == 0 and look.carried == 0


def wait_for(watch: Watch, holds: Callable[[Look], bool], seconds: float, since: int | None = None) -> Look | None:
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


def read_complete(scene: Scene) -> dict[str, float]:
    """By the gateway's clock."""
    rows = scene.look("SELECT id, received_at, registered_at FROM applications WHERE registered_at IS NOT NULL")
    return {row.id: (row.registered_at - row.received_at) / 1_000_000 for row in rows}
