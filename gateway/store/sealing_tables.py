"""The table of what is sealed to know the key by: one row, written with the first process's key."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from gateway.store.tables import metadata

sealing = Table(
    "sealing", metadata,
    Column("name", String(20), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)  # fmt: skip
