"""Events of an application: numbered one after another, written in the transaction of what they tell of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, String, bindparam, func, insert, select

from gateway.core.calendar import ALMATY
from gateway.store import tables as t
from gateway.store.rows import Audience, Event, Told
from gateway.store.webhook_waking import wake_webhook


def _write_moment(value: Any) -> str:
    """A moment in an event's data, as everywhere that people read it: in the time of Kazakhstan, with its offset."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ALMATY).isoformat()
    raise TypeError(f"an event's data holds no {type(value).__name__}")


_OF: Final = bindparam("application", type_=String)
_LAST: Final = select(func.max(t.events.c.seq)).where(t.events.c.application_id == _OF)
_ADD: Final = insert(t.events)
_BEHIND: Final = (
    select(t.events)
    .where(t.events.c.application_id == _OF, t.events.c.seq > bindparam("after"))
    .order_by(t.events.c.seq)
)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=_write_moment)


def add_events(connection: Connection, application_id: str, at: datetime, told: Sequence[Told]) -> None:
    """Within a write: events in the order given, behind those that are there; a webhook of the client is woken."""
    if not told:
        return
    last = connection.execute(_LAST, {"application": application_id}).scalar()
    rows: list[dict[str, Any]] = [
        {
            "application_id": application_id,
            "seq": seq,
            "at": at,
            "kind": event.kind,
            "audience": event.audience.value,
            "data": _ENCODER.encode(event.data),
        }
        for seq, event in enumerate(told, start=(last or 0) + 1)
    ]
    connection.execute(_ADD, rows)
    seen = next((row["seq"] for row in rows if row["audience"] == Audience.ALL.value), None)
    if seen is not None:
        wake_webhook(connection, application_id, seen, at)


def read_events(connection: Connection, application_id: str, after: int) -> tuple[Event, ...]:
    rows = connection.execute(_BEHIND, {"application": application_id, "after": after})
    return tuple(Event(r.seq, r.at, r.kind, Audience(r.audience), json.loads(r.data)) for r in rows)
