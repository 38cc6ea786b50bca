"""The scene: processes of a gateway at their places, the mock suite, a portal that is told, and the load."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from gateway.clock import now
from gateway.settings import read_settings
from gateway.wiring import open_webhooks
from tests.adapters.stub_server import StubServer, always, http, serving
from tests.chaos.load import Load, draw_applications
from tests.chaos.ports import find_port
from tests.chaos.server import DatabaseServer
from tests.chaos.small_disk import SmallDisk
from tests.chaos.witness import NAME_VARIABLE, place_witness
from tests.support.authority import Registrar
from tests.support.deployment import copy_passports
from tests.support.fleet import PROGRAM, Fleet, Member
from tests.support.house import CLERK, SEED, SENDER, SENDER_PASSWORD, Caller, MockServer, add_clients, describe

HANG = ("mvd-vehicles", "gbdrn-report305", "cbd-benefits")
"""Sources that may fall silent: their limits are short in this deployment, so that a run sees them come back."""
STEPPED_PLACE = 1
_LIMITS = "timeout_seconds = 12\nattempt_seconds = 2\ntries = 3"
_MOCK = "from registries_mock.cli import main; main()"
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
    dice: Random
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
    step_file: Path = field(default_factory=Path)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _count: int = 0

    def __post_init__(self) -> None:
        self.load = Load(self.supply, self.callers, self.has_room, self.every_seconds, self.most)

    def callers(self) -> list[Caller]:
        """The portal's, of each gateway."""
        return [Caller(member.url, self.fleet.other_keys[0]) for member in self.gateways.values()]

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

    def count_rounds(self, process: str = "") -> int | None:
        """Writes of rounds that the witness saw so far, or those of one process."""
        query = "SELECT count(*) AS n FROM witness WHERE process LIKE :process AND process LIKE 'worker%'"
        rows = self.look(query, process=process or "%")
        return None if rows is None else int(rows[0].n)

    @staticmethod
    def read_moment(seconds: float) -> int:
        """So many seconds ago, as the tables hold moments."""
        return int((now().timestamp() - seconds) * 1_000_000)

    def find_busy(self) -> tuple[int, dict[str, int]] | None:
        """A worker (its place) that carries applications forward, drawn, with the numbers of its leases."""
        query = "SELECT name, number, holder FROM leases WHERE held_until IS NOT NULL AND name LIKE 'app%'"
        rows = self.look(query) or []
        working = {place: member for place, member in self.workers.items() if place not in self.away}
        busy = [place for place, member in working.items() if any(r.holder == member.name for r in rows)]
        if not busy:
            return None
        place = self.dice.choice(busy)
        return place, {row.name: row.number for row in rows if row.holder == self.workers[place].name}

    def has_gone_on(self, leases: Mapping[str, int]) -> bool:
        """Whether each of these applications has been taken under a later lease, or is at rest."""
        rows = self.look("SELECT name, number, held_until FROM leases WHERE name LIKE 'app%'")
        if rows is None:
            return False
        standing = {row.name: row for row in rows}
        return all(
            standing[name].number > number or standing[name].held_until is None for name, number in leases.items()
        )

    def begin_gateway(self, place: int, port: str = "") -> Member:
        member = self._begin("gateway", ("-c", PROGRAM), "serve", "--port", port or str(find_port()))
        self.gateways[place] = member
        return member

    def begin_worker(self, place: int) -> Member:
        """The worker at STEPPED_PLACE has a clock that can be stepped."""
        if place == STEPPED_PLACE:
            member = self._begin("worker", ("-m", "tests.chaos.stepped"), str(self.step_file))
        else:
            member = self._begin("worker", ("-c", PROGRAM), "worker")
        self.workers[place] = member
        return member

    def in_background(self, begin: Callable[[], Member]) -> Future[Member]:
        return self._pool.submit(begin)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _begin(self, kind: str, program: Sequence[str], *arguments: str) -> Member:
        """Tried again while the database is away, as whatever keeps services running does."""
        ends = time.monotonic() + _RESTART_SECONDS
        while True:
            with self._lock:
                self._count += 1
                name = f"{kind}-{self._count}"
            try:
                member = self.fleet.start(*arguments, environ={NAME_VARIABLE: name}, program=program, name=name)
            except AssertionError as error:
                if time.monotonic() > ends or "setting-invalid" in str(error):
                    raise
                threading.Event().wait(0.5)
                continue
            if kind == "worker":
                with self._lock:
                    self.names[name] = member.name
            return member


@contextmanager
def open_fleet(
    folder: Path, server: DatabaseServer, seed: int, *, every: float, most: int, workers: int
) -> Iterator[Scene]:
    """Two gateways, and workers, on one PostgreSQL have begun, the load has not."""
    environ = {"ASP_DATABASE_URL": server.url, "ASP_ENGINE": "distributed"}
    engine = create_engine(server.url, poolclass=NullPool, connect_args={"connect_timeout": 3})
    with _open_scene(folder, engine, seed, environ, every, most) as scene:
        scene.server = server
        with engine.begin() as connection:
            place_witness(connection)
        _begin_all(scene, scene.begin_gateway, 2)
        _begin_all(scene, scene.begin_worker, workers)
        yield scene


@contextmanager
def open_alone(folder: Path, disk: SmallDisk, seed: int, *, every: float, most: int) -> Iterator[Scene]:
    """One gateway that does all, over a file on a disk that can be filled, has begun; the load has not."""
    url = f"sqlite:///{disk.folder / 'gateway.db'}"
    engine = create_engine(url, poolclass=NullPool)
    with _open_scene(folder, engine, seed, {"ASP_DATABASE_URL": url, "ASP_DISK_FREE_MB": "1"}, every, most) as scene:
        scene.disk = disk
        _begin_all(scene, scene.begin_gateway, 1)
        yield scene


@contextmanager
def _open_scene(
    folder: Path, engine: Engine, seed: int, environ: Mapping[str, str], every: float, most: int
) -> Iterator[Scene]:
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        registrar = Registrar(folder / "authority", now())
        mock = stack.enter_context(open_mock_process(registrar))
        portal = stack.enter_context(serving(always(http(204, b""))))
        told = describe(folder, registrar, mock.url) | {
            "ASP_WEBHOOK_HOSTS": portal.url.split("/")[2],
            "ASP_PULL_SECONDS": "5",
            "ASP_PASSPORTS": str(copy_passports(folder / "deployment", limits=_LIMITS, only=HANG)),
            **environ,
        }
        keys = add_clients(told, now)
        fleet = Fleet(told, folder, mock, registrar, engine, keys[0], keys[1:])
        stack.callback(fleet.close)
        _listen(fleet, portal)
        dice = Random(seed)  # noqa: S311 - faults that repeat are wanted
        supply = draw_applications(registrar, seed)
        scene = Scene(fleet, portal, dice, supply, every, most, step_file=folder / "step")
        scene.step_file.write_text("0", encoding="ascii")
        stack.callback(scene.close)
        yield scene


def _begin_all(scene: Scene, begin: Callable[[int], Member], count: int) -> None:
    for one in [scene.in_background(partial(begin, place)) for place in range(count)]:
        one.result()
    scene.fleet.mock.push_to(scene.gateways[0].url)
    scene.began = time.monotonic()


def read_told(portal: StubServer) -> list[tuple[str, int]]:
    """What the portal was told, in the order that it came."""
    bodies = [json.loads(asked.body) for asked in tuple(portal.asked)]
    return [(body["application"], body["seq"]) for body in bodies]


def _listen(fleet: Fleet, portal: StubServer) -> None:
    with fleet.database.connect() as connection:
        client_id = connection.execute(text("SELECT id FROM clients WHERE name = 'Portal'")).scalar_one()
    with open_webhooks(read_settings(fleet.environ)) as store:
        store.set_webhook(client_id, f"{portal.url}events")


@contextmanager
def open_mock_process(registrar: Registrar) -> Iterator[MockServer]:
    """The mock suite as a process of its own, by this machine's time."""
    options = ["--seed", str(SEED), "--today", now().date().isoformat(), "--ca", str(registrar.folder)]
    command = [sys.executable, "-c", _MOCK, "serve", "--port", "0", *options]
    with subprocess.Popen(
        [*command, "--sender", f"{SENDER}:{SENDER_PASSWORD}", "--async-delay", "0.1", "--latency", "0.1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield MockServer(process.stdout.readline().split()[-1])
        finally:
            process.kill()
