"""Who looks on while the load runs: the suite's journal line by line, the gateway's figures, and what is not over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import bindparam, text

from gateway.clock import now
from tests.load.metrics import Asked, read_asked
from tests.load.scene import Scene
from tests.support.house import MockServer

_EVERY_SECONDS: Final = 1.0
_PAGE: Final = 1000
_SOON_MICROSECONDS: Final = 70_000_000
_COUNTS: Final = """
SELECT (SELECT count(*) FROM applications) AS accepted,
  (SELECT count(*) FROM applications WHERE registered_at IS NOT NULL) AS registered,
  (SELECT count(*) FROM wakeups WHERE due_at <= :now AND leased_until IS NULL) AS due,
  (SELECT count(*) FROM wakeups w JOIN applications a ON a.id = w.application_id
    WHERE w.due_at <= :soon AND w.leased_until IS NULL AND a.registered_at IS NULL) AS soon,
  (SELECT count(*) FROM wakeups WHERE leased_until IS NOT NULL) AS carried"""
_WAITING: Final = text(
    "SELECT count(*) AS n, count(DISTINCT x.application_id) AS applications "
    "FROM exchanges x JOIN applications a ON a.id = x.application_id "
    "WHERE x.passport IN :passports AND x.state IN ('waiting', 'pending') AND a.received_at <= :until"
).bindparams(bindparam("passports", expanding=True))


@dataclass(frozen=True)
class Message:
    """One exchange as the suite has it in its journal."""

    at: datetime
    registry: str
    failure: str
    """That it met there on purpose."""
    digest: str = ""
    """The same where the same bytes came again."""

    def is_after(self, microseconds: int | None) -> bool:
        """`microseconds`: since 1970; nothing is after what has not been."""
        return microseconds is not None and self.at.timestamp() * 1_000_000 >= microseconds


@dataclass(frozen=True)
class Look:
    """How it stood at one moment."""

    at: float
    """Seconds after the watch began."""
    accepted: int
    registered: int
    due: int
    """Applications that are due and claimed by nobody."""
    soon: int
    """Applications that are due within a minute, as those are which wait for another try of a slow source."""
    carried: int
    """Applications that are being carried forward."""
    waiting: int
    """Exchanges with the registry that is or was down, which are not over; of applications of before its return."""
    blocked: int
    """Applications that these belong to."""
    breaker: str
    """Of that registry."""


@dataclass
class Watch:
    """What has been seen so far."""

    began: float = field(default_factory=time.monotonic)
    messages: list[Message] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    lowest_budget: dict[str, float] = field(default_factory=dict)
    returned: int | None = None
    """When the registry was back, in microseconds since 1970."""
    missed: int = 0
    """Exchanges that the journal forgot before they were read: with any, no rate holds."""
    _seen: int = 0

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def look(self, scene: Scene) -> Look:
        """Look now."""
        self.asked = read_asked(scene.read_metrics())
        for registry, one in self.asked.items():
            self.lowest_budget[registry] = min(one.budget, self.lowest_budget.get(registry, one.budget))
        breaker = self.asked.get(scene.setup.down, Asked()).breaker
        found = Look(self.seconds(), **_count(scene, self.returned), breaker=breaker)
        self.looks.append(found)
        return found

    def read_journal(self, suite: MockServer) -> None:
        """What has come since it was last read: the suite keeps the last 2000."""
        while lines := suite.get(f"/_mock/journal?since={self._seen}&limit={_PAGE}"):
            for line in lines:
                if not line["done"] and not line.get("registry"):
                    return  # It has only begun: whose it is will be known at the next look.
                self.missed += line["number"] - self._seen - 1
                self._seen = line["number"]
                self._keep(line)

    def _keep(self, line: Mapping[str, Any]) -> None:
        if line["channel"] != "push":
            at = datetime.fromisoformat(line["at"])
            texts = (line.get(name, "") for name in ("registry", "failure", "request_digest"))
            self.messages.append(Message(at, *texts))


@contextmanager
def watching(scene: Scene) -> Iterator[Watch]:
    """Looks every second, and once more at the end; what went wrong in looking is raised there."""
    watch, over = Watch(), threading.Event()

    def run(look: Callable[[], object]) -> None:
        while not over.wait(_EVERY_SECONDS):
            look()

    def read() -> None:
        watch.read_journal(scene.mock)

    # Beside each other: the journal does not wait for a gateway that has much to do.
    with ThreadPoolExecutor(2, thread_name_prefix="watch") as pool:
        looking = [pool.submit(run, partial(watch.look, scene)), pool.submit(run, read)]
        try:
            yield watch
        finally:
            over.set()
            for one in looking:
                one.result()
    watch.look(scene)
    read()


def _count(scene: Scene, returned: int | None) -> dict[str, int]:
    moment = read_moment()
    with scene.fleet.database.connect() as connection:
        counts = connection.execute(text(_COUNTS), {"now": moment, "soon": moment + _SOON_MICROSECONDS}).one()
        until = moment if returned is None else returned
        waiting = connection.execute(_WAITING, {"passports": list(scene.passports), "until": until}).one()
    return {
        "accepted": counts.accepted,
        "registered": counts.registered,
        "due": counts.due,
        "soon": counts.soon,
        "carried": counts.carried,
        "waiting": waiting.n,
        "blocked": waiting.applications,
    }


def read_moment() -> int:
    """Now, as the tables hold moments."""
    return int(now().timestamp() * 1_000_000)
