"""Who may work on one PostgreSQL at the same time: any number of the distributed engine, or one process alone.

The embedded engine takes every lease for its own when it starts, and asks for none when it writes: beside another
process it would double work. So each process holds an advisory lock, shared or alone. It lasts as long as its
connection does, and a database that was begun anew has forgotten it: so it is looked after, and taken again. A server
that was not told of a cut has it still: the session that is left there is ended by who had it.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from logging import ERROR, WARNING

from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from contracts.errors import SettingInvalid, StoreUnavailable
from gateway.logs import log_crash, log_event
from gateway.store.database import translate
from gateway.store.database_url import find_bounds, read_database_url

_KEY = 0x4153_5041
_WAIT_SECONDS = 5.0
"""So long the lock of a process that was killed just now is waited for."""
_LOOK_SECONDS = 1.0
_NOT_AVAILABLE = "55P03"
"""PostgreSQL's word for a lock that was not to be had within lock_timeout."""
_LEAVE_SECONDS = 10.0
"""A server that says nothing any more is not waited for beyond this: the lock ends with the process."""
_MARK = 0x4153_504D
"""A second lock, by a number that one process alone has: the server ends it with the session, and so does a pooler."""
_END_LEFT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = :mark "
    "AND objid = :number AND objsubid = 2 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
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
        self._number = secrets.randbits(31)
        """By which the server's session is known, whatever was heard of it."""
        self._is_lost = False
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> None:
        """Raises SettingInvalid where another holds it, and StoreUnavailable."""
        lock = func.pg_advisory_lock if self._alone else func.pg_advisory_lock_shared
        try:
            connection = self._engine.connect()
        except SQLAlchemyError as error:
            raise translate(error) from error
        try:
            self._mark(connection)
        except SQLAlchemyError as error:
            _end(connection)
            raise translate(error) from error
        try:
            connection.execute(select(lock(_KEY, func.hashtext(func.current_schema()))))
        except SQLAlchemyError as error:
            _end(connection)
            if getattr(error.orig if isinstance(error, DBAPIError) else None, "sqlstate", None) != _NOT_AVAILABLE:
                # Cut off again, and not refused: nobody has been told to end.
                raise translate(error) from error
            if self._alone:
                told = "another gateway or worker has this database; several want ASP_ENGINE=distributed"
            else:
                told = "a gateway with the embedded engine works on this database alone"
            raise SettingInvalid(told) from error
        self._connection = connection

    def _mark(self, connection: Connection) -> None:
        """Have the session known for ours, and none that was left before it: what that holds, nobody else has taken."""
        known = {"mark": _MARK, "number": self._number}
        with suppress(ProgrammingError):  # where a role may not end its own sessions, they are waited for
            connection.execute(_END_LEFT, known)
        connection.exec_driver_sql(f"SET lock_timeout = {int(self._wait_seconds * 1000)}")
        connection.execute(select(func.pg_advisory_lock(_MARK, self._number)))

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
                if not self._holds() and not self._leaving.is_set():
                    self._take_again()
        except SettingInvalid as error:
            if not self._leaving.is_set():
                log_event("ousted", level=ERROR, reason=error.detail)
                ousted()
        except Exception as error:
            # Nobody would look any more whether the place is held.
            log_crash(error, event_of="side-by-side")
            ousted()
        finally:
            # By who uses it, and by nobody else.
            self._close()

    def _take_again(self) -> None:
        self._close()
        try:
            self.take()
        except StoreUnavailable as error:
            # The database is away, at least for us: it is tried again, for ever.
            if not self._is_lost:
                log_event("place_lost", level=WARNING, reason=error.detail)
            self._is_lost = True
        else:
            log_event("place_taken_again")
            self._is_lost = False

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
