"""Clients by key: made, found, listed and revoked; an employee's IIN is sealed, a key is kept as a hash alone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, String, bindparam, insert, select, update

from contracts.errors import CallerUnknown, NotFound
from gateway.store.database import Database
from gateway.store.rows import Client, ClientKind
from gateway.store.sealing import Sealer
from gateway.store.tables import clients
from gateway.store.webhook_waking import drop_webhook

_OF_KEY: Final = select(clients).where(
    clients.c.key_sha256 == bindparam("hash", type_=String), clients.c.revoked_at.is_(None)
)


class Clients:
    """The store of clients; see gateway/store/port.py for what each method promises."""

    def __init__(self, database: Database, sealer: Sealer, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock

    def add_client(
        self,
        name: str,
        kind: ClientKind,
        channel: str,
        *,
        employee: str = "",
        role: str = "",
        employee_iin: str | None = None,
        attests_bin: str = "",
    ) -> tuple[Client, str]:
        own = f"client_{secrets.token_hex(6)}"
        client = Client(own, name, kind, channel, employee, role, employee_iin, attests_bin)
        key = secrets.token_urlsafe(32)
        sealed = self._sealer.seal(employee_iin.encode(), _context(client.id)) if employee_iin else None
        row = insert(clients).values(
            id=client.id,
            name=name,
            kind=kind.value,
            channel=channel,
            key_sha256=_hash_key(key),
            employee=employee,
            role=role,
            sealed_employee_iin=sealed,
            attests_bin=attests_bin,
            created_at=self._clock(),
        )
        self._database.write(lambda c: c.execute(row))
        return client, key

    def find_client(self, key: str) -> Client | None:
        with self._database.read() as connection:
            row = connection.execute(_OF_KEY, {"hash": _hash_key(key)}).one_or_none()
        return read_client(row, self._sealer) if row else None

    def list_clients(self) -> tuple[Client, ...]:
        c = clients.c
        with self._database.read() as connection:
            rows = connection.execute(select(clients).where(c.revoked_at.is_(None)).order_by(c.created_at)).all()
        return tuple(read_client(row, self._sealer) for row in rows)

    def revoke_client(self, client_id: str) -> None:
        at = self._clock()
        mine = update(clients).where(clients.c.id == client_id, clients.c.revoked_at.is_(None))

        def change(connection: Connection) -> bool:
            drop_webhook(connection, client_id, at)
            return connection.execute(mine.values(revoked_at=at)).rowcount > 0

        if not self._database.write(change):
            raise NotFound("there is no such client")


def read_client(row: Row[Any], sealer: Sealer) -> Client:
    """A row of `clients`, its sealed column opened."""
    sealed = row.sealed_employee_iin
    iin = sealer.open(sealed, _context(row.id)).decode() if sealed else None
    kind = ClientKind(row.kind)
    return Client(row.id, row.name, kind, row.channel, row.employee, row.role, iin, row.attests_bin)


def _context(client_id: str) -> str:
    return f"clients:{client_id}:employee_iin"


def _hash_key(key: str) -> str:
    if not key or len(key) > 200:
        raise CallerUnknown("the key is missing or too long")
    return hashlib.sha256(key.encode()).hexdigest()
