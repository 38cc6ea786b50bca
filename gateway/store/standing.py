"""How the database itself stands: whether it can be written, its revision, and the time by its own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, func, select

from gateway.store.database import Database
from gateway.store.database_url import read_database_url
from gateway.store.migrations import list_revisions, read_revisions
from gateway.store.reaching import reach


class Schema(StrEnum):
    """Where the tables stand beside those of this program."""

    CURRENT = "current"
    BEHIND = "behind"
    AHEAD = "ahead"
    """A newer program made them: steps only add, so that this one still works with them."""


@dataclass(frozen=True)
class DatabaseStanding:
    schema: Schema
    writable: bool
    clock: datetime | None
    """None of SQLite, whose clock is this machine's."""


def read_standing(database: Database) -> DatabaseStanding:
    """Raises StoreUnavailable."""
    with database.read() as connection:
        return _read(connection)


def reach_database(url: str) -> DatabaseStanding | None:
    """How a database stands that nobody has opened; None where its file is not made yet. Nothing is made or changed.

    Raises StoreUnavailable or SettingInvalid.
    """
    parsed = read_database_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file():
        return None
    return reach(url, _read)


def _read(connection: Connection) -> DatabaseStanding:
    schema = _judge_schema(connection)
    if connection.dialect.name != "postgresql":
        return DatabaseStanding(schema, writable=True, clock=None)
    read_only = func.current_setting("default_transaction_read_only")
    standby, only, clock = connection.execute(select(func.pg_is_in_recovery(), read_only, func.clock_timestamp())).one()
    return DatabaseStanding(schema, writable=not standby and only == "off", clock=clock)


def _judge_schema(connection: Connection) -> Schema:
    known, there = list_revisions(), read_revisions(connection)
    if there == known[-1:]:
        return Schema.CURRENT
    return Schema.AHEAD if there and not set(there) & set(known) else Schema.BEHIND
