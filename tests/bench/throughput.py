"""Durable applications of 24 calls, eight at once: how many a second, and how many a second of one core."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from sqlalchemy import text

from gateway.http import GatewayClient
from tests.bench.deployment import SIZES, name_service
from tests.bench.evidence import look_into
from tests.bench.house import House, submit
from tests.bench.measuring import Gathered, Section
from tests.bench.processes import cpu_seconds_of_all, wait_until_idle
from tests.bench.stub import set_delay
from tests.bench.wave import Stage
from tests.support.databases import POSTGRESQL

CALLERS, DELAY, CALLS = 8, 0.05, SIZES[0]
PER_CORE = "a second and core"
_CORES = 2
PER_SERVER = f"a second of its {_CORES} cores"
_SERVER = "postgres"
_SECONDS = 120.0
_LOOK = 0.005
_WHAT = (
    "each caller has its next application as soon as the last one's package is registered; every answer committed",
    "a core's second: of the gateway's process (and worker's), intake included; the server of PostgreSQL is not in it",
    "a server's second: by the CPU of all processes of PostgreSQL here, upkeep, other clusters and our looks included; "
    "left out where it runs elsewhere",
)


class Registered:
    """Who has its package: the database is looked at every 5 ms, and callers wait for their own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._done: set[str] = set()
        self._changed = threading.Condition()
        self._over = threading.Event()

    @contextmanager
    def watch(self) -> Iterator[None]:
        thread = threading.Thread(target=self._run)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def wait_for(self, application_id: str) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: application_id in self._done, _SECONDS):
                raise RuntimeError(f"application {application_id} was not registered in time")

    def _run(self) -> None:
        query = text("select id from applications where registered_at is not null order by seq desc limit 64")
        with look_into(self._house) as database:
            while not self._over.wait(_LOOK):
                found = set(database.execute(query).scalars())
                database.rollback()
                if not found <= self._done:
                    with self._changed:
                        self._done |= found
                        self._changed.notify_all()


def measure_throughput(stage: Stage, rounds: int, each: int) -> Section:
    """`each` applications by every caller in a round."""
    house, figures = stage.house, Gathered()
    set_delay(stage.bus, DELAY)
    done = Registered(house)
    with ExitStack() as stack:
        stack.enter_context(done.watch())
        clients = [stack.enter_context(GatewayClient(house.gateway_url, house.key)) for _ in range(CALLERS)]
        pool = stack.enter_context(ThreadPoolExecutor(CALLERS))
        for n in range(rounds + 1):
            # Signed before: what is measured is the gateway.
            signed = [[house.sign(name_service(CALLS)) for _ in range(each)] for _ in clients]

            def carry(client: GatewayClient, own: list[dict[str, object]]) -> None:
                for one in own:
                    done.wait_for(submit(client, house, one))

            wait_until_idle(*house.gateway_pids)
            served = cpu_seconds_of_all(_SERVER)
            worked, started = house.cpu_seconds(), time.perf_counter()
            list(pool.map(carry, clients, signed))
            passed = time.perf_counter() - started
            wait_until_idle(*house.gateway_pids)
            worked = house.cpu_seconds() - worked
            served = cpu_seconds_of_all(_SERVER) - served
            if n == 0:  # the process loads what it needs with its first applications
                continue
            count = each * CALLERS
            figures.keep("applications", "a second", count / passed)
            figures.keep("applications", PER_CORE, count / worked)
            figures.keep("an application", "CPU ms", worked / count * 1000)
            if house.setup.database == POSTGRESQL and served > 0:
                figures.keep("answers kept by its server", PER_SERVER, _CORES * count * CALLS / served)
    title = f"{CALLERS} applications at once, {CALLS} calls each at {DELAY * 1000:.0f} ms: {house.setup}"
    return Section(house.setup.name("throughput"), title, tuple(figures.series().values()), (), _WHAT)
