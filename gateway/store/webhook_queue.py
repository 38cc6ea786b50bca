"""What is owed to webhooks: the next event of each application, claimed for a while, then taken, put off or given up.

In order: an application's next event is claimed only when the one before it was taken. At least once: the cursor moves
after the portal took the event, so that a process that is killed in between sends it again, under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from gateway.store.database import Database
from gateway.store.events import add_events
from gateway.store.numbers import write_number
from gateway.store.rows import Audience, Event, Told
from gateway.store.sealing import Sealer
from gateway.store.tables import Moment, applications, events
from gateway.store.webhook_tables import webhook_cursors, webhooks
from gateway.store.webhooks import secret_context

_C = webhook_cursors.c
_NOW: Final = bindparam("now", type_=Moment)
_IS_FREE: Final = or_(_C.leased_until.is_(None), _C.leased_until < _NOW)
_DUE: Final = select(_C.client_id, _C.due_at).where(_C.due_at <= _NOW, _IS_FREE).cte("due").prefix_with("MATERIALIZED")
"""First what is due, then the clients of it: SQLite would go through all cursors, client by client."""
_DUE_CLIENTS: Final = select(_DUE.c.client_id).group_by(_DUE.c.client_id).order_by(func.min(_DUE.c.due_at))
_LONGEST_CAUSE = 120


@dataclass(frozen=True)
class Owed:
    """An event that a portal is to be told of now."""

    application_id: str
    number: str
    client_id: str
    url: str
    event: Event
    previous: int
    """Number of the event before it that the portal may see, 0 where there is none: it shows whether one was missed."""
    tries: int
    """That failed so far."""
    failing_since: datetime | None
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class WebhookQueue:
    database: Database
    sealer: Sealer

    def next_due(self) -> datetime | None:
        """When something is, or was, to be sent first; what is under way counts until it is settled."""
        with self.database.read() as connection:
            return connection.execute(
                select(_C.due_at).where(_C.due_at.is_not(None)).order_by(_C.due_at).limit(1)
            ).scalar_one_or_none()

    def list_due_clients(self, now: datetime) -> tuple[str, ...]:
        """Clients that are to be told of something, the one that waits longest first."""
        with self.database.read() as connection:
            return tuple(connection.execute(_DUE_CLIENTS, {"now": now}).scalars())

    def claim(
        self, client_id: str, now: datetime, limit: int, lease: timedelta, without: Collection[str] = ()
    ) -> tuple[Owed, ...]:
        """Up to `limit` events of as many applications of a client, nobody else's while the lease lasts."""

        def change(connection: Connection) -> list[tuple[Row[Any], Event, int]]:
            found = []
            for row in connection.execute(_due_of(client_id, limit, without), {"now": now}).all():
                event = _find_event(connection, row.application_id, row.next_seq)
                mine = update(webhook_cursors).where(_C.application_id == row.application_id)
                if event is None:
                    connection.execute(mine.values(due_at=None))
                    continue
                connection.execute(mine.values(leased_until=now + lease))
                found.append((row, event, _last_seq(connection, row.application_id, event.seq)))
            return found

        return tuple(self._owe(client_id, *one) for one in self.database.write(change))

    def set_taken(self, owed: Owed, at: datetime) -> None:
        """The portal took it: the next event is due, where there is one."""

        def change(connection: Connection) -> None:
            if not _hold(connection, owed):
                return
            more = _find_event(connection, owed.application_id, owed.event.seq + 1)
            _settle(
                connection,
                owed,
                {"next_seq": owed.event.seq + 1, "due_at": at if more else None, "cause": "", "gave_up_at": None},
            )

        self.database.write(change)

    def postpone(self, owed: Owed, due_at: datetime, cause: str, at: datetime) -> None:
        """The portal did not take it: the same event again at `due_at`."""

        def change(connection: Connection) -> None:
            if _hold(connection, owed):
                since = owed.failing_since or at
                again = {"due_at": due_at, "tries": owed.tries + 1, "failing_since": since}
                _settle(connection, owed, again | {"cause": cause[:_LONGEST_CAUSE]})

        self.database.write(change)

    def give_up(self, owed: Owed, cause: str, at: datetime) -> None:
        """Whatever is owed of this application is left to GET …/events; the next new event is sent again."""

        def change(connection: Connection) -> None:
            if not _hold(connection, owed):
                return
            last = _last_seq(connection, owed.application_id)
            rest = {"next_seq": last + 1, "due_at": None, "cause": cause[:_LONGEST_CAUSE], "gave_up_at": at}
            _settle(connection, owed, rest)
            data = {"client": owed.client_id, "first": owed.event.seq, "last": last, "cause": cause}
            told = Told("webhook_gave_up", Audience.PROVIDER, data)
            add_events(connection, owed.application_id, at, (told,))

        self.database.write(change)

    def release_all(self) -> None:
        """End every lease: for the start of a process, before which a killed one may have held some."""
        held = update(webhook_cursors).where(_C.leased_until.is_not(None))
        self.database.write(lambda connection: connection.execute(held.values(leased_until=None)))

    def _owe(self, client_id: str, row: Row[Any], event: Event, previous: int) -> Owed:
        return Owed(
            application_id=row.application_id,
            number=write_number(row.accepted_at, row.seq),
            client_id=client_id,
            url=row.url,
            event=event,
            previous=previous,
            tries=row.tries,
            failing_since=row.failing_since,
            secret=self.sealer.open(row.sealed_secret, secret_context(client_id)),
        )


def _due_of(client_id: str, limit: int, without: Collection[str]) -> Any:
    a, w = applications.c, webhooks.c
    return (
        select(_C.application_id, _C.next_seq, _C.tries, _C.failing_since, a.seq, a.accepted_at, w.url, w.sealed_secret)
        .join_from(webhook_cursors, applications, a.id == _C.application_id)
        .join(webhooks, w.client_id == _C.client_id)
        .where(_C.client_id == client_id, _C.due_at <= _NOW, _IS_FREE, w.revoked_at.is_(None))
        .where(_C.application_id.not_in(without))
        .order_by(_C.due_at)
        .limit(limit)
        .with_for_update(of=webhook_cursors, skip_locked=True)
    )


def _find_event(connection: Connection, application_id: str, seq: int) -> Event | None:
    """The first event from `seq` on that a portal may see."""
    row = connection.execute(
        select(events)
        .where(events.c.application_id == application_id, events.c.seq >= seq, _is_for_all())
        .order_by(events.c.seq)
        .limit(1)
    ).one_or_none()
    return Event(row.seq, row.at, row.kind, Audience(row.audience), json.loads(row.data)) if row else None


def _last_seq(connection: Connection, application_id: str, before: int | None = None) -> int:
    """Number of the last event, or the last before one, that a portal may see; 0 where there is none."""
    query = select(func.max(events.c.seq)).where(events.c.application_id == application_id, _is_for_all())
    return connection.execute(query if before is None else query.where(events.c.seq < before)).scalar() or 0


def _is_for_all() -> Any:
    return events.c.audience == Audience.ALL.value


def _hold(connection: Connection, owed: Owed) -> bool:
    """Whether the cursor still stands before this event; locked first, so that no new event comes in between unseen."""
    next_seq = connection.execute(
        select(_C.next_seq).where(_C.application_id == owed.application_id).with_for_update()
    ).scalar()
    return next_seq is not None and next_seq <= owed.event.seq


def _settle(connection: Connection, owed: Owed, values: dict[str, Any]) -> None:
    fresh = {"tries": 0, "failing_since": None, "leased_until": None}
    mine = update(webhook_cursors).where(_C.application_id == owed.application_id)
    connection.execute(mine.values(fresh | values))
