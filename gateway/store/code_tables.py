"""The tables of one-time codes: applications that wait for one, and how many were sent; see tables.py."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table
from sqlalchemy import UniqueConstraint as Unique

from gateway.store.tables import Moment, metadata

waiting_codes = Table(
    "waiting_codes", metadata,
    Column("application_id", String(40), primary_key=True),
    Column("client_id", String(40), ForeignKey("clients.id"), nullable=False),
    Column("idempotency_key", String(255)),
    Column("request_sha256", String(64), nullable=False),
    Column("sealed_content", LargeBinary, nullable=False),
    Column("sealed_phone", LargeBinary, nullable=False),
    Column("accepted_by", String(100), nullable=False),
    Column("codes", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("bound", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("phone_answer", String(120), nullable=False),
    Column("receipt", String(120), nullable=False),
    Unique("client_id", "idempotency_key", name="one_wait_per_idempotency_key"),
)  # fmt: skip
"""`bound` is a keyed hash of the code, the application and the phone; the code itself is nowhere."""

code_sends = Table(
    "code_sends", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("application_id", String(40), nullable=False),
    Column("at", Moment, nullable=False),
    Column("iin_print", String(64), nullable=False),
    Column("phone_print", String(64), nullable=False),
    Index("code_sends_by_iin", "iin_print", "at"),
    Index("code_sends_by_phone", "phone_print", "at"),
)  # fmt: skip
"""Codes that were asked for, by keyed hashes of IIN and phone: for the limits of a day."""
