"""What other writes do to webhooks: a new event wakes its application's cursor, a revoked client has no webhook."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, String, bindparam, delete, func, insert, select, update

from gateway.store.tables import Moment, applications
from gateway.store.webhook_tables import webhook_cursors, webhooks

_OF: Final = bindparam("application", type_=String)
_WAKE: Final = (
    update(webhook_cursors)
    .where(webhook_cursors.c.application_id == _OF)
    .values(due_at=func.coalesce(webhook_cursors.c.due_at, bindparam("moment", type_=Moment)))
)
_LISTENER: Final = (
    select(webhooks.c.client_id)
    .join(applications, applications.c.client_id == webhooks.c.client_id)
    .where(applications.c.id == _OF, webhooks.c.revoked_at.is_(None))
)


def wake_webhook(connection: Connection, application_id: str, seq: int, at: datetime) -> None:
    """Within the write of an event that its client may see: it is owed, unless the client has no webhook.

    A cursor that waits after a failure goes on waiting; a new one begins with this event.
    """
    if connection.execute(_WAKE, {"application": application_id, "moment": at}).rowcount:
        return
    client_id = connection.execute(_LISTENER, {"application": application_id}).scalar()
    if client_id is not None:
        row = {"application_id": application_id, "client_id": client_id, "next_seq": seq, "due_at": at}
        connection.execute(insert(webhook_cursors).values(row))


def drop_webhook(connection: Connection, client_id: str, at: datetime) -> bool:
    """Within a write: nothing more is sent to the client; False where it had no webhook."""
    connection.execute(delete(webhook_cursors).where(webhook_cursors.c.client_id == client_id))
    w = webhooks.c
    revoke = update(webhooks).where(w.client_id == client_id, w.revoked_at.is_(None)).values(revoked_at=at)
    return connection.execute(revoke).rowcount > 0
