"""An act of a person on a case: one transaction with its event and a wake-up, judged by the rows as they stand in it.

An act that comes too late, or twice, raises Conflict and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from contracts.errors import Conflict, InvalidInput, Problem
from gateway.store.database import Database
from gateway.store.ending import hold_application, is_over
from gateway.store.events import add_events
from gateway.store.rows import Audience, Told
from gateway.store.sealing import Sealer
from gateway.store.wakeups import wake_now

Change = Callable[[Connection, datetime], Sequence[Told]]
ChangeMany = Callable[[Connection, datetime], Mapping[str, Sequence[Told]]]
"""What is told of each application, by its id."""


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
            hold_application(connection, application_id)
            if not even_over and is_over(connection, application_id):
                raise conflict("application-over", "the application is decided or withdrawn")
            _tell_and_wake(connection, application_id, at, change(connection, at))

        self.database.write(write)
        self.announce()

    def act_on_many(self, change: ChangeMany) -> None:
        """Commit a change of many applications, all of it or none; it holds each of them before it judges it."""
        at = self.clock()

        def write(connection: Connection) -> None:
            for application_id, told in change(connection, at).items():
                _tell_and_wake(connection, application_id, at, told)

        self.database.write(write)
        self.announce()


def _tell_and_wake(connection: Connection, application_id: str, at: datetime, told: Sequence[Told]) -> None:
    add_events(connection, application_id, at, told)
    if told:
        wake_now(connection, application_id, at, told[0].kind)


def tell(kind: str, data: dict[str, Any]) -> Told:
    return Told(kind, Audience.PROVIDER, data)


def conflict(code: str, detail: str) -> Conflict:
    return Conflict(problems=(Problem(code, "", detail),))


def invalid(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(problems=(Problem("invalid-value", pointer, detail),))
