"""The tables of the bus's way in: whose chains we know, what was begun on them, and what we sent back."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.tables import Moment, metadata

bus_clients = Table(
    "bus_clients", metadata,
    Column("sender_id", String(100), primary_key=True),
    Column("client_id", String(40), ForeignKey("clients.id"), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)  # fmt: skip

pushed = Table(
    "pushed", metadata,
    Column("message_id", String(100), primary_key=True),
    Column("correlation_id", String(100), nullable=False),
    Column("service_id", String(200), nullable=False),
    Column("client_id", String(40), ForeignKey("clients.id"), nullable=False),
    Column("application_id", String(40), ForeignKey("applications.id")),
    Column("state", String(20), nullable=False),
    Column("reference", String(100), nullable=False, server_default=""),
    Column("accepted_by", String(100), nullable=False, server_default=""),
    Column("code", String(80), nullable=False, server_default=""),
    Column("problems", Text, nullable=False, server_default="[]"),
    Column("raw_sha256", String(64), nullable=False),
    Column("sealed_raw", LargeBinary),
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("notified_at", Moment),
    Column("answered_at", Moment),
    Index("pushed_due", "due_at"),
    Index("pushed_of_application", "application_id"),
    Index("pushed_of_chain", "correlation_id"),
    Index("pushed_of_reference", "client_id", "reference"),
)  # fmt: skip
"""Of a refused message nothing is kept but its ids, the code and the places of what was wrong."""

bus_messages = Table(
    "bus_messages", metadata,
    Column("message_id", String(100), primary_key=True),
    Column("application_id", String(40), ForeignKey("applications.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("state", String(20), nullable=False, server_default=""),
    Column("state_at", Moment),
    Index("bus_messages_of_application", "application_id"),
)  # fmt: skip
"""`state` is what the bus told of the message's way to the participant; "" while it has told nothing."""
