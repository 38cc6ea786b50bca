"""Faults of what the database stands on: its server, its connections, its disk."""

from __future__ import annotations

import time
from random import Random

from tests.chaos.observed import Observed, Watch, count_rounds, wait_for_rounds
from tests.chaos.scene import Scene
from tests.chaos.server import DatabaseServer


def kill_database(scene: Scene, dice: Random) -> Watch:
    before = yield from count_rounds(scene)
    down = dice.uniform(0.3, 1.5)
    struck, at = scene.seconds(), time.monotonic()
    server = _server_of(scene)
    server.kill()
    while time.monotonic() - at < down:
        yield "the end of the outage"
    server.start()
    back = time.monotonic() - at
    yield from wait_for_rounds(scene, before)
    return Observed(server.told, f"asked again {back:.1f} s later", struck, time.monotonic() - at)


def cut_connections(scene: Scene, dice: Random) -> Watch:
    before = yield from count_rounds(scene)
    struck, at = scene.seconds(), time.monotonic()
    cut = _server_of(scene).cut_connections()
    yield from wait_for_rounds(scene, before)
    return Observed("all connections of the database", f"{cut} were ended", struck, time.monotonic() - at)


def fill_disk(scene: Scene, dice: Random) -> Watch:
    disk, member = scene.disk, scene.gateways[0]
    assert disk is not None, "the database lies on no disk of its own"
    struck, at = scene.seconds(), time.monotonic()
    seconds, pid = dice.uniform(2.0, 4.0), member.process.pid
    # What the log of the file holds in reserve would take what is written meanwhile.
    with scene.fleet.database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    disk.fill(pid)
    try:
        while time.monotonic() - at < seconds:
            yield "the end of the full disk"
    finally:
        disk.free(pid)
    freed = time.monotonic()
    put_off = sum(at < moment < freed for moment in scene.load.put_off)
    while (first := scene.load.first_after(freed)) is None:
        yield "an application that is accepted"
    seen = f"{disk.told} for {seconds:.1f} s: {put_off} calls were put off; accepted {first.at - freed:.1f} s after it"
    return Observed("the database's disk", seen, struck, first.at - at)


def _server_of(scene: Scene) -> DatabaseServer:
    assert scene.server is not None, "the database is a file"
    return scene.server
