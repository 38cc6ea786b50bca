"""A database of an earlier release is brought to this one's tables, and keeps what it holds."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Connection, select, text

from contracts.errors import SettingInvalid
from gateway.store import tables as t
from gateway.store.database import Database
from gateway.store.migrations import STEPS
from gateway.store.tables import SCHEMA_VERSION
from tests.gateway.store.conftest import NOW

NEW_SINCE_1 = ("exchanges", "arrivals")


def make_first_release(url: str) -> None:
    """Take away what came since, and put a client there who must stay."""
    with Database(url) as database:
        row = {"id": "old", "name": "old", "kind": "portal", "channel": "p", "key_sha256": "k", "created_at": NOW}
        database.write(lambda c: c.execute(t.clients.insert().values(row)))
        gone = [f"ALTER TABLE {table} DROP COLUMN vouched_by" for table in NEW_SINCE_1]
        for statement in [*gone, "UPDATE meta SET schema_version = 1"]:
            database.write(partial(_run, statement))


def _run(statement: str, connection: Connection) -> None:
    connection.execute(text(statement))


def test_a_database_of_the_first_release_gets_the_new_columns_and_keeps_its_rows(url: str) -> None:
    make_first_release(url)
    with Database(url) as database, database.read() as connection:
        assert connection.execute(select(t.meta.c.schema_version)).scalar_one() == SCHEMA_VERSION
        assert connection.execute(select(t.clients.c.id)).scalars().all() == ["old"]
        assert connection.execute(select(t.exchanges.c.vouched_by)).all() == []
        assert connection.execute(select(t.arrivals.c.vouched_by)).all() == []


def test_a_second_start_finds_nothing_to_change(url: str) -> None:
    make_first_release(url)
    with Database(url):
        pass
    with Database(url) as database, database.read() as connection:
        assert connection.execute(select(t.meta.c.schema_version)).scalar_one() == SCHEMA_VERSION


def test_every_earlier_version_has_its_step() -> None:
    assert set(STEPS) == set(range(1, SCHEMA_VERSION))


def test_a_version_that_nothing_leads_from_is_refused(url: str) -> None:
    with Database(url) as database:
        database.write(lambda c: c.execute(text("UPDATE meta SET schema_version = 0")))
    with pytest.raises(SettingInvalid, match="schema 0"):
        Database(url)
