"""Told dates: the day of the event that each runs from, so that a recount is told from a change of course."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0006_date_events"
down_revision = "0005_webhooks"


def upgrade(op: Operations) -> None:
    op.add_column("legal_dates", sa.Column("runs_from", sa.Date(), nullable=True))
