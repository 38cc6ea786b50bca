"""The table of checks of accounts: how many were asked for; see tables.py."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from gateway.store.tables import Moment, metadata

account_checks = Table(
    "account_checks", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(40), ForeignKey("clients.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("iin_print", String(64), nullable=False),
    Column("iban_print", String(64), nullable=False),
    Index("account_checks_by_iin", "iin_print", "at"),
    Index("account_checks_by_iban", "iban_print", "at"),
    Index("account_checks_by_client", "client_id", "at"),
)  # fmt: skip
"""By keyed hashes of IIN and IBAN: for the limits of a day."""
