"""The table of leases: who of several processes works on an application, or on a duty, and the number that fences."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table

from gateway.store.tables import Moment, metadata

leases = Table(
    "leases", metadata,
    Column("name", String(60), primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("holder", String(40), nullable=False),
    Column("held_until", Moment),
    Index("leases_of_holder", "holder"),
)  # fmt: skip
"""`number` only grows: rows are never deleted. `held_until` is a moment of the database's clock, null where free."""
