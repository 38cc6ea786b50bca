"""The tables of webhooks: where a client wants to be told, and how far it has been told of each application."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from gateway.store.tables import Moment, metadata

webhooks = Table(
    "webhooks", metadata,
    Column("client_id", String(40), ForeignKey("clients.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)  # fmt: skip

webhook_cursors = Table(
    "webhook_cursors", metadata,
    Column("application_id", String(40), ForeignKey("applications.id"), primary_key=True),
    Column("client_id", String(40), ForeignKey("clients.id"), nullable=False),
    Column("next_seq", Integer, nullable=False),
    Column("due_at", Moment),
    Column("leased_until", Moment),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("failing_since", Moment),
    Column("cause", String(120), nullable=False, server_default=""),
    Column("gave_up_at", Moment),
    Index("webhook_cursors_due", "due_at"),
    Index("webhook_cursors_of_client", "client_id", "due_at"),
)  # fmt: skip
"""Rows are there only where the client has a webhook; without `due_at` there is nothing to send."""
