"""Connections to PostgreSQL that wait for no answer without end.

The server ends a statement that takes too long, and the kernel gives up a peer that is gone. Neither helps where what
stands between, or a server whose disk hangs, acknowledges what it is sent and never answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

import psycopg
from psycopg import OperationalError, errors, generators
from psycopg.abc import RV, PQGen
from sqlalchemy import Engine, event

WAIT_SECONDS: Final = 25.0
"""For one answer: longer than the server itself gives a statement (`statement_timeout`, 20 s)."""
COMMIT_SECONDS: Final = 60.0
"""For a commit, as long as a caller waits for its write. The server bounds it by nothing: while its synchronous standby
is away it waits, and keeps the session of a caller who is gone, so that each that is given up is one that it lacks."""
_INTERVAL: Final = 0.1
"""The library's own: how often it looks whether it was interrupted."""


class BoundedConnection(psycopg.Connection[Any]):
    """One that closes itself and raises OperationalError where an answer does not come in time."""

    wait_seconds: ClassVar[float] = WAIT_SECONDS

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        if timeout is not None or _waits_for_news(gen):
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, find_bound(gen, self.wait_seconds))
        except errors._WaitTimeout as error:
            raise _give_up(self) from error


class BoundedAsyncConnection(psycopg.AsyncConnection[Any]):
    """The same for the queue's library."""

    wait_seconds: ClassVar[float] = WAIT_SECONDS

    async def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        if timeout is not None or _waits_for_news(gen):
            return await super().wait(gen, interval, timeout)
        try:
            return await super().wait(gen, interval, find_bound(gen, self.wait_seconds))
        except errors._WaitTimeout as error:
            raise _give_up(self) from error


def bound_waits(engine: Engine) -> None:
    """Have all connections of an engine over PostgreSQL be such."""

    def connect(_: object, __: object, words: Iterable[Any], named: dict[str, Any]) -> BoundedConnection:
        return BoundedConnection.connect(*words, **named)

    event.listen(engine, "do_connect", connect)


def _waits_for_news(gen: PQGen[Any]) -> bool:
    """Of NOTIFY, which may never come: whoever listens looks beside it whether the server is there."""
    return getattr(gen, "gi_code", None) is generators.notifies.__code__


def find_bound(gen: PQGen[Any], usual: float) -> float:
    """How many seconds may pass until this piece of the library's work is done."""
    return COMMIT_SECONDS if getattr(gen, "__name__", "") == "_commit_gen" else usual


def _give_up(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> OperationalError:
    # Whatever came now would be taken for the answer to the next question.
    connection.pgconn.finish()
    return OperationalError("no answer came in time")
