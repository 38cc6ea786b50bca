"""The embedded engine: what is due is carried on, at a poke at once, after a failure again, never twice at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contracts.errors import StoreUnavailable
from gateway.core.steps import WakeAt
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.periodic import Periodic
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import ClientKind
from gateway.store.sealing import Sealer
from gateway.store.wakeups import Claim, Wakeups
from tests.gateway.core.builders import make_service
from tests.gateway.store.conftest import new_application
from tests.simulation.year.at_once import AtOnce
from tests.support.clock import MovableClock
from tests.support.waiting import wait_until

NEVER = 3600.0


class FailingWakeups(Wakeups):
    """The first looks fail, as a database does that restarts."""

    def __init__(self, database: Database, failures: int) -> None:
        super().__init__(database)
        self.failures = failures

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("for a while")
        return super().claim_due(now, limit, lease)


class Bench:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = MovableClock()
        self.wakeups = Wakeups(database)
        self.applications = Applications(database, Sealer(bytes(32)), {"asp": make_service()}, self.clock)
        self._client = self.applications.add_client("Center", ClientKind.PROVIDER, "center")[0]

    def submit(self) -> str:
        return self.applications.accept(new_application(self._client))[0].id

    @contextmanager
    def engine(self, advance: Callable[[str], WakeAt | None], **given: float) -> Iterator[EmbeddedEngine]:
        engine = EmbeddedEngine(self.wakeups, advance, self.clock, **{"look_every": NEVER, **given})  # type: ignore[arg-type]
        engine.start()
        try:
            yield engine
        finally:
            engine.stop()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Database(f"sqlite:///{tmp_path / 'store.db'}") as database:
        yield Bench(database)


def test_what_is_due_at_the_start_is_carried_forward_once(bench: Bench) -> None:
    done: list[str] = []
    ids = [bench.submit() for _ in range(3)]
    with bench.engine(lambda one: done.append(one)):
        wait_until(lambda: len(done) == 3)
    assert sorted(done) == sorted(ids)
    assert bench.wakeups.next_due(bench.clock() + timedelta(days=99)) is None


def test_a_poke_makes_it_look_at_once(bench: Bench) -> None:
    done: list[str] = []
    with bench.engine(lambda one: done.append(one)) as engine:
        application_id = bench.submit()
        engine.poke()
        wait_until(lambda: done == [application_id])


def test_who_steps_the_time_himself_looks_himself(bench: Bench) -> None:
    done: list[str] = []
    engine = EmbeddedEngine(bench.wakeups, done.append, bench.clock, workers=2, pool=AtOnce())
    ids = [bench.submit() for _ in range(3)]
    assert [engine.look() for _ in range(3)] == [2, 1, 0]
    assert sorted(done) == sorted(ids)
    assert engine.is_quiet()


def test_who_moves_clocks_holds_its_looks(bench: Bench) -> None:
    done: list[str] = []
    engine = EmbeddedEngine(bench.wakeups, done.append, bench.clock, workers=2, pool=AtOnce())
    application_id = bench.submit()
    looks = threading.Thread(target=engine.look)
    with engine.hold_looks():
        looks.start()
        looks.join(0.1)
        assert done == []
    looks.join()
    assert done == [application_id]


def test_it_looks_of_itself_when_the_moment_has_come(bench: Bench) -> None:
    looks: list[str] = []
    application_id = bench.submit()

    def advance(one: str) -> WakeAt | None:
        looks.append(one)
        return WakeAt(bench.clock() + timedelta(hours=1), "next_round") if len(looks) == 1 else None

    with bench.engine(advance, look_every=0.02):
        wait_until(lambda: len(looks) == 1)
        wait_until(lambda: bench.wakeups.next_due(bench.clock() + timedelta(hours=2)) is not None)
        bench.clock.move(timedelta(hours=2))
        wait_until(lambda: len(looks) == 2)
    assert looks == [application_id] * 2


def test_a_round_that_fails_is_told_without_its_text_and_tried_again(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[str] = []
    bench.submit()

    def advance(one: str) -> None:
        tries.append(one)
        if len(tries) == 1:
            raise RuntimeError("900101490009 is a person")

    with caplog.at_level(logging.DEBUG, "gateway"), bench.engine(advance, look_every=0.02):
        wait_until(lambda: len(tries) == 1)
        wait_until(lambda: bench.wakeups.next_due(bench.clock() + timedelta(minutes=2)) is not None)
        bench.clock.move(timedelta(minutes=1))
        wait_until(lambda: len(tries) == 2)
    assert "RuntimeError" in caplog.text
    assert "900101490009" not in caplog.text


def test_a_database_that_fails_for_a_while_does_not_end_it(bench: Bench) -> None:
    done: list[str] = []
    application_id = bench.submit()
    failing = FailingWakeups(bench.database, failures=2)
    engine = EmbeddedEngine(failing, lambda one: done.append(one), bench.clock, look_every=0.01)
    engine.start()
    try:
        wait_until(lambda: done == [application_id])
    finally:
        engine.stop()
    assert failing.failures == 0


def test_one_application_is_never_carried_forward_twice_at_the_same_time(bench: Bench) -> None:
    inside, most, rounds = 0, 0, 0
    lock, go_on = threading.Lock(), threading.Event()
    application_id = bench.submit()

    def advance(one: str) -> None:
        nonlocal inside, most, rounds
        with lock:
            inside, rounds = inside + 1, rounds + 1
            most = max(most, inside)
        go_on.wait(5)
        with lock:
            inside -= 1

    with bench.engine(advance, look_every=0.01) as engine:
        wait_until(lambda: rounds == 1)
        for _ in range(3):
            # Late replies that come while the round runs.
            bench.wakeups.wake(application_id, bench.clock(), "late_reply")
            engine.poke()
        go_on.set()
        wait_until(lambda: rounds == 2)
    assert (most, rounds) == (1, 2)


def test_leases_of_a_killed_process_end_at_the_start(bench: Bench) -> None:
    done: list[str] = []
    application_id = bench.submit()
    (claim,) = bench.wakeups.claim_due(bench.clock(), 8, timedelta(days=9))
    assert claim.application_id == application_id
    with bench.engine(lambda one: done.append(one)):
        wait_until(lambda: done == [application_id])


def test_stopping_waits_for_the_round_that_runs(bench: Bench) -> None:
    begun, ended = threading.Event(), threading.Event()
    bench.submit()

    def advance(one: str) -> None:
        begun.set()
        threading.Event().wait(0.1)
        ended.set()

    with bench.engine(advance):
        assert begun.wait(5)
    assert ended.is_set()
    assert bench.wakeups.next_due(bench.clock() + timedelta(days=99)) is None


def test_periodic_work_goes_on_after_a_failure_and_ends_when_told(caplog: pytest.LogCaptureFixture) -> None:
    times: list[int] = []

    def work() -> None:
        times.append(1)
        if len(times) == 1:
            raise RuntimeError("secret text")

    periodic = Periodic("beside", 0.01, work)
    with caplog.at_level(logging.DEBUG, "gateway"):
        periodic.start()
        wait_until(lambda: len(times) >= 3)
        periodic.stop()
    seen = len(times)
    assert not [thread for thread in threading.enumerate() if thread.name == "beside"]
    assert len(times) == seen
    assert "secret text" not in caplog.text
