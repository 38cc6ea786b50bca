"""The scene: processes of a gateway at their places, the mock suite, a portal that is told, and the load."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from gateway.clock import now
from tests.adapters.stub_server import StubServer
from tests.chaos.expected import GATEWAY, WORKER, Expected, Step
from tests.chaos.load import Load
from tests.chaos.ports import find_port
from tests.chaos.program import RIGHT_CLOCK
from tests.chaos.server import DatabaseServer
from tests.chaos.small_disk import SmallDisk
from tests.chaos.witness import NAME_VARIABLE
from tests.support.fleet import Fleet, Member
from tests.support.house import CLERK, Caller

T = TypeVar("T")
HANG = ("mvd-vehicles", "gbdrn-report305", "cbd-benefits")
"""Sources that may fall silent."""
_RESTART_SECONDS = 60.0
_OPEN_AT_ONCE = 6
"""Applications that are due: more would wait for the machine, and not for what was struck."""
_DUE = (
    "SELECT count(*) AS n FROM wakeups w JOIN applications a ON a.id = w.application_id "
    "WHERE a.registered_at IS NULL AND w.due_at < :soon"
)


@dataclass
class Scene:
    """What faults are struck at. Gateways and workers stand at their places; a killed one is begun again there."""

    fleet: Fleet
    portal: StubServer
    supply: Iterator[Mapping[str, Any]]
    every_seconds: float
    most: int
    server: DatabaseServer | None = None
    """None where the database is a file."""
    disk: SmallDisk | None = None
    load: Load = field(init=False)
    began: float = field(default_factory=time.monotonic)
    gateways: dict[int, Member] = field(default_factory=dict)
    workers: dict[int, Member] = field(default_factory=dict)
    away: set[int] = field(default_factory=set)
    """Places of workers that are killed or paused at this moment."""
    names: dict[str, str] = field(default_factory=dict)
    """Holder of leases by the name of the process."""
    processes: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Kind and place by the name of the process, of all that ever stood there."""
    stepped: dict[str, int] = field(default_factory=dict)
    """By kind, the place of the process whose clock can be stepped."""
    steps: list[Step] = field(default_factory=list)
    """Those that are over."""
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def __post_init__(self) -> None:
        self.load = Load(self.supply, self.callers, self.has_room, self.every_seconds, self.most)

    def callers(self) -> list[Caller]:
        """The portal's, of each gateway in the order of their places."""
        return [Caller(member.url, self.fleet.other_keys[0]) for _, member in sorted(self.gateways.items())]

    def has_room(self) -> bool:
        rows = self.look(_DUE, soon=self.read_moment(seconds=-2))
        return rows is None or rows[0].n < _OPEN_AT_ONCE

    def provider(self) -> Caller:
        return Caller(self.gateways[0].url, self.fleet.key, CLERK)

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def look(self, query: str, **values: Any) -> list[Any] | None:
        """Rows; None while the database is away."""
        try:
            return self.fleet.look(query, **values)
        except SQLAlchemyError:
            return None

    def count_writes(self, *processes: str) -> int | None:
        """Transactions that the witness saw of these processes so far, or of rounds where none is named."""
        rows = self.look("SELECT process, count(DISTINCT transaction) AS n FROM witness GROUP BY process")
        if rows is None:
            return None
        wanted = processes or tuple(self.names)
        return sum(int(row.n) for row in rows if row.process in wanted)

    def find_names(self, kind: str, place: int) -> list[str]:
        """Of the processes that stood there one after the other."""
        with self._lock:
            return [name for name, where in self.processes.items() if where == (kind, place)]

    def step_file(self, kind: str) -> Path:
        """Seconds that the clock of the one that can be stepped is ahead."""
        return self.fleet.folder / f"step-{kind}"

    def describe(self) -> Expected:
        """What the outside knows, at this moment."""
        sent = {one.id: one.sent for one in self.load.accepted}
        return Expected(self.load.ids(), dict(self.names), now(), sent, tuple(self.steps))

    @staticmethod
    def read_moment(seconds: float) -> int:
        """So many seconds ago, as the tables hold moments."""
        return int((now().timestamp() - seconds) * 1_000_000)

    def find_busy(self, dice: Random) -> tuple[int, dict[str, int]] | None:
        """A worker (its place) that carries applications forward, drawn, with the numbers of its leases."""
        query = "SELECT name, number, holder FROM leases WHERE held_until IS NOT NULL AND name LIKE 'app%'"
        rows = self.look(query) or []
        working = {place: member for place, member in self.workers.items() if place not in self.away}
        busy = [place for place, member in working.items() if any(r.holder == member.name for r in rows)]
        if not busy:
            return None
        place = dice.choice(busy)
        return place, {row.name: row.number for row in rows if row.holder == self.workers[place].name}

    def list_left(self, leases: Mapping[str, int]) -> list[str] | None:
        """Those of these applications which nobody has taken under a later lease, and which are not at rest.

        None while the database is away.
        """
        rows = self.look("SELECT name, number, held_until FROM leases WHERE name LIKE 'app%'")
        if rows is None:
            return None
        standing = {row.name: row for row in rows}
        return [
            name
            for name, number in leases.items()
            if standing[name].number <= number and standing[name].held_until is not None
        ]

    def begin_gateway(self, place: int, port: str = "") -> Member:
        member = self._begin(GATEWAY, place, "serve", "--port", port or str(find_port()))
        self.gateways[place] = member
        return member

    def begin_worker(self, place: int) -> Member:
        member = self._begin(WORKER, place, "worker")
        self.workers[place] = member
        return member

    def in_background(self, work: Callable[[], T]) -> Future[T]:
        return self._pool.submit(work)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, kind: str, place: int, *arguments: str) -> Member:
        """Tried again while the database is away, as whatever keeps services running does."""
        ends = time.monotonic() + _RESTART_SECONDS
        clock = str(self.step_file(kind)) if self.stepped.get(kind) == place else RIGHT_CLOCK
        program = ("-m", "tests.chaos.program", clock)
        while True:
            with self._lock:
                self._count += 1
                name = f"{kind}-{self._count}"
                self.processes[name] = (kind, place)
            try:
                member = self.fleet.start(*arguments, environ={NAME_VARIABLE: name}, program=program, name=name)
            except AssertionError as error:
                if time.monotonic() > ends or "setting-invalid" in str(error):
                    raise
                threading.Event().wait(0.5)
                continue
            if kind == WORKER:
                with self._lock:
                    self.names[name] = member.name
            return member


def read_told(portal: StubServer) -> list[tuple[str, int]]:
    """What the portal was told, in the order that it came."""
    bodies = [json.loads(asked.body) for asked in tuple(portal.asked)]
    return [(body["application"], body["seq"]) for body in bodies]
