"""Events of an application: numbered one after another, written in the transaction of what they tell of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gateway.core.calendar import ALMATY
from gateway.store import tables as t
from gateway.store.rows import Audience, Event, Told
from gateway.store.webhook_waking import wake_webhook


def add_events(connection: Connection, application_id: str, at: datetime, told: Sequence[Told]) -> None:
    """Within a write: events in the order given, behind those that are there; a webhook of the client is woken."""
    if not told:
        return
    last = connection.execute(
        select(func.max(t.events.c.seq)).where(t.events.c.application_id == application_id)
    ).scalar()
    rows: list[dict[str, Any]] = [
        {
            "application_id": application_id,
            "seq": seq,
            "at": at,
            "kind": event.kind,
            "audience": event.audience.value,
            "data": json.dumps(event.data, ensure_ascii=False, default=_write_moment),
        }
        for seq, event in enumerate(told, start=(last or 0) + 1)
    ]
    connection.execute(insert(t.events), rows)
    seen = next((row["seq"] for row in rows if row["audience"] == Audience.ALL.value), None)
    if seen is not None:
        wake_webhook(connection, application_id, seen, at)


def _write_moment(value: Any) -> str:
    """A moment in an event's data, as everywhere that people read it: in the time of Kazakhstan, with its offset."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ALMATY).isoformat()
    raise TypeError(f"an event's data holds no {type(value).__name__}")


def read_events(connection: Connection, application_id: str, after: int) -> tuple[Event, ...]:
    rows = connection.execute(
        select(t.events)
        .where(t.events.c.application_id == application_id, t.events.c.seq > after)
        .order_by(t.events.c.seq)
    )
    return tuple(Event(r.seq, r.at, r.kind, Audience(r.audience), json.loads(r.data)) for r in rows)
