"""Wake-ups of several processes: a job in the transaction that makes one due, one holder, a sweep for the lost."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, text

from contracts.catalogue import load_catalogue
from contracts.errors import LeaseLost, SettingInvalid
from gateway.clock import now
from gateway.store.applications import Applications
from gateway.store.conninfo import write_conninfo
from gateway.store.database import Database
from gateway.store.fleet import Fleet, Taken
from gateway.store.job_queue import JobQueue
from gateway.store.leases import write_under
from gateway.store.rows import Client, ClientKind
from gateway.store.sealing import Sealer
from gateway.store.wakeups import Wakeups, wake_now
from tests.gateway.store.conftest import new_application
from tests.support.databases import POSTGRESQL, open_url
from tests.support.waiting import wait_until

pytestmark = pytest.mark.needs_postgresql
LATER = timedelta(hours=1)
_LOCK = "select number from leases where name = %s for key share"
_CLOSE = b"C" + (4 + 2).to_bytes(4, "big") + b"S\0"
_HALF_A_PARSE = b"P" + (4 + 1000).to_bytes(4, "big") + b"insert"
"""Two messages of PostgreSQL's protocol: a statement without name is forgotten, and the next is not whole yet."""


def idle_seconds(desk: Desk, pid: int) -> float:
    """For how long a session has been in the state that it is in, where it waits for its client; 0 while it works."""
    query = "select extract(epoch from clock_timestamp() - state_change) from pg_stat_activity where pid = :pid"
    with desk.database.read() as connection:
        told = connection.execute(text(f"{query} and wait_event = 'ClientRead'"), {"pid": pid}).scalar_one_or_none()
    return float(told or 0)


class Desk:
    """Two processes over one database, and the queue's rows."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.queue = JobQueue()
        self.database = Database(url, tell_due=self.queue.defer)
        self.queue.prepare(self.database)
        self.applications = Applications(self.database, Sealer(bytes(32)), load_catalogue().services, now)
        self.client: Client = self.applications.add_client("A portal", ClientKind.PORTAL, "portal")[0]
        self.ours = Fleet(self.database, self.queue, "ours", 60)
        self.other = Fleet(self.database, self.queue, "other", 60)
        self.killed = Fleet(self.database, self.queue, "killed", -1)
        """Its leases are over as they are taken."""

    def submit(self) -> str:
        return self.applications.accept(new_application(self.client))[0].id

    def jobs(self) -> list[str]:
        with self.database.read() as connection:
            rows = connection.execute(text("select args from procrastinate_jobs where status = 'todo' order by id"))
            told = [row.args for row in rows]
        assert all(set(args) == {"application_id"} for args in told)
        return [args["application_id"] for args in told]

    def fetch_all(self) -> None:
        """As a worker does that takes every job."""
        self.database.write(lambda c: c.execute(text("update procrastinate_jobs set status = 'doing'")))

    def wake(self, application_id: str) -> None:
        self.database.write(lambda c: wake_now(c, application_id, now(), "a person came"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_url(POSTGRESQL, tmp_path) as url:
        desk = Desk(url)
        yield desk
        desk.database.close()


def take(fleet: Fleet, application_id: str) -> Taken:
    taken = fleet.take(application_id)
    assert taken is not None
    return taken


def test_an_application_is_accepted_with_its_job_in_one_transaction(desk: Desk) -> None:
    application_id = desk.submit()
    assert desk.jobs() == [application_id]

    def fail(connection: Connection) -> None:
        wake_now(connection, application_id, now(), "")
        raise LookupError

    desk.fetch_all()
    with pytest.raises(LookupError):
        desk.database.write(fail)
    assert desk.jobs() == []


def test_a_job_that_waits_serves_every_wake_and_one_that_is_taken_serves_none_of_the_later(desk: Desk) -> None:
    application_id = desk.submit()
    desk.wake(application_id)
    assert desk.jobs() == [application_id]
    desk.fetch_all()
    desk.wake(application_id)
    assert desk.jobs() == [application_id]


def test_one_process_has_an_application_at_a_time_and_only_what_is_due_is_taken(desk: Desk) -> None:
    application_id = desk.submit()
    taken = take(desk.ours, application_id)
    assert desk.other.take(application_id) is None
    desk.ours.hand_back(taken, now() + LATER, "later")
    assert desk.other.take(application_id) is None
    assert desk.ours.take("app_unknown") is None


def test_what_is_handed_back_is_due_when_it_says_or_gone(desk: Desk) -> None:
    first, second = desk.submit(), desk.submit()
    at = now() + LATER
    desk.ours.hand_back(take(desk.ours, first), at, "patience")
    desk.ours.hand_back(take(desk.ours, second), None, "")
    assert Wakeups(desk.database).next_ahead() == at
    assert desk.ours.take(second) is None


def test_a_wake_during_the_work_makes_for_another_job(desk: Desk) -> None:
    application_id = desk.submit()
    desk.fetch_all()
    taken = take(desk.ours, application_id)
    desk.wake(application_id)
    desk.fetch_all()
    desk.ours.hand_back(taken, now() + LATER, "patience")
    assert desk.jobs() == [application_id]
    take(desk.other, application_id)


def test_a_moment_that_is_past_already_is_not_looked_at_in_a_circle(desk: Desk) -> None:
    """A worker whose clock is behind would be handed the same application again and again."""
    application_id = desk.submit()
    desk.fetch_all()
    desk.ours.hand_back(take(desk.ours, application_id), now() - LATER, "patience")
    assert desk.jobs() == []
    assert desk.other.take(application_id) is None


def test_the_sweep_finds_what_fell_due_and_what_a_killed_worker_had_once(desk: Desk) -> None:
    killed, held, waiting, later = (desk.submit() for _ in range(4))
    desk.fetch_all()
    take(desk.killed, killed)
    take(desk.ours, held)
    desk.ours.hand_back(take(desk.ours, later), now() + LATER, "patience")
    desk.wake(waiting)
    assert desk.other.sweep() == 1
    assert desk.other.sweep() == 0
    assert sorted(desk.jobs()) == sorted([killed, waiting])


def test_two_do_not_sweep_at_a_time(desk: Desk) -> None:
    desk.submit()
    desk.fetch_all()

    def sweep_beside(connection: Connection) -> int:
        connection.execute(text("select pg_advisory_xact_lock(1095979091, hashtext(current_schema()))"))
        return desk.ours.sweep()

    assert desk.database.write_alone(sweep_beside) == 0
    assert desk.ours.sweep() == 1


def test_a_worker_whose_lease_went_to_another_hands_nothing_back(desk: Desk) -> None:
    application_id = desk.submit()
    lost = take(desk.killed, application_id)
    taken = take(desk.ours, application_id)
    with pytest.raises(LeaseLost):
        desk.killed.hand_back(lost, None, "")
    with write_under(taken.lease):
        desk.ours.hand_back(taken, now() + LATER, "patience")


def test_what_is_given_up_is_due_as_it_was_and_has_a_job(desk: Desk) -> None:
    application_id = desk.submit()
    desk.fetch_all()
    taken = take(desk.ours, application_id)
    desk.ours.give_up(taken)
    assert desk.jobs() == [application_id]
    take(desk.other, application_id)
    with pytest.raises(LeaseLost):
        desk.ours.hand_back(taken, None, "")


def test_a_duty_is_one_process_until_it_leaves(desk: Desk) -> None:
    lease = desk.ours.take_duty("duty:x")
    assert lease is not None
    assert desk.other.take_duty("duty:x") is None
    assert desk.ours.renew(["duty:x"]) == {"duty:x"}
    desk.ours.end_duty(lease)
    assert desk.ours.renew(["duty:x"]) == frozenset()
    assert desk.other.take_duty("duty:x") is not None


def test_tables_of_another_release_of_the_library_are_refused(desk: Desk) -> None:
    desk.queue.prepare(desk.database)
    desk.database.write(lambda c: c.execute(text("comment on table procrastinate_jobs is '03.99.00_01_pre_other'")))
    with pytest.raises(SettingInvalid, match="procrastinate"):
        desk.queue.prepare(desk.database)
    ours = JobQueue.find_release()
    desk.database.write(lambda c: c.execute(text(f"comment on table procrastinate_jobs is '{ours}'")))


def pause_in_a_message(paused: psycopg.Connection[Any], name: str) -> None:
    paused.execute(_LOCK, [name])
    os.write(paused.fileno(), _CLOSE + _HALF_A_PARSE)


def pause_in_a_pipeline(paused: psycopg.Connection[Any], name: str) -> None:
    paused.pgconn.enter_pipeline_mode()
    paused.pgconn.send_query_params(b"begin", [])
    paused.pgconn.send_query_params(_LOCK.replace("%s", "$1").encode(), [name.encode()])
    paused.pgconn.send_flush_request()
    paused.pgconn.flush()


@pytest.mark.parametrize("pause", [pause_in_a_message, pause_in_a_pipeline])
def test_a_process_that_is_paused_in_the_middle_of_a_batch_does_not_keep_its_application(
    desk: Desk, pause: Callable[[psycopg.Connection[Any], str], None]
) -> None:
    """The server's own timeout does not see it: no statement runs, and the batch that would end is not there."""
    application_id = desk.submit()
    taken = take(desk.killed, application_id)
    with psycopg.connect(write_conninfo(desk.url)) as paused:
        paused.execute("set idle_in_transaction_session_timeout = 500")
        paused.commit()
        pause(paused, taken.lease.name)
        patient = Fleet(desk.database, desk.queue, "patient", 60, stuck_seconds=30)
        quick = Fleet(desk.database, desk.queue, "quick", 60, stuck_seconds=1)
        wait_until(lambda: idle_seconds(desk, paused.info.backend_pid) > 1.5)
        patient.sweep()
        assert patient.take(application_id) is None
        quick.sweep()
        wait_until(lambda: quick.take(application_id) is not None, 5)
        paused.close()


def test_who_only_reads_leases_for_long_as_a_backup_does_is_left_alone(desk: Desk) -> None:
    with psycopg.connect(write_conninfo(desk.url)) as reading:
        reading.execute("select number from leases")
        wait_until(lambda: idle_seconds(desk, reading.info.backend_pid) > 1.5)
        Fleet(desk.database, desk.queue, "quick", 60, stuck_seconds=1).sweep()
        assert reading.execute("select 1").fetchone() == (1,)
