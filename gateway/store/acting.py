"""An act of a person on a case: one transaction with its event and a wake-up, judged by the rows as they stand in it.

An act that comes too late, or twice, raises Conflict and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from contracts.errors import Conflict, InvalidInput, Problem
from gateway.store.database import Database
from gateway.store.ending import is_over
from gateway.store.events import add_events
from gateway.store.rows import Audience, Told
from gateway.store.sealing import Sealer
from gateway.store.wakeups import wake_now

Change = Callable[[Connection, datetime], Sequence[Told]]


@dataclass(frozen=True)
class Actor:
    """Who acts: an employee, as the caller's key names him, or as an organisation's system names him per call."""

    client_id: str
    name: str
    """Surname and initials."""


@dataclass(frozen=True)
class Acting:
    """Carries an act out."""

    database: Database
    sealer: Sealer
    clock: Callable[[], datetime]
    announce: Callable[[], None]
    """Called after each commit, for those who wait for events or wake-ups."""

    def act(self, application_id: str, change: Change, *, even_over: bool = False) -> None:
        """Commit a change; `even_over`: also on a case that is decided or withdrawn, else that is a Conflict."""
        at = self.clock()

        def write(connection: Connection) -> None:
            if not even_over and is_over(connection, application_id):
                raise conflict("application-over", "the application is decided or withdrawn")
            told = change(connection, at)
            add_events(connection, application_id, at, told)
            if told:
                wake_now(connection, application_id, at, told[0].kind)

        self.database.write(write)
        self.announce()


def tell(kind: str, data: dict[str, Any]) -> Told:
    return Told(kind, Audience.PROVIDER, data)


def conflict(code: str, detail: str) -> Conflict:
    return Conflict(problems=(Problem(code, "", detail),))


def invalid(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(problems=(Problem("invalid-value", pointer, detail),))
