"""A database that takes what it is sent and never answers: whoever waits is told, and works over a new connection."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url, text

from gateway.store.bell import Bell
from gateway.store.bounded_connections import (
    COMMIT_SECONDS,
    WAIT_SECONDS,
    BoundedAsyncConnection,
    BoundedConnection,
    find_bound,
)
from gateway.store.conninfo import write_conninfo
from gateway.store.database import open_engine
from tests.gateway.store.places import named, url
from tests.gateway.store.relay import Relay
from tests.support.waiting import wait_until

__all__ = ["named", "url"]
pytestmark = pytest.mark.needs_postgresql
SHORT = 1.5


@pytest.fixture
def relay(url: str) -> Iterator[Relay]:
    relay = Relay(make_url(url))
    yield relay
    relay.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (BoundedConnection, BoundedAsyncConnection):
        monkeypatch.setattr(one, "wait_seconds", SHORT)


def test_a_silent_server_is_given_up_longer_after_the_server_itself_would_have_ended_the_statement(url: str) -> None:
    engine = open_engine(url)
    with engine.connect() as connection:
        told = str(connection.execute(text("SHOW statement_timeout")).scalar_one())
        assert isinstance(connection.connection.driver_connection, BoundedConnection)
    engine.dispose()
    assert told.endswith("s")
    assert int(told.removesuffix("s")) < WAIT_SECONDS < 30


def test_a_commit_is_waited_for_as_long_as_a_caller_waits_for_its_write(url: str) -> None:
    with BoundedConnection.connect(write_conninfo(url)) as connection:
        assert find_bound(connection._commit_gen(), SHORT) == COMMIT_SECONDS
        assert find_bound(connection._rollback_gen(), SHORT) == SHORT


@pytest.mark.usefixtures("hasty")
def test_a_store_whose_connections_fell_silent_works_over_new_ones(relay: Relay, named: str) -> None:
    engine = open_engine(relay.lead(named))
    first, second = engine.connect(), engine.connect()
    relay.fall_silent()
    for one in (first, second):
        began = time.monotonic()
        with pytest.raises(Exception, match="no answer came in time"):
            one.execute(text("SELECT 1"))
        assert SHORT <= time.monotonic() - began < 5 * SHORT
        one.close()
    with engine.connect() as third:
        assert third.execute(text("SELECT 3")).scalar_one() == 3
    engine.dispose()


@pytest.mark.usefixtures("hasty")
def test_a_connection_of_the_queues_library_is_given_up_too_and_one_that_listens_is_not(
    relay: Relay, named: str
) -> None:
    async def ask() -> None:
        async with await BoundedAsyncConnection.connect(
            write_conninfo(relay.lead(named)), autocommit=True
        ) as connection:
            await connection.execute("LISTEN nothing")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(connection.notifies()), 2 * SHORT)
            await connection.execute("SELECT 1")
            relay.fall_silent()
            with pytest.raises(psycopg.OperationalError, match="no answer came in time"):
                await connection.execute("SELECT 2")
            assert connection.closed

    asyncio.run(ask())


def test_a_bell_over_a_line_that_fell_silent_listens_over_another(
    relay: Relay, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.bell._Line.wait_seconds", SHORT)
    heard: list[int] = []
    bell = Bell(relay.lead(named), "ear", lambda: heard.append(1))
    bell.start()
    try:
        wait_until(bell.is_working, 10)
        before = len(heard)
        relay.fall_silent()
        wait_until(lambda: not bell.is_working(), 10)
        wait_until(lambda: bell.is_working() and len(heard) > before, 10)
    finally:
        bell.stop()
