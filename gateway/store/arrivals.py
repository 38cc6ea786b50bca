"""Messages that came from the bus: kept once each (by message id), matched to an exchange, their notification owed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from contracts.exchange import Arrival
from gateway.core.case import ExchangeState
from gateway.store import tables as t
from gateway.store.database import Database
from gateway.store.sealing import Sealer


@dataclass(frozen=True)
class Matched:
    """The exchange that an arrival answers."""

    exchange_id: str
    application_id: str
    passport: str


@dataclass(frozen=True)
class OwedNotification:
    message_id: str
    raw: bytes = field(repr=False)


class ArrivalStore:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def keep(self, arrival: Arrival, at: datetime) -> tuple[Matched | None, bool]:
        """Commit the message before it is acknowledged; (what it answers, False) where it came before: a duplicate."""

        def change(connection: Connection) -> tuple[Matched | None, bool]:
            matched = _match(connection, arrival.correlation_id, arrival.inquiry_id)
            known = connection.execute(
                select(t.arrivals.c.message_id).where(t.arrivals.c.message_id == arrival.message_id)
            ).one_or_none()
            if known is not None:
                return matched, False
            connection.execute(
                insert(t.arrivals).values(
                    message_id=arrival.message_id,
                    correlation_id=arrival.correlation_id[:100],
                    service_id=arrival.service_id[:200],
                    exchange_id=matched.exchange_id if matched else None,
                    received_at=at,
                    sealed_raw=self._sealer.seal(arrival.raw, f"arrivals:{arrival.message_id}"),
                )
            )
            return matched, True

        return self._database.write(change)

    def take_unmatched(self, correlation_id: str, exchange_id: str) -> tuple[bytes, ...]:
        """Messages of a correlation id that came before the bus's acceptance was committed, now this exchange's."""

        def change(connection: Connection) -> tuple[bytes, ...]:
            a = t.arrivals.c
            waiting = (a.correlation_id == correlation_id, a.exchange_id.is_(None))
            rows = connection.execute(select(a.message_id, a.sealed_raw).where(*waiting).order_by(a.received_at)).all()
            connection.execute(update(t.arrivals).where(*waiting).values(exchange_id=exchange_id))
            return tuple(self._sealer.open(row.sealed_raw, f"arrivals:{row.message_id}") for row in rows)

        return self._database.write(change)

    def set_notified(self, message_id: str, at: datetime) -> None:
        change = update(t.arrivals).where(t.arrivals.c.message_id == message_id).values(notified_at=at)
        self._database.write(lambda c: c.execute(change))

    def list_owed(self, limit: int = 100) -> tuple[OwedNotification, ...]:
        """Messages whose delivery notification has not gone out: after a kill they are told of at the next start."""
        a = t.arrivals.c
        with self._database.read() as connection:
            rows = connection.execute(
                select(a.message_id, a.sealed_raw).where(a.notified_at.is_(None)).order_by(a.received_at).limit(limit)
            ).all()
        return tuple(
            OwedNotification(r.message_id, self._sealer.open(r.sealed_raw, f"arrivals:{r.message_id}")) for r in rows
        )

    def list_pending_passports(self) -> tuple[str, ...]:
        """Passports that a late reply is awaited from: what a PULL asks for."""
        x = t.exchanges.c
        with self._database.read() as connection:
            rows = connection.execute(
                select(x.passport).where(x.state == ExchangeState.PENDING.value).distinct()
            ).scalars()
            return tuple(rows)


def _match(connection: Connection, correlation_id: str, inquiry_id: str) -> Matched | None:
    x = t.exchanges.c
    columns = select(x.id, x.application_id, x.passport)
    for condition in (x.correlation_id == correlation_id, x.id == inquiry_id):
        row = connection.execute(columns.where(condition)).first()
        if row is not None:
            return Matched(row.id, row.application_id, row.passport)
    return None
