"""Who may work on one PostgreSQL at the same time: any number of the distributed engine, or one process alone.

The embedded engine takes every lease for its own when it starts, and asks for none when it writes: beside another
process it would double work. So each process holds an advisory lock, shared or alone. It lasts as long as its
connection does, and a database that was begun anew has forgotten it: so it is looked after, and taken again. A server
that was not told of a cut has it still: the session that is left there is ended by who had it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import ERROR
from typing import Any

from sqlalchemy import Connection, Engine, Row, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.logs import log_event
from gateway.store.database_url import find_bounds, read_database_url

_KEY = 0x4153_5041
_WAIT_SECONDS = 5.0
"""So long the lock of a process that was killed just now is waited for."""
_LOOK_SECONDS = 1.0
_NOT_AVAILABLE = "55P03"
"""PostgreSQL's word for a lock that was not to be had within lock_timeout."""
_LEAVE_SECONDS = 10.0
"""A server that says nothing any more is not waited for beyond this: the lock ends with the process."""
_OWN_SESSION = text("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
_END_SESSION = text(
    "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid "
    "WHERE a.pid = :pid AND a.backend_start = :backend_start AND l.locktype = 'advisory' AND l.classid = :key"
)


@contextmanager
def stand_side_by_side(
    url: str,
    *,
    alone: bool,
    ousted: Callable[[], None],
    wait_seconds: float = _WAIT_SECONDS,
    leave_seconds: float = _LEAVE_SECONDS,
) -> Iterator[None]:
    """Hold the database of an SQLAlchemy URL, if it is PostgreSQL, alone or with others who do so not alone.

    `ousted` is called where the lock was lost and another has it since: who may not stand beside it ends.
    Raises SettingInvalid where that cannot be, and StoreUnavailable.
    """
    parsed = read_database_url(url)
    if parsed.get_backend_name() != "postgresql":
        yield
        return
    # Its library is not loaded where the database is a file.
    from gateway.store.bounded_connections import bound_waits

    engine = create_engine(
        parsed,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=find_bounds(parsed),
    )
    bound_waits(engine)
    place = _Place(engine, alone, wait_seconds)
    try:
        place.take()
        place.watch(ousted)
        yield
    finally:
        place.leave(leave_seconds)
        engine.dispose()


class _Place:
    """One connection, and the lock that lasts as long as it."""

    def __init__(self, engine: Engine, alone: bool, wait_seconds: float) -> None:
        self._engine = engine
        self._alone = alone
        self._wait_seconds = wait_seconds
        self._connection: Connection | None = None
        """None where the lock is not held."""
        self._session: Row[Any] | None = None
        """Of the server, that had the lock last."""
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> None:
        """Raises SettingInvalid where another holds it, and StoreUnavailable."""
        lock = func.pg_advisory_lock if self._alone else func.pg_advisory_lock_shared
        try:
            connection = self._engine.connect()
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the database refused: {type(error).__name__}") from error
        try:
            if self._session is not None:
                connection.execute(_END_SESSION, {**self._session._mapping, "key": _KEY})
            connection.exec_driver_sql(f"SET lock_timeout = {int(self._wait_seconds * 1000)}")
            connection.execute(select(lock(_KEY, func.hashtext(func.current_schema()))))
            self._session = connection.execute(_OWN_SESSION).one()
        except SQLAlchemyError as error:
            _end(connection)
            if getattr(error.orig if isinstance(error, DBAPIError) else None, "sqlstate", None) != _NOT_AVAILABLE:
                # Cut off again, and not refused: nobody has been told to end.
                raise StoreUnavailable(f"the database refused: {type(error).__name__}") from error
            if self._alone:
                told = "another gateway or worker has this database; several want ASP_ENGINE=distributed"
            else:
                told = "a gateway with the embedded engine works on this database alone"
            raise SettingInvalid(told) from error
        self._connection = connection

    def watch(self, ousted: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=self._look_after, args=(ousted,), name="side-by-side", daemon=True)
        self._thread.start()

    def leave(self, seconds: float) -> None:
        self._leaving.set()
        if self._thread is None:
            self._close()
        else:
            self._thread.join(seconds)

    def _look_after(self, ousted: Callable[[], None]) -> None:
        try:
            while not self._leaving.wait(_LOOK_SECONDS):
                if self._holds():
                    continue
                self._close()
                try:
                    self.take()
                except StoreUnavailable:
                    # The database is away: nobody can take the place meanwhile.
                    continue
                except SettingInvalid as error:
                    log_event("ousted", level=ERROR, reason=error.detail)
                    ousted()
                    return
        finally:
            # By who uses it, and by nobody else.
            self._close()

    def _holds(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.exec_driver_sql("SELECT 1")
                return True
        except SQLAlchemyError:
            return False
        return False

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _end(connection)


def _end(connection: Connection) -> None:
    connection.invalidate()
    connection.close()
