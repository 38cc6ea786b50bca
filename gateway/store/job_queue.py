"""The queue of jobs (procrastinate, PostgreSQL): "look at this application now", for whichever worker is free.

A job is a hint and carries an application's id alone. What is due stands in the wake-ups, who works on it in the
leases; a job that is lost is deferred anew by the sweep, and one that comes twice finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.schema import SchemaManager
from sqlalchemy import ColumnElement, Connection, column, exists, func, inspect, select, table
from sqlalchemy import text as sql_text

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.store.bounded_connections import BoundedAsyncConnection
from gateway.store.conninfo import write_conninfo
from gateway.store.database import Database
from gateway.store.reaching import reach

QUEUE, TASK = "applications", "advance"
_JOBS = table("procrastinate_jobs", column("id"), column("status"), column("queueing_lock"), column("queue_name"))
_WORKERS = table("procrastinate_workers", column("id"), column("last_heartbeat"))
_ALIVE_SECONDS = 10
"""A worker whose heart has not beaten for so long is dead."""
_WAITS = sql_text("procrastinate_jobs.status = 'todo'")
_SCHEMA_LOCK = 0x4153_5051
"""The advisory lock of whoever makes the tables of the queue."""


class JobQueue:
    def __init__(self) -> None:
        # Never opened: every job is deferred on the connection of the transaction that makes it due.
        self._app = App(connector=SyncPsycopgConnector())

    def prepare(self, database: Database) -> None:
        """Make the library's tables where there are none.

        Raises StoreUnavailable, and SettingInvalid where another release of the library made them otherwise.
        """
        ours = self.find_release()

        def change(connection: Connection) -> None:
            connection.execute(select(func.pg_advisory_xact_lock(_SCHEMA_LOCK)))
            tables = inspect(connection)
            if not tables.has_table(_JOBS.name):
                _raw(connection).execute(SchemaManager.get_schema())
                connection.execute(sql_text(f"COMMENT ON TABLE {_JOBS.name} IS '{ours}'"))
            elif (theirs := tables.get_table_comment(_JOBS.name)["text"]) != ours:
                raise SettingInvalid(f"the tables of procrastinate are at {theirs}, and this release wants {ours}")

        database.write_alone(change)

    @staticmethod
    def find_release() -> str:
        """Of the library's tables: its last migration."""
        return max(path.stem for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))

    def defer(self, connection: Connection, application_ids: Sequence[str]) -> None:
        """Within a write: a job for each that has none waiting; taken up by a worker once it is committed."""
        waiting = self._find_waiting(connection, application_ids)
        for application_id in dict.fromkeys(application_ids):
            if application_id not in waiting:
                self._defer(connection, application_id)

    def count_waiting(self, connection: Connection, at_most: int) -> int:
        """Jobs that nobody has taken up yet, counted no further than that."""
        some = select(_JOBS.c.id).where(_WAITS, _JOBS.c.queue_name == QUEUE).limit(at_most).subquery()
        return connection.execute(select(func.count()).select_from(some)).scalar_one()

    @staticmethod
    def count_workers(connection: Connection) -> int:
        """Those that take jobs at this moment."""
        beats = _WORKERS.c.last_heartbeat > func.clock_timestamp() - timedelta(seconds=_ALIVE_SECONDS)
        return connection.execute(select(func.count()).select_from(_WORKERS).where(beats)).scalar_one()

    def has_none_waiting(self, application_id: ColumnElement[str]) -> ColumnElement[bool]:
        """For a query: whether no job for the application waits."""
        return ~exists().where(_WAITS, _JOBS.c.queueing_lock == application_id)

    def _find_waiting(self, connection: Connection, application_ids: Collection[str]) -> frozenset[str]:
        lock = _JOBS.c.queueing_lock
        return frozenset(connection.execute(select(lock).where(_WAITS, lock.in_(application_ids))).scalars())

    def _defer(self, connection: Connection, application_id: str) -> None:
        try:
            with connection.begin_nested():
                self._app.configure_task(
                    TASK, queue=QUEUE, queueing_lock=application_id, connection=_raw(connection)
                ).defer(application_id=application_id)
        except AlreadyEnqueued:
            # Somebody else has deferred it since we looked.
            return
        except ProcrastinateException as error:
            raise StoreUnavailable(f"the queue refused: {type(error).__name__}") from error


def reach_workers(url: str) -> int | None:
    """How many workers take jobs of a database that nobody has opened; None where its tables are not made yet.

    Raises StoreUnavailable.
    """

    def look(connection: Connection) -> int | None:
        made = inspect(connection).has_table(_WORKERS.name)
        return JobQueue.count_workers(connection) if made else None

    return reach(url, look)


def open_queue(url: str, connections: int) -> App:
    """The library's application for a worker on the database of an SQLAlchemy URL; not opened yet."""
    return App(
        connector=PsycopgConnector(
            conninfo=write_conninfo(url),
            connection_class=BoundedAsyncConnection,
            min_size=1,
            max_size=connections,
            timeout=10,
        )
    )


def _raw(connection: Connection) -> Any:
    """The driver's own connection, in whose transaction we are."""
    return connection.connection.driver_connection
