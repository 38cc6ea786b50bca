"""What the group commit promises: one bad write does not hurt its neighbours, and no answer comes before the commit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.engine import make_url

from contracts.errors import GatewayError, StoreUnavailable
from gateway.store import tables as t
from gateway.store.database import Database, _bounds
from tests.gateway.store.conftest import NOW


def _add(database: Database, name: str) -> None:
    row = insert(t.clients).values(id=name, name=name, kind="portal", channel="portal", key_sha256=name, created_at=NOW)
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


def test_a_write_that_takes_too_long_is_not_waited_for_and_not_begun_any_more(url: str) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def block(_: Connection) -> None:
        begun.set()
        go_on.wait(20)

    with Database(url, write_seconds=0.2) as database, ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(database.write, block)
        assert begun.wait(5)
        with pytest.raises(StoreUnavailable, match="too long"):
            _add(database, "late")
        with pytest.raises(StoreUnavailable):
            blocked.result(5)
        go_on.set()
        _add(database, "after")
        assert _names(database) == {"after"}


def test_every_write_is_answered_whenever_the_database_is_closed(url: str) -> None:
    for _ in range(20):
        database = Database(url, write_seconds=5)
        with ThreadPoolExecutor(8) as pool:
            writes = [pool.submit(_try, database) for _ in range(40)]
            database.close()
            assert {write.result(4) for write in writes} <= {"kept", "the database is closed"}


def test_what_comes_behind_the_end_of_the_queue_is_never_waited_for(url: str) -> None:
    """The moment between the look at whether it is closed and the place in the queue belongs to one of the two."""
    database = Database(url, write_seconds=2)
    with database._closing, ThreadPoolExecutor(2) as pool:
        write, closing = pool.submit(_try, database), pool.submit(database.close)
        threading.Event().wait(0.05)
        assert not write.done() and not closing.done()
        database._closing.release()
        assert write.result(5) in ("kept", "the database is closed")
        closing.result(15)
        database._closing.acquire()


def test_a_fault_that_is_none_of_the_databases_does_not_end_the_writer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(database._engine, "connect", fail)
        with pytest.raises(StoreUnavailable):
            _add(database, "lost")
    _add(database, "kept")
    assert _names(database) == {"kept"}


def test_a_server_that_does_not_answer_is_bounded_and_the_urls_own_options_stay() -> None:
    bounds = _bounds(make_url("postgresql+psycopg://h/d?options=-csearch_path%3Dx"))
    given = bounds["connect_args"]
    assert given["options"].startswith("-csearch_path=x -c statement_timeout=")
    assert given["connect_timeout"] > 0
    assert _bounds(make_url("sqlite:///x.db")) == {}


def _try(database: Database) -> str:
    try:
        database.write(lambda connection: connection.execute(select(t.clients.c.id)))
    except StoreUnavailable as error:
        return str(error)
    return "kept"
