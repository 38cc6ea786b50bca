"""Events of an application: numbered one after another, written in the transaction of what they tell of."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gateway.store import tables as t
from gateway.store.rows import Audience, Event


def add_event(
    connection: Connection, application_id: str, at: datetime, kind: str, audience: Audience, data: dict[str, Any]
) -> None:
    last = connection.execute(
        select(func.max(t.events.c.seq)).where(t.events.c.application_id == application_id)
    ).scalar()
    connection.execute(
        insert(t.events).values(
            application_id=application_id,
            seq=(last or 0) + 1,
            at=at,
            kind=kind,
            audience=audience.value,
            data=json.dumps(data, ensure_ascii=False),
        )
    )


def read_events(connection: Connection, application_id: str, after: int) -> tuple[Event, ...]:
    rows = connection.execute(
        select(t.events)
        .where(t.events.c.application_id == application_id, t.events.c.seq > after)
        .order_by(t.events.c.seq)
    )
    return tuple(Event(r.seq, r.at, r.kind, Audience(r.audience), json.loads(r.data)) for r in rows)
