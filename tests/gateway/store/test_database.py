"""What the group commit promises: one bad write does not hurt its neighbours, and no answer comes before the commit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, insert, select

from contracts.errors import GatewayError, StoreUnavailable
from gateway.store import tables as t
from gateway.store.database import Database
from tests.gateway.store.conftest import NOW


def _add(database: Database, name: str) -> None:
    row = insert(t.clients).values(
        id=name, name=name, kind="portal", channel="portal", key_sha256=name, created_at=NOW
    )
    database.write(lambda connection: connection.execute(row))


def _names(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(t.clients.c.id)).scalars())


def test_a_failing_write_leaves_its_neighbours_alone(database: Database) -> None:
    def try_to_add(n: int) -> bool:
        try:
            _add(database, "same" if n % 5 == 0 else f"client-{n}")
        except GatewayError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(try_to_add, range(60)))
    assert sum(done) == 48 + 1, "of twelve writes of one key exactly one was kept"
    assert len(_names(database)) == 49


def test_a_write_that_raises_keeps_nothing_of_what_it_had_done(database: Database) -> None:
    def change(connection: Connection) -> None:
        connection.execute(
            insert(t.clients).values(id="x", name="x", kind="portal", channel="p", key_sha256="x", created_at=NOW)
        )
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        database.write(change)
    assert _names(database) == set()


def test_what_a_write_answered_is_there_for_the_next_process(url: str) -> None:
    with Database(url) as database:
        _add(database, "kept")
        with Database(url) as another:
            assert _names(another) == {"kept"}


def test_two_processes_may_write_side_by_side(url: str) -> None:
    with Database(url) as one, Database(url) as two, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: _add(one if n % 2 else two, f"client-{n}"), range(40)))
        assert len(_names(one)) == 40


def test_a_closed_database_says_so_instead_of_waiting(url: str) -> None:
    database = Database(url)
    database.close()
    with pytest.raises(StoreUnavailable):
        _add(database, "late")
