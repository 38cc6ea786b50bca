"""What is open and owed over all applications, as numbers: who is watched by it needs no row to be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, distinct, exists, func, or_, select

from gateway.core.case import OVER, ExchangeState
from gateway.core.proceedings import DateKind
from gateway.store import course_tables as c
from gateway.store import tables as t
from gateway.store.database import Database
from gateway.store.ending import select_open
from gateway.store.lease_tables import leases
from gateway.store.webhook_tables import webhook_cursors

OPEN = tuple(state.value for state in ExchangeState if state not in OVER)


@dataclass(frozen=True)
class Backlog:
    """Counts at one moment."""

    wakeups_due: int
    """Applications that are due and that nobody has claimed."""
    wakeups_oldest: datetime | None
    """Since when the first of them is due."""
    wakeups_leased: int
    exchanges: Mapping[tuple[str, str], int]
    """Not over, by passport and state."""
    inquiries: Mapping[int, int]
    """That wait for a source, by the number of the request."""
    extensions: int
    """Applications whose package is still being formed in an extension."""
    terms_passed: int
    """Terms of open applications that passed undone, each marked with its rule."""
    arrivals_due: int
    """Messages of the bus that are kept and still to be read or told of."""
    arrivals_unmatched: int
    incidents: int
    webhooks_owed: int
    """Applications of which a client is still to be told something."""
    webhooks_failing: int
    workers: int | None = None
    """That take jobs; None where one process does all."""


@dataclass(frozen=True)
class BacklogReader:
    database: Database
    passports: Collection[str]
    count_workers: Callable[[Connection], int] | None = None
    """Where several processes carry applications forward."""

    def read(self, now: datetime) -> Backlog:
        """Raises StoreUnavailable."""
        w, a, r, h = t.wakeups.c, t.applications.c, t.arrivals.c, webhook_cursors.c
        # One process leases in the row itself, several in a table of their own.
        held = exists().where(leases.c.name == w.application_id, leases.c.held_until >= now)
        leased = or_(w.leased_until >= now, held)
        free = and_(or_(w.leased_until.is_(None), w.leased_until < now), ~held)
        forming = (a.registered_at.is_(None), a.withdrawn_at.is_(None))
        extended = (c.legal_dates.c.application_id == a.id) & (c.legal_dates.c.kind == DateKind.EXTENSION_UNTIL.value)
        with self.database.read() as connection:
            due = connection.execute(
                select(func.count(), func.min(w.due_at, type_=t.Moment)).where(w.due_at <= now, free)
            ).one()
            extensions = select(func.count(distinct(a.id))).join_from(t.applications, c.legal_dates, extended)
            passed = select(func.count()).where(c.marks.c.passed, c.marks.c.application_id.in_(select_open()))
            return Backlog(
                wakeups_due=due[0],
                wakeups_oldest=due[1],
                wakeups_leased=_count(connection, leased),
                exchanges=self._count_exchanges(connection),
                inquiries=self._count_inquiries(connection),
                extensions=connection.execute(extensions.where(*forming)).scalar_one(),
                terms_passed=connection.execute(passed).scalar_one(),
                arrivals_due=_count(connection, r.due_at <= now),
                arrivals_unmatched=_count(connection, r.exchange_id.is_(None)),
                incidents=_count(connection, c.incidents.c.closed_at.is_(None)),
                webhooks_owed=_count(connection, h.due_at.is_not(None)),
                webhooks_failing=_count(connection, h.failing_since.is_not(None)),
                workers=self.count_workers(connection) if self.count_workers else None,
            )

    def _count_exchanges(self, connection: Connection) -> dict[tuple[str, str], int]:
        x = t.exchanges.c
        # Named one by one: the index begins with the passport, and rows that are over are never touched.
        query = (
            select(x.passport, x.state, func.count())
            .where(x.passport.in_(self.passports), x.state.in_(OPEN))
            .group_by(x.passport, x.state)
        )
        return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def _count_inquiries(self, connection: Connection) -> dict[int, int]:
        x, p, q = t.exchanges.c, t.parts.c, t.inquiries.c
        query = (
            select(q.number, func.count(distinct(q.id)))
            .join_from(t.exchanges, t.parts, (p.application_id == x.application_id) & (p.exchange_id == x.id))
            .join(t.inquiries, q.id == p.inquiry_id)
            .where(x.passport.in_(self.passports), x.state.in_(OPEN))
            .group_by(q.number)
        )
        return {row[0]: row[1] for row in connection.execute(query)}


def _count(connection: Connection, condition: ColumnElement[Any]) -> int:
    return connection.execute(select(func.count()).where(condition)).scalar_one()
