"""Scenes are set: processes begun over a database and a mock suite of their own, and ended with it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from gateway.clock import now
from gateway.settings import read_settings
from gateway.wiring import open_webhooks
from tests.adapters.stub_server import StubServer, always, http, serving
from tests.chaos.expected import GATEWAY, WORKER
from tests.chaos.load import draw_applications
from tests.chaos.scene import HANG, Scene
from tests.chaos.server import DatabaseServer
from tests.chaos.small_disk import SmallDisk
from tests.chaos.witness import place_witness
from tests.support.authority import Registrar
from tests.support.deployment import copy_passports
from tests.support.fleet import Fleet, Member
from tests.support.house import SEED, SENDER, SENDER_PASSWORD, MockServer, add_clients, describe

_LIMITS = "timeout_seconds = 12\nattempt_seconds = 2\ntries = 3"
"""Of sources that may fall silent: short in this deployment, so that a run sees them come back."""
_MOCK = "from registries_mock.cli import main; main()"


@dataclass(frozen=True)
class MockProcess(MockServer):
    pid: int = 0


@contextmanager
def open_fleet(
    folder: Path, server: DatabaseServer, seed: int, *, every: float, most: int, gateways: int, workers: int
) -> Iterator[Scene]:
    """Gateways and workers on one PostgreSQL have begun, the load has not."""
    environ = {"ASP_DATABASE_URL": server.url, "ASP_ENGINE": "distributed"}
    # A look at the database is cheap, also where its connections were just ended.
    engine = create_engine(server.url, pool_pre_ping=True, connect_args={"connect_timeout": 3})
    with _open_scene(folder, engine, seed, environ, every, most) as scene:
        scene.server = server
        scene.stepped.update({GATEWAY: gateways - 1, WORKER: workers - 1})
        with engine.begin() as connection:
            place_witness(connection)
        _begin_all(scene, scene.begin_gateway, gateways)
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
        supply = draw_applications(registrar, seed)
        scene = Scene(fleet, portal, supply, every, most)
        for kind in (GATEWAY, WORKER):
            scene.step_file(kind).write_text("0", encoding="ascii")
        stack.callback(scene.close)
        yield scene


def _begin_all(scene: Scene, begin: Callable[[int], Member], count: int) -> None:
    for one in [scene.in_background(partial(begin, place)) for place in range(count)]:
        one.result()
    scene.fleet.mock.push_to(scene.gateways[0].url)
    scene.began = time.monotonic()


def _listen(fleet: Fleet, portal: StubServer) -> None:
    with fleet.database.connect() as connection:
        client_id = connection.execute(text("SELECT id FROM clients WHERE name = 'Portal'")).scalar_one()
    with open_webhooks(read_settings(fleet.environ)) as store:
        store.set_webhook(client_id, f"{portal.url}events")


@contextmanager
def open_mock_process(registrar: Registrar, *, delay: float = 0.1, latency: float = 0.1) -> Iterator[MockProcess]:
    """The mock suite as a process of its own, by this machine's time. Seconds: of late replies; of every exchange."""
    options = ["--seed", str(SEED), "--today", now().date().isoformat(), "--ca", str(registrar.folder)]
    command = [sys.executable, "-c", _MOCK, "serve", "--port", "0", *options, "--sender", f"{SENDER}:{SENDER_PASSWORD}"]
    with subprocess.Popen(
        [*command, "--async-delay", str(delay), "--latency", str(latency)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield MockProcess(process.stdout.readline().split()[-1], pid=process.pid)
        finally:
            process.kill()
