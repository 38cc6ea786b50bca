"""Faults of what the database stands on: its server, its connections, its disk."""

from __future__ import annotations

import time
from functools import partial
from random import Random

from tests.chaos.observed import Observed, Watch, count_writes, wait_for, wait_for_writes, wait_until_ready
from tests.chaos.scene import Scene
from tests.chaos.server import DatabaseServer


def kill_database(scene: Scene, dice: Random) -> Watch:
    before = yield from count_writes(scene)
    down = dice.uniform(0.3, 1.5)
    struck, at = scene.seconds(), time.monotonic()
    server = _server_of(scene)
    killed = server.kill()
    while time.monotonic() - at < down:
        yield "the end of the outage"
    server.start()
    back = time.monotonic() - at
    yield from wait_for_writes(scene, before)
    yield from wait_until_ready(scene)
    seen = f"{killed} of them; asked again {back:.1f} s later"
    return Observed(server.told, seen, killed, struck, time.monotonic() - at)


def cut_connections(scene: Scene, dice: Random) -> Watch:
    before = yield from count_writes(scene)
    struck, at = scene.seconds(), time.monotonic()
    cut = _server_of(scene).cut_connections()
    yield from wait_for_writes(scene, before)
    yield from wait_until_ready(scene)
    return Observed("all connections of the database", f"{cut} were ended", cut, struck, time.monotonic() - at)


def fill_disk(scene: Scene, dice: Random) -> Watch:
    """Until somebody was put off: an application comes meanwhile, whether the portals have room for another or not."""
    disk, member = scene.disk, scene.gateways[0]
    assert disk is not None, "the database lies on no disk of its own"
    struck, at = scene.seconds(), time.monotonic()
    seconds, pid = dice.uniform(2.0, 4.0), member.process.pid
    # What the log of the file holds in reserve would take what is written meanwhile.
    with scene.fleet.database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    disk.fill(pid)
    full = time.monotonic()
    brought = scene.in_background(partial(scene.load.send, scene.load.draw(), f"chaos-full-{struck:.3f}"))
    try:
        while time.monotonic() - at < seconds or not scene.load.count_put_off(full):
            yield "a call that is put off"
    finally:
        disk.free(pid)
    freed, put_off = time.monotonic(), scene.load.count_put_off(full)
    while (first := scene.load.first_after(freed)) is None:
        yield "an application that is accepted"
    yield from wait_for(brought)
    seen = f"{disk.told} for {freed - full:.1f} s: {put_off} calls were put off"
    seen += f"; accepted {first.at - freed:.1f} s after it"
    return Observed("the database's disk", seen, put_off, struck, first.at - at)


def _server_of(scene: Scene) -> DatabaseServer:
    assert scene.server is not None, "the database is a file"
    return scene.server
