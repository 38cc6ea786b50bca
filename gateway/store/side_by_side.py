"""Who may work on one PostgreSQL at the same time: any number of the distributed engine, or one process alone.

The embedded engine takes every lease for its own when it starts, and asks for none when it writes: beside another
process it would double work. So each process holds an advisory lock, shared or alone. It lasts as long as its
connection does, and a database that was begun anew has forgotten it: so it is looked after, and taken again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging import ERROR

from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.logs import log_event
from gateway.store.database_url import POSTGRESQL_BOUNDS, read_database_url

_KEY = 0x4153_5041
_WAIT_SECONDS = 5.0
"""So long the lock of a process that was killed just now is waited for."""
_LOOK_SECONDS = 1.0
_NOT_AVAILABLE = "55P03"
"""PostgreSQL's word for a lock that was not to be had within lock_timeout."""


@contextmanager
def stand_side_by_side(
    url: str, *, alone: bool, ousted: Callable[[], None], wait_seconds: float = _WAIT_SECONDS
) -> Iterator[None]:
    """Hold the database of an SQLAlchemy URL, if it is PostgreSQL, alone or with others who do so not alone.

    `ousted` is called where the lock was lost and another has it since: who may not stand beside it ends.
    Raises SettingInvalid where that cannot be, and StoreUnavailable.
    """
    parsed = read_database_url(url)
    if parsed.get_backend_name() != "postgresql":
        yield
        return
    engine = create_engine(
        parsed,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=dict(POSTGRESQL_BOUNDS),
    )
    place = _Place(engine, alone, wait_seconds)
    try:
        place.take()
        place.watch(ousted)
        yield
    finally:
        place.leave()
        engine.dispose()


class _Place:
    """One connection, and the lock that lasts as long as it."""

    def __init__(self, engine: Engine, alone: bool, wait_seconds: float) -> None:
        self._engine = engine
        self._alone = alone
        self._wait_seconds = wait_seconds
        self._connection: Connection | None = None
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> None:
        """Raises SettingInvalid where another holds it, and StoreUnavailable."""
        lock = func.pg_advisory_lock if self._alone else func.pg_advisory_lock_shared
        try:
            self._connection = self._engine.connect()
        except SQLAlchemyError as error:
            raise StoreUnavailable(f"the database refused: {type(error).__name__}") from error
        try:
            self._connection.exec_driver_sql(f"SET lock_timeout = {int(self._wait_seconds * 1000)}")
            self._connection.execute(select(lock(_KEY, func.hashtext(func.current_schema()))))
        except SQLAlchemyError as error:
            if getattr(error.orig if isinstance(error, DBAPIError) else None, "sqlstate", None) != _NOT_AVAILABLE:
                # Cut off again, and not refused: nobody has been told to end.
                raise StoreUnavailable(f"the database refused: {type(error).__name__}") from error
            if self._alone:
                told = "another gateway works on this database; several want ASP_ENGINE=distributed"
            else:
                told = "a gateway with the embedded engine works on this database alone"
            raise SettingInvalid(told) from error

    def watch(self, ousted: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=self._look_after, args=(ousted,), name="side-by-side", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        self._leaving.set()
        if self._thread is not None:
            self._thread.join()
        self._close()

    def _look_after(self, ousted: Callable[[], None]) -> None:
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
            connection.invalidate()
            connection.close()
