"""Leases on PostgreSQL: one holder at a time, a number that only grows, and no write under a lease that was lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from contracts.errors import LeaseLost
from gateway.carrying import CarryingPool
from gateway.store.database import Database
from gateway.store.lease_tables import leases
from gateway.store.leases import (
    Lease,
    check_lease,
    end_lease,
    renew_leases,
    revoke_lease,
    take_lease,
    write_under,
)
from gateway.store.tables import meta
from tests.support.databases import POSTGRESQL, open_url
from tests.support.waiting import wait_until

pytestmark = pytest.mark.needs_postgresql
LONG, OVER = 60.0, -1.0
"""Seconds that a lease lasts: longer than any test, and one that is over as it is taken."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with open_url(POSTGRESQL, tmp_path) as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with Database(url) as database:
        yield database


@pytest.fixture
def beside(url: str) -> Iterator[Database]:
    """Of another process."""
    with Database(url) as database:
        yield database


def take(database: Database, holder: str, seconds: float = LONG, name: str = "app_1") -> Lease | None:
    return database.write(lambda c: take_lease(c, name, holder, seconds))


def taken(database: Database, holder: str, seconds: float = LONG) -> Lease:
    lease = take(database, holder, seconds)
    assert lease is not None
    return lease


def read_ends(database: Database) -> dict[str, datetime | None]:
    """When each lease is over."""
    with database.read() as connection:
        return {row.name: row.held_until for row in connection.execute(leases.select())}


def mark(connection: Connection) -> None:
    """A write that can be seen."""
    connection.execute(update(meta).values(schema_version=meta.c.schema_version + 1))


def read_mark(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(meta.select()).one().schema_version)


def test_a_lease_is_one_holders_until_it_is_over_and_each_has_a_higher_number(database: Database) -> None:
    first = taken(database, "a", OVER)
    second = taken(database, "b")
    assert second.number > first.number
    assert take(database, "a") is None
    assert take(database, "a", name="app_2") is not None


def test_a_lease_that_is_ended_is_free_and_its_number_is_not_given_out_again(database: Database) -> None:
    first = taken(database, "a")
    database.write(lambda c: end_lease(c, first))
    assert taken(database, "b").number > first.number


def test_a_write_under_a_lease_is_committed_while_it_stands_and_even_when_it_is_over_but_nobody_elses(
    database: Database,
) -> None:
    before = read_mark(database)
    with write_under(taken(database, "a", OVER)):
        database.write(mark)
    assert read_mark(database) == before + 1


def test_a_write_under_a_lease_that_went_to_another_is_refused_whole(database: Database) -> None:
    before, lost = read_mark(database), taken(database, "a", OVER)
    taken(database, "b")
    with write_under(lost), pytest.raises(LeaseLost):
        database.write(mark)
    assert read_mark(database) == before
    database.write(mark)
    assert read_mark(database) == before + 1


def test_a_write_of_a_pools_thread_is_under_the_lease_of_whoever_gave_it_the_work(database: Database) -> None:
    before, lost = read_mark(database), taken(database, "a", OVER)
    taken(database, "b")
    with CarryingPool(1) as carrying, ThreadPoolExecutor(1) as plain, write_under(lost):
        assert isinstance(carrying.submit(database.write, mark).exception(), LeaseLost)
        assert plain.submit(database.write, mark).exception() is None
    assert read_mark(database) == before + 1


def test_a_lease_is_not_taken_over_in_the_middle_of_a_commit_under_it(database: Database, beside: Database) -> None:
    """The commit comes before the take-over, or it is refused: here it came first."""
    lease = taken(database, "a", OVER)
    begun, go_on = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        mark(connection)
        begun.set()
        assert go_on.wait(20)

    before = read_mark(database)
    with ThreadPoolExecutor(1) as pool, write_under(lease):
        held = CarryingPool(1).submit(database.write, hold)
        assert begun.wait(20)
        assert pool.submit(take, beside, "b").result(20) is None
        go_on.set()
        held.result(20)
    assert read_mark(database) == before + 1
    assert taken(beside, "b").number > lease.number


def test_a_renewal_waits_for_no_commit_under_the_lease(database: Database, beside: Database) -> None:
    lease = taken(database, "a")
    go_on = threading.Event()
    begun = threading.Event()

    def hold(connection: Connection) -> None:
        check_lease(connection, lease)
        begun.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(database.write, hold)
        assert begun.wait(20)
        renewal = pool.submit(beside.write_alone, lambda c: renew_leases(c, "a", ["app_1"], LONG))
        wait_until(renewal.done, 5)
        assert renewal.result() == {"app_1"}
        go_on.set()
        held.result(20)


def test_a_renewal_waits_for_no_hand_back_and_so_none_waits_for_it(database: Database, beside: Database) -> None:
    """Of two leases the batch has handed one back, and then the other, which the renewal would have locked first."""
    first, second = take(database, "a"), take(database, "a", name="app_2")
    assert first is not None
    assert second is not None
    before = read_ends(database)
    begun, go_on = threading.Event(), threading.Event()

    def hand_back(connection: Connection) -> None:
        end_lease(connection, second)
        begun.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(database.write, hand_back)
        assert begun.wait(20)
        renewed = beside.write_alone(lambda c: renew_leases(c, "a", ["app_1", "app_2"], 2 * LONG))
        go_on.set()
        held.result(20)
    assert renewed == {"app_1", "app_2"}
    after = read_ends(database)
    assert after["app_2"] is None
    assert before["app_1"] is not None
    assert after["app_1"] is not None
    assert after["app_1"] > before["app_1"]
    assert database.write(lambda c: renew_leases(c, "a", ["app_1", "app_2"], LONG)) == {"app_1"}


def test_a_lease_that_is_over_and_being_taken_over_is_not_told_to_be_still_its_holders(
    database: Database, beside: Database
) -> None:
    taken(database, "a", OVER)
    begun, go_on = threading.Event(), threading.Event()

    def take_over(connection: Connection) -> None:
        assert take_lease(connection, "app_1", "b", LONG) is not None
        begun.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(database.write, take_over)
        assert begun.wait(20)
        renewed = beside.write_alone(lambda c: renew_leases(c, "a", ["app_1"], LONG))
        go_on.set()
        held.result(20)
    assert renewed == frozenset()


def test_only_leases_that_are_still_the_holders_are_renewed(database: Database) -> None:
    taken(database, "a", OVER)
    assert database.write(lambda c: renew_leases(c, "a", ["app_1", "app_2"], LONG)) == {"app_1"}
    assert take(database, "b") is None
    database.write(lambda c: c.execute(update(leases).values(held_until=None)))
    assert database.write(lambda c: renew_leases(c, "a", ["app_1"], LONG)) == frozenset()
    taken(database, "b")
    assert database.write(lambda c: renew_leases(c, "a", ["app_1"], LONG)) == frozenset()


def test_whoever_gives_a_lease_up_can_commit_nothing_more_under_it(database: Database) -> None:
    lease = taken(database, "a")
    database.write(lambda c: revoke_lease(c, lease))
    with write_under(lease), pytest.raises(LeaseLost):
        database.write(mark)
    again = taken(database, "b")
    database.write(lambda c: revoke_lease(c, lease))
    with write_under(again):
        database.write(mark)
