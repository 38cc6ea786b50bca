"""The webhook of a client: one address with a sealed secret, set and removed by an operator."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from contracts.errors import Conflict, NotFound, Problem
from gateway.store.database import Database
from gateway.store.pushed_tables import bus_clients
from gateway.store.sealing import Sealer
from gateway.store.tables import clients
from gateway.store.webhook_tables import webhook_cursors, webhooks
from gateway.store.webhook_waking import drop_webhook

_SECRET_BYTES = 32


@dataclass(frozen=True)
class WebhookState:
    """Where a client is told, and what it has not been told yet, counted in applications."""

    url: str
    created_at: datetime
    waiting: int
    failing: int
    failing_since: datetime | None
    """The oldest failure that lasts."""
    gave_up: int
    """Of those whose events were given up, and of which the portal has taken none since."""


@dataclass(frozen=True)
class WebhookStore:
    database: Database
    sealer: Sealer
    clock: Callable[[], datetime]

    def set_webhook(self, client_id: str, url: str) -> str:
        """The new secret, which is shown once. What is owed goes to the new address at once.

        A client that had no webhook is told of what happens from now on. Raises NotFound; Conflict where the client
        is told over the bus.
        """
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        sealed = self.sealer.seal(secret.encode(), secret_context(client_id))
        at = self.clock()

        def change(connection: Connection) -> None:
            _check_client(connection, client_id)
            _check_told_otherwise(connection, client_id)
            values = {"url": url, "sealed_secret": sealed, "created_at": at, "revoked_at": None}
            if not connection.execute(
                update(webhooks).where(webhooks.c.client_id == client_id).values(values)
            ).rowcount:
                connection.execute(insert(webhooks).values(client_id=client_id, **values))
            c = webhook_cursors.c
            connection.execute(
                update(webhook_cursors)
                .where(c.client_id == client_id, c.due_at.is_not(None))
                .values(due_at=at, tries=0, failing_since=None, cause="")
            )

        self.database.write(change)
        return secret

    def remove_webhook(self, client_id: str) -> None:
        """Raises NotFound; Conflict where the client is told over the bus: it would hear of nothing any more."""
        at = self.clock()

        def change(connection: Connection) -> bool:
            _check_told_otherwise(connection, client_id)
            return drop_webhook(connection, client_id, at)

        if not self.database.write(change):
            raise NotFound("this client has no webhook")

    def read_state(self, client_id: str) -> WebhookState:
        """Raises NotFound."""
        w, c = webhooks.c, webhook_cursors.c
        with self.database.read() as connection:
            row = connection.execute(
                select(w.url, w.created_at).where(w.client_id == client_id, w.revoked_at.is_(None))
            ).one_or_none()
            if row is None:
                raise NotFound("this client has no webhook")
            counts = connection.execute(
                select(
                    func.count(c.due_at).label("waiting"),
                    func.count(c.failing_since).label("failing"),
                    func.min(c.failing_since, type_=c.failing_since.type).label("since"),
                    func.count(c.gave_up_at).label("gave_up"),
                ).where(c.client_id == client_id)
            ).one()
        return WebhookState(row.url, row.created_at, counts.waiting, counts.failing, counts.since, counts.gave_up)


def secret_context(client_id: str) -> str:
    """The row that a secret is sealed for."""
    return f"webhooks:{client_id}:secret"


def _check_told_otherwise(connection: Connection, client_id: str) -> None:
    """Who submits over the bus is told there, and not twice."""
    if connection.execute(select(bus_clients.c.client_id).where(bus_clients.c.client_id == client_id)).first():
        raise Conflict(problems=(Problem("told-over-bus", "", "this client is told over the bus"),))


def _check_client(connection: Connection, client_id: str) -> None:
    known = select(clients.c.id).where(clients.c.id == client_id, clients.c.revoked_at.is_(None))
    if connection.execute(known).first() is None:
        raise NotFound("there is no such client")
