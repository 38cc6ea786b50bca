"""Which participant of the bus is which client: its messages come under that client's name, and so do our answers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from contracts.errors import Conflict, NotFound, Problem
from gateway.store.clients import read_client
from gateway.store.database import Database
from gateway.store.pushed_tables import bus_clients
from gateway.store.rows import Client
from gateway.store.sealing import Sealer
from gateway.store.tables import clients
from gateway.store.webhook_tables import webhooks
from gateway.store.webhook_waking import drop_webhook
from gateway.store.webhooks import secret_context

OVER_THE_BUS = "shep:"
"""In the place of a webhook's address: the client is told on the chain that it began."""


@dataclass(frozen=True)
class BusClients:
    database: Database
    sealer: Sealer
    clock: Callable[[], datetime]

    def find(self, sender_id: str) -> Client | None:
        """The client whose messages have this sender; None where there is none, or its key was revoked."""
        query = select(clients).join(bus_clients, bus_clients.c.client_id == clients.c.id)
        with self.database.read() as connection:
            row = connection.execute(
                query.where(bus_clients.c.sender_id == sender_id, clients.c.revoked_at.is_(None))
            ).one_or_none()
        return read_client(row, self.sealer) if row else None

    def find_sender(self, client_id: str) -> str:
        """The sender id of a client; "" where it has none."""
        query = select(bus_clients.c.sender_id).where(bus_clients.c.client_id == client_id)
        with self.database.read() as connection:
            return connection.execute(query).scalar_one_or_none() or ""

    def set_sender(self, client_id: str, sender_id: str) -> None:
        """From now on the client's messages come from this sender, and it is told over the bus instead of a webhook.

        Raises NotFound, Conflict where the sender is another client's.
        """
        at = self.clock()
        # No address is called and nothing is signed with it: the row wants one.
        sealed = self.sealer.seal(secrets.token_bytes(32), secret_context(client_id))

        def change(connection: Connection) -> None:
            known = select(clients.c.id).where(clients.c.id == client_id, clients.c.revoked_at.is_(None))
            if connection.execute(known).first() is None:
                raise NotFound("there is no such client")
            holder = select(bus_clients.c.client_id).join(clients, clients.c.id == bus_clients.c.client_id)
            taken = connection.execute(
                holder.where(bus_clients.c.sender_id == sender_id, clients.c.revoked_at.is_(None))
            ).scalar_one_or_none()
            if taken not in (None, client_id):
                raise Conflict(problems=(Problem("bus-sender-taken", "", "the sender is another client's"),))
            # One whose key was revoked holds no sender any more.
            old = (bus_clients.c.client_id == client_id) | (bus_clients.c.sender_id == sender_id)
            connection.execute(delete(bus_clients).where(old))
            connection.execute(insert(bus_clients).values(sender_id=sender_id, client_id=client_id, created_at=at))
            values = {"url": OVER_THE_BUS, "sealed_secret": sealed, "created_at": at, "revoked_at": None}
            mine = update(webhooks).where(webhooks.c.client_id == client_id)
            if not connection.execute(mine.values(values)).rowcount:
                connection.execute(insert(webhooks).values(client_id=client_id, **values))

        self.database.write(change)

    def remove_sender(self, client_id: str) -> None:
        """Raises NotFound."""
        at = self.clock()

        def change(connection: Connection) -> bool:
            removed = connection.execute(delete(bus_clients).where(bus_clients.c.client_id == client_id)).rowcount
            if removed:
                drop_webhook(connection, client_id, at)
            return bool(removed)

        if not self.database.write(change):
            raise NotFound("this client has no sender on the bus")
