"""The database: opened once, written by one thread that commits in groups, read by many.

A write is a function of a connection. Writes that wait at the same time share one transaction, each in a savepoint
of its own, and none is answered before the commit: a caller that got its result may rely on it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from contracts.errors import GatewayError, SettingInvalid, StoreUnavailable
from gateway.store.database_url import find_bounds, read_database_url
from gateway.store.leases import fence
from gateway.store.migrations import is_current, upgrade

T = TypeVar("T")
Write = Callable[[Connection], T]
TellDue = Callable[[Connection, Sequence[str]], None]
_GROUP = 200
"""Writes of one transaction at most: bounds how long the first of them waits for the last."""
_WRITE_SECONDS = 60.0
"""How long a caller waits for its write: longer than the database may take for a group before it is cut off."""
_POSTGRESQL_OPTIONS = "-c statement_timeout=20000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=8000"
"""A process that is paused inside a transaction loses it before others give up waiting for the rows that it holds."""
_DEADLOCK = "40P01"
_MOST_TRIES = 4
"""Of a write that PostgreSQL chose as the victim of a deadlock, the first in its group included."""
_VICTIM_SECONDS = 0.05
"""Between two of them: who was waited for goes first."""


class Database:
    """Use as a context manager; `close` waits for the writes that were asked for."""

    def __init__(self, url: str, *, write_seconds: float = _WRITE_SECONDS, tell_due: TellDue | None = None) -> None:
        """`tell_due`: see gateway.store.wakeups; what is made due at once is told in the same transaction."""
        self._write_seconds = write_seconds
        self._options = {"writes": True, "tell_due": tell_due}
        self._engine = open_engine(url)
        try:
            _prepare(self._engine)
        except GatewayError:
            self._engine.dispose()
            raise
        self._queue: queue.SimpleQueue[tuple[Write[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._pause = threading.Event()
        self._closing = threading.Lock()
        """Nothing is put behind the end of the queue: it would never be answered."""
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, change: Write[T]) -> T:
        """The result of a write, once it is committed; raises StoreUnavailable where the database fails.

        A write that takes too long raises too: it is not begun any more, but one under way may yet be committed.
        Under a lease it raises LeaseLost where that went to another.
        """
        future: Future[T] = Future()
        change = fence(change)
        with self._closing:
            if self._closed:
                raise StoreUnavailable("the database is closed")
            self._queue.put((change, future))
        try:
            return future.result(self._write_seconds)
        except WaitedTooLong as error:
            future.cancel()
            raise StoreUnavailable("the database takes too long") from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise translate(error) from error

    def write_alone(self, change: Write[T]) -> T:
        """A short write in a transaction of its own, on the caller's thread: it waits for no group of others."""
        try:
            with self._engine.connect().execution_options(**self._options) as connection, connection.begin():
                return change(connection)
        except SQLAlchemyError as error:
            raise translate(error) from error

    def close(self) -> None:
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join(timeout=10)
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            group = [item]
            stop = False
            while len(group) < _GROUP and not stop:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                stop = more is None
                if more is not None:
                    group.append(more)
            # From here on nobody can call a write off; one that was called off meanwhile is left out.
            self._commit([(change, future) for change, future in group if future.set_running_or_notify_cancel()])
            if stop:
                return

    def _commit(self, group: list[tuple[Write[Any], Future[Any]]], tries: int = 1) -> None:
        results: list[tuple[Future[Any], Any, Exception | None]] = []
        victims: list[tuple[Write[Any], Future[Any]]] = []
        try:
            # SQLite: a transaction that will write says so at its start, or another process may lock it out midway.
            with self._engine.connect().execution_options(**self._options) as connection, connection.begin():
                for change, future in group:
                    try:
                        with _set_apart(connection, alone=len(group) == 1):
                            results.append((future, change(connection), None))
                    except SQLAlchemyError as error:
                        if tries < _MOST_TRIES and _is_deadlock(error):
                            victims.append((change, future))
                            continue
                        results.append((future, None, _caused(translate(error), error)))
                    except Exception as error:
                        results.append((future, None, error))
        except Exception as error:
            # Whatever it is, the one writer goes on.
            lost = _caused(translate(error), error)
            results = [(future, None, lost) for _, future in group]
            victims = []
        for future, result, failure in results:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)
        # Alone it holds nobody else's rows while it waits for its own.
        for victim in victims:
            self._pause.wait(_VICTIM_SECONDS)
            self._commit([victim], tries + 1)


@contextmanager
def _set_apart(connection: Connection, *, alone: bool) -> Iterator[None]:
    """What fails inside is undone, and nothing else: by a savepoint, or with the transaction where it is alone.

    By hand: SQLAlchemy's own savepoint costs three times what the two statements do.
    """
    if not alone:
        connection.exec_driver_sql("SAVEPOINT one_write")
    try:
        yield
    except BaseException:
        if alone:
            connection.rollback()
        else:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one_write")
        raise
    if not alone:
        connection.exec_driver_sql("RELEASE SAVEPOINT one_write")


def make_folder_of(url: str) -> None:
    """Make the folder that a database file is to lie in; raises SettingInvalid where the URL cannot be read."""
    parsed = read_database_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


def open_engine(url: str, *, only_looks: bool = False) -> Engine:
    """An engine that is not connected yet; raises SettingInvalid. `only_looks`: no byte of a file is changed by it."""
    parsed = read_database_url(url)
    try:
        engine = create_engine(parsed, hide_parameters=True, **_bounds(parsed))
    except (ArgumentError, ImportError) as error:
        raise SettingInvalid("the database URL cannot be used") from error
    if parsed.get_backend_name() == "postgresql":
        # Its library is not loaded where the database is a file.
        from gateway.store.bounded_connections import bound_waits

        bound_waits(engine)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _keep_sqlite if only_looks else _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _bounds(url: URL) -> dict[str, Any]:
    """What keeps a server that does not answer from being waited for without end."""
    if url.get_backend_name() != "postgresql":
        return {}
    options = f"{url.query.get('options', '')} {_POSTGRESQL_OPTIONS}".strip()
    return {"pool_pre_ping": True, "connect_args": {**find_bounds(url), "options": options}}


def _tune_sqlite(connection: Any, _: object) -> None:
    _set_pragmas(connection, "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON")


def _keep_sqlite(connection: Any, _: object) -> None:
    _set_pragmas(connection, "query_only=ON", "busy_timeout=5000")


def _set_pragmas(connection: Any, *pragmas: str) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # The driver would begin late and without savepoints: transactions are opened by hand.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _prepare(engine: Engine) -> None:
    try:
        with engine.connect() as connection:
            if is_current(connection):
                return
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            upgrade(connection)
    except SQLAlchemyError as error:
        raise translate(error) from error


def _is_deadlock(error: SQLAlchemyError) -> bool:
    return getattr(getattr(error, "orig", None), "sqlstate", None) == _DEADLOCK


def translate(error: Exception) -> GatewayError:
    """Our error for one of the database's; its text, which may hold rows, is left out."""
    return StoreUnavailable(f"the database refused: {type(error).__name__}")


def _caused(error: GatewayError, cause: BaseException) -> GatewayError:
    error.__cause__ = cause
    return error
