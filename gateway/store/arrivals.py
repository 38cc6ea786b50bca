"""Messages that came from the bus: kept once each (by message id), matched to the exchange that awaits them.

A message is matched only where the bus has, or may have, our question, and the message is of the service asked. What is
owed for a matched message - to be read as an answer, then told of to the bus - is done when `due_at` says, until it is.
What matches nothing is kept for a while, because a reply may come before the bus's acceptance is committed; how much of
it is kept is bounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from contracts.errors import Overloaded
from contracts.exchange import Arrival
from gateway.core.case import OVER, ExchangeState
from gateway.store import tables as t
from gateway.store.course_tables import chains
from gateway.store.database import Database
from gateway.store.encoding import decode_vouchers, encode_vouchers
from gateway.store.ordering import hold_words
from gateway.store.sealing import Sealer

UNMATCHED_AT_MOST = 1000
UNMATCHED_BYTES_AT_MOST = 64_000_000
_OPEN = tuple(state.value for state in ExchangeState if state not in OVER)
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any moment there is: for "not null" alone SQLite would not take an index."""
_GRACE = timedelta(seconds=30)
"""A message is finished by who brought it; only after so long does the sweep take it for left behind."""


@dataclass(frozen=True)
class Matched:
    """The exchange that an arrival answers."""

    exchange_id: str
    application_id: str
    passport: str


@dataclass(frozen=True)
class Kept:
    """A message as it is kept."""

    arrival: Arrival = field(repr=False)
    matched: Matched | None
    fresh: bool = False
    """False where it came before: a duplicate."""
    answered: bool = False
    tries: int = 0
    """How often finishing it has failed."""


class ArrivalStore:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def keep(self, arrival: Arrival, at: datetime) -> Kept:
        """Commit the message before it is acknowledged; raises Overloaded where too much matches nothing."""
        return self._database.write(lambda connection: self._keep(connection, arrival, at))

    def list_unanswered(self, exchange_ids: Collection[str]) -> tuple[Kept, ...]:
        """Messages of these exchanges that are not read as an answer yet."""
        a = t.arrivals.c
        return self._list(a.exchange_id.in_(exchange_ids), a.answered_at.is_(None))

    def list_owed(self, now: datetime, limit: int = 100) -> tuple[Kept, ...]:
        """Matched messages for which something is still to be done, the longest due first."""
        return self._list(t.arrivals.c.due_at <= now, limit=limit)

    def next_owed(self) -> datetime | None:
        """When something is owed next for a message that came, past or ahead."""
        with self._database.read() as connection:
            return connection.execute(select(func.min(t.arrivals.c.due_at, type_=t.Moment))).scalar_one_or_none()

    def postpone(self, message_id: str, due_at: datetime | None) -> None:
        """What is owed failed once more: again at `due_at`, or never where it is None."""
        a = t.arrivals
        change = update(a).where(a.c.message_id == message_id).values(tries=a.c.tries + 1, due_at=due_at)
        self._database.write(lambda c: c.execute(change))

    def make_due(self, now: datetime) -> None:
        """For the start of a process: whatever a killed one left undone is due at once."""
        a = t.arrivals
        change = update(a).where(a.c.due_at > now).values(due_at=now)
        self._database.write(lambda c: c.execute(change))

    def set_notified(self, message_id: str, at: datetime) -> None:
        a = t.arrivals
        change = update(a).where(a.c.message_id == message_id).values(notified_at=at, due_at=None)
        self._database.write(lambda c: c.execute(change))

    def drop_unmatched(self, before: datetime) -> None:
        """Forget messages that have matched nothing since then."""
        a = t.arrivals
        self._database.write(lambda c: c.execute(delete(a).where(a.c.exchange_id.is_(None), a.c.received_at < before)))

    def list_awaited_services(self) -> tuple[str, ...]:
        """Services that a late reply is awaited from: what a PULL asks for."""
        x = t.exchanges.c
        # Each half reads its own index, and no more of it than is open.
        some = select(x.awaited_service).where(x.awaited_service > "")
        halves = some.where(x.state.in_(_OPEN)).union(some.where(x.reasked_at > _EVER))
        with self._database.read() as connection:
            return tuple(connection.execute(halves).scalars())

    def _keep(self, connection: Connection, arrival: Arrival, at: datetime) -> Kept:
        hold_words(connection, arrival.message_id, arrival.correlation_id, arrival.inquiry_id)
        a = t.arrivals
        mine = a.c.message_id == arrival.message_id
        known = connection.execute(select(a.c.exchange_id, a.c.answered_at, a.c.tries).where(mine)).one_or_none()
        matched = _match(connection, arrival)
        found = {
            "exchange_id": matched.exchange_id if matched else None,
            "application_id": matched.application_id if matched else None,
            "due_at": at + _GRACE if matched else None,
        }
        if known is not None:
            if matched is not None and known.exchange_id is None:
                connection.execute(update(a).where(mine).values(found))
            return Kept(arrival, matched, False, known.answered_at is not None, known.tries)
        if matched is None:
            _check_room(connection, len(arrival.raw))
        connection.execute(
            insert(a).values(
                message_id=arrival.message_id,
                correlation_id=arrival.correlation_id,
                inquiry_id=arrival.inquiry_id,
                service_id=arrival.service_id,
                kind=arrival.kind,
                message_date=arrival.message_date,
                received_at=at,
                tries=0,
                sha256=hashlib.sha256(arrival.raw).hexdigest(),
                size=len(arrival.raw),
                vouched_by=encode_vouchers(arrival.vouched_by),
                sealed_raw=self._sealer.seal(arrival.raw, f"arrivals:{arrival.message_id}"),
                **found,
            )
        )
        return Kept(arrival, matched, True)

    def _list(self, *conditions: ColumnElement[bool], limit: int = 100) -> tuple[Kept, ...]:
        a, x = t.arrivals, t.exchanges
        query = select(a, x.c.passport).join(x, x.c.id == a.c.exchange_id).where(*conditions)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(a.c.due_at, a.c.received_at).limit(limit)).all()
        return tuple(self._open(row) for row in rows)

    def _open(self, row: Row[tuple[object, ...]]) -> Kept:
        arrival = Arrival(
            message_id=row.message_id,
            correlation_id=row.correlation_id,
            service_id=row.service_id,
            kind=row.kind,
            message_date=row.message_date,
            inquiry_id=row.inquiry_id,
            raw=self._sealer.open(row.sealed_raw, f"arrivals:{row.message_id}"),
            vouched_by=decode_vouchers(row.vouched_by),
        )
        matched = Matched(row.exchange_id, row.application_id, row.passport)
        return Kept(arrival, matched, False, row.answered_at is not None, row.tries)


def keep_chain(connection: Connection, correlation_id: str, exchange_id: str) -> None:
    """Within a write: a reply of this chain is the exchange's, even after it was asked again by another.

    A reply that is kept at this moment by another process sees the chain, or is seen by `attach_early`.
    """
    hold_words(connection, correlation_id, exchange_id)
    known = select(chains.c.exchange_id).where(chains.c.correlation_id == correlation_id[:100])
    if correlation_id and connection.execute(known).first() is None:
        row = {"correlation_id": correlation_id[:100], "exchange_id": exchange_id}
        connection.execute(insert(chains).values(row))


def attach_early(
    connection: Connection, application_id: str, exchange_id: str, service_id: str, correlation_id: str, at: datetime
) -> None:
    """Within a write: replies that came before it was known that they are awaited are this exchange's now."""
    a = t.arrivals
    chain = [a.c.inquiry_id == exchange_id] + ([a.c.correlation_id == correlation_id] if correlation_id else [])
    connection.execute(
        update(a)
        .where(a.c.exchange_id.is_(None), a.c.service_id == service_id, or_(*chain))
        .values(exchange_id=exchange_id, application_id=application_id, due_at=at + _GRACE)
    )


def set_answered(connection: Connection, message_id: str, at: datetime) -> bool:
    """Within a write: the message is read as an answer; False where that was done before."""
    a = t.arrivals
    change = update(a).where(a.c.message_id == message_id, a.c.answered_at.is_(None)).values(answered_at=at)
    return connection.execute(change).rowcount > 0


def _match(connection: Connection, arrival: Arrival) -> Matched | None:
    x = t.exchanges.c
    if not arrival.service_id:
        return None
    columns = select(x.id, x.application_id, x.passport).where(x.awaited_service == arrival.service_id)
    of_chain = select(chains.c.exchange_id).where(chains.c.correlation_id == arrival.correlation_id)
    ways = [x.correlation_id == arrival.correlation_id, x.id.in_(of_chain)] if arrival.correlation_id else []
    ways += [x.id == arrival.inquiry_id] if arrival.inquiry_id else []
    for way in ways:
        row = connection.execute(columns.where(way)).first()
        if row is not None:
            return Matched(row.id, row.application_id, row.passport)
    return None


def _check_room(connection: Connection, size: int) -> None:
    a = t.arrivals.c
    count, total = connection.execute(
        select(func.count(), func.coalesce(func.sum(a.size), 0)).where(a.exchange_id.is_(None))
    ).one()
    if count >= UNMATCHED_AT_MOST or total + size > UNMATCHED_BYTES_AT_MOST:
        raise Overloaded("too many messages that nobody here awaits")
