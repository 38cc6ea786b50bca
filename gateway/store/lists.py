"""Lists over many applications: those in which a person may have something to do, incidents, unmatched messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, exists, or_, select

from contracts.words import Outcome
from gateway.core.case import ExchangeState
from gateway.core.proceedings import LetterState
from gateway.store import course_tables as t
from gateway.store import tables
from gateway.store.database import Database
from gateway.store.incidents import UNSENT

_LEFT_OPEN = (Outcome.NO_ANSWER.value, Outcome.ON_PAPER.value)
"""Outcomes with which an inquiry is opened that wait for a person."""
_SILENT = (ExchangeState.WAITING.value, ExchangeState.PENDING.value, ExchangeState.STOPPED.value)


@dataclass(frozen=True)
class Listed:
    application_id: str
    seq: int
    """Where the list goes on: give it as `after`."""


@dataclass(frozen=True)
class Unmatched:
    """A message of the bus that nobody here awaited: ids and times, never its content."""

    message_id: str
    service_id: str
    kind: str
    correlation_id: str
    received_at: datetime
    size: int
    sha256: str


@dataclass(frozen=True)
class Place:
    """Where a list, the newest first, goes on: behind this one."""

    at: datetime
    id: str


@dataclass(frozen=True)
class IncidentLetter:
    application_id: str
    n: int
    state: str


@dataclass(frozen=True)
class IncidentRow:
    id: str
    service: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    letters: tuple[IncidentLetter, ...]
    """In the order in which they were drafted."""

    @property
    def to_print(self) -> tuple[IncidentLetter, ...]:
        """Those that wait to be sent; where none waits, those that were: what went out can be printed again."""
        waiting = tuple(one for one in self.letters if one.state in UNSENT)
        return waiting or tuple(one for one in self.letters if one.state != LetterState.WITHDRAWN.value)


@dataclass(frozen=True)
class Lists:
    database: Database

    def list_with_people(self, after: int, limit: int) -> tuple[Listed, ...]:
        """Applications in which a person may have something to do, in the order of their numbers."""
        a, d, q, x = tables.applications.c, t.decisions.c, tables.inquiries.c, tables.exchanges.c
        query = (
            select(a.id, a.seq)
            .join_from(tables.applications, t.decisions, a.id == d.application_id, isouter=True)
            .where(
                a.seq > after,
                or_(
                    (a.withdrawn_at.is_(None) & d.decided_at.is_(None))
                    & or_(
                        a.registered_at.is_not(None),
                        exists().where(t.letters.c.application_id == a.id),
                        exists().where(t.marks.c.application_id == a.id),
                        exists().where(q.application_id == a.id, q.outcome.in_(_LEFT_OPEN)),
                        exists().where(x.application_id == a.id, x.state.in_(_SILENT), x.since.is_not(None)),
                    ),
                    exists().where(t.deliveries.c.application_id == a.id, t.deliveries.c.state != "delivered"),
                    exists().where(t.complaints.c.application_id == a.id, t.complaints.c.answered_at.is_(None)),
                ),
            )
            .order_by(a.seq)
            .limit(limit)
        )
        with self.database.read() as connection:
            return tuple(Listed(row.id, row.seq) for row in connection.execute(query))

    def list_unmatched(self, limit: int, behind: Place | None = None) -> tuple[Unmatched, ...]:
        """The newest first, behind a place; what comes meanwhile is ahead of it, so that a page loses nothing."""
        r = tables.arrivals.c
        query = (
            select(r.message_id, r.service_id, r.kind, r.correlation_id, r.received_at, r.size, r.sha256)
            .where(r.exchange_id.is_(None))
            .order_by(r.received_at.desc(), r.message_id)
            .limit(limit)
        )
        if behind is not None:
            query = query.where(_is_behind(r.received_at, r.message_id, behind))
        with self.database.read() as connection:
            return tuple(Unmatched(*row) for row in connection.execute(query))

    def list_incidents(
        self, limit: int, behind: Place | None = None, *, only_open: bool = True
    ) -> tuple[IncidentRow, ...]:
        """The newest first, behind a place."""
        i = t.incidents.c
        query = select(t.incidents).order_by(i.opened_at.desc(), i.id).limit(limit)
        if only_open:
            query = query.where(i.closed_at.is_(None))
        if behind is not None:
            query = query.where(_is_behind(i.opened_at, i.id, behind))
        with self.database.read() as connection:
            return _read_incidents(connection, query)

    def find_incident(self, incident_id: str) -> IncidentRow | None:
        with self.database.read() as connection:
            found = _read_incidents(connection, select(t.incidents).where(t.incidents.c.id == incident_id))
        return found[0] if found else None


def _is_behind(at: Column[datetime], id_: Column[str], place: Place) -> ColumnElement[bool]:
    return (at < place.at) | ((at == place.at) & (id_ > place.id))


def _read_incidents(connection: Connection, query: Select[Any]) -> tuple[IncidentRow, ...]:
    rows, letters = connection.execute(query).all(), t.letters.c
    found: dict[str, list[IncidentLetter]] = {row.id: [] for row in rows}
    for one in connection.execute(
        select(letters.incident_id, letters.application_id, letters.n, letters.state)
        .where(letters.incident_id.in_(list(found)))
        .order_by(letters.drafted_at, letters.application_id, letters.n)
    ):
        found[one.incident_id].append(IncidentLetter(one.application_id, one.n, one.state))
    return tuple(
        IncidentRow(row.id, row.service, row.owner, row.opened_at, row.closed_at, tuple(found[row.id])) for row in rows
    )
