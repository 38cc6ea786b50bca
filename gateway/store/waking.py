"""Many applications woken at once: for a registry that is back, or for dates that are to be recounted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from gateway.core.case import ExchangeState
from gateway.store.course_tables import legal_dates
from gateway.store.database import Database
from gateway.store.ending import select_open
from gateway.store.tables import applications, exchanges
from gateway.store.wakeups import wake_now

_MOST = 5_000
"""Exchanges of one waking: the rest come by their own rounds."""


def wake_waiting(database: Database, passports: Collection[str], now: datetime, per_minute: int | None) -> int:
    """Exchanges with these passports that wait for their next round are due at once, paced; how many."""

    def change(connection: Connection) -> int:
        x, a = exchanges, applications
        waiting = (
            select(x.c.id, x.c.application_id)
            .join(a, a.c.id == x.c.application_id)
            .where(
                x.c.passport.in_(passports),
                x.c.state == ExchangeState.WAITING.value,
                x.c.next_try_at > now,
                a.c.registered_at.is_(None),
                a.c.withdrawn_at.is_(None),
            )
            .order_by(x.c.since)
            .limit(_MOST)
        )
        rows = connection.execute(waiting).all()
        apart = timedelta(minutes=1) / per_minute if per_minute else timedelta(0)
        for n, row in enumerate(rows):
            connection.execute(update(x).where(x.c.id == row.id).values(again_at=now + n * apart))
        for application_id in dict.fromkeys(row.application_id for row in rows):
            wake_now(connection, application_id, now, "registry_back")
        return len(rows)

    return database.write(change)


def wake_recount(database: Database, calendar_version: str, now: datetime) -> int:
    """Open cases with a date that was told by another calendar are looked at now; how many."""

    def change(connection: Connection) -> int:
        d = legal_dates.c
        query = (
            select(d.application_id)
            .where(d.calendar_version != calendar_version, d.application_id.in_(select_open()))
            .distinct()
        )
        ids = list(connection.execute(query).scalars())
        for application_id in ids:
            wake_now(connection, application_id, now, "calendar_changed")
        return len(ids)

    return database.write(change)
