"""Told dates: the day of the event that each runs from; and the calendars that cases were counted by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0006_date_events"
down_revision = "0005_webhooks"


def upgrade(op: Operations) -> None:
    op.add_column("legal_dates", sa.Column("runs_from", sa.Date(), nullable=True))
    op.create_table(
        "recounts",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("calendar_version", sa.String(length=120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
