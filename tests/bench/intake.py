"""Intake: applications accepted a second by callers at once, against bare durable commits of the same disk."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from sqlalchemy import Connection, text

from gateway.http import GatewayClient
from tests.bench.evidence import count_registered, look_into
from tests.bench.house import House, submit
from tests.bench.measuring import Section, Series, divide
from tests.bench.processes import wait_until_idle
from tests.support.databases import POSTGRESQL

_MOST_SECONDS = 300.0
_COMMITS = 200
_WHAT = (
    "accepted: 202 after the commit, while the gathering of what was accepted runs in the same process",
    "registered: from the first POST until the last package is complete",
    "a burst: the callers are done before most of it is gathered; what is carried on and on is the second line",
    "floor: the same bytes inserted into the same kind of database by one connection, one commit each",
)


def measure_intake(house: House, rounds: int, callers: int, each: int) -> Section:
    """`each` applications by every caller in a round."""
    accepted, registered, commits, work = [], [], [], []
    house.push_here()
    clients = [GatewayClient(house.gateway_url, house.key) for _ in range(callers)]
    with ThreadPoolExecutor(callers) as pool, look_into(house) as database:
        for _ in range(rounds):
            wait_until_idle(*house.pids)
            commits.append(_commit_rate(house))
            # Signed before: what is measured is the gateway.
            signed = [[house.submission for _ in range(each)] for _ in range(callers)]
            done, cpu = count_registered(database), house.cpu_seconds()
            started = time.perf_counter()
            ids = list(pool.map(lambda client, own: [submit(client, house, one) for one in own], clients, signed))
            count = sum(len(some) for some in ids)
            accepted.append(count / (time.perf_counter() - started))
            _wait_for(database, done + count)
            registered.append(count / (time.perf_counter() - started))
            work.append((house.cpu_seconds() - cpu) / count * 1000)
    for client in clients:
        client.close()
    taken = Series("accepted (202, durable)", "a second", tuple(accepted))
    floor = Series("bare durable commits", "a second", tuple(commits))
    series = (
        taken,
        Series("registered, intake included", "a second", tuple(registered)),
        Series("gateway, an application", "CPU ms", tuple(work)),
        floor,
    )
    title = f"Intake: {callers} callers at once, {callers * each} applications a round: {house.setup}"
    return Section(house.setup.name("intake"), title, series, (divide("bare commits / accepted", floor, taken),), _WHAT)


def _wait_for(database: Connection, count: int) -> None:
    until, clock = time.monotonic() + _MOST_SECONDS, threading.Event()
    while count_registered(database) < count:
        if time.monotonic() > until:
            raise RuntimeError("not every application was registered in time")
        clock.wait(0.05)


def _commit_rate(house: House) -> float:
    body = json.dumps(house.submission).encode()
    if house.setup.database == POSTGRESQL:
        return _commit_rate_of_server(house, body)
    with closing(sqlite3.connect(house.folder / "floor.db", isolation_level=None)) as database:
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=full")
        database.execute("create table if not exists bodies (body blob)")
        started = time.perf_counter()
        for _ in range(_COMMITS):
            database.execute("insert into bodies values (?)", (body,))
        return _COMMITS / (time.perf_counter() - started)


def _commit_rate_of_server(house: House, body: bytes) -> float:
    with look_into(house) as database:
        database.execute(text("create table if not exists bare_bodies (body bytea)"))
        database.commit()
        started = time.perf_counter()
        for _ in range(_COMMITS):
            database.execute(text("insert into bare_bodies values (:body)"), {"body": body})
            database.commit()
        return _COMMITS / (time.perf_counter() - started)
