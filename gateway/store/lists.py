"""Lists over many applications: those in which a person may have something to do, incidents, unmatched messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select

from contracts.words import Outcome
from gateway.core.case import ExchangeState
from gateway.store import course_tables as t
from gateway.store import tables
from gateway.store.database import Database

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
class IncidentRow:
    id: str
    service: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    letters: tuple[tuple[str, int], ...]
    """(application id, number of the letter)."""


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

    def list_unmatched(self, limit: int) -> tuple[Unmatched, ...]:
        """The newest first."""
        r = tables.arrivals.c
        query = (
            select(r.message_id, r.service_id, r.kind, r.correlation_id, r.received_at, r.size, r.sha256)
            .where(r.exchange_id.is_(None))
            .order_by(r.received_at.desc(), r.message_id)
            .limit(limit)
        )
        with self.database.read() as connection:
            return tuple(Unmatched(*row) for row in connection.execute(query))

    def list_incidents(self, limit: int, *, only_open: bool = True) -> tuple[IncidentRow, ...]:
        i, letters = t.incidents.c, t.letters.c
        query = select(t.incidents).order_by(i.opened_at.desc(), i.id).limit(limit)
        with self.database.read() as connection:
            rows = connection.execute(query.where(i.closed_at.is_(None)) if only_open else query).all()
            found = connection.execute(
                select(letters.incident_id, letters.application_id, letters.n)
                .where(letters.incident_id.in_([row.id for row in rows]))
                .order_by(letters.drafted_at, letters.application_id)
            ).all()
        return tuple(
            IncidentRow(
                row.id,
                row.service,
                row.owner,
                row.opened_at,
                row.closed_at,
                tuple((one.application_id, one.n) for one in found if one.incident_id == row.id),
            )
            for row in rows
        )
