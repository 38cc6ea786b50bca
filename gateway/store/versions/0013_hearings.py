"""Hearings: every day that was set, for one that was missed is set anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0013_hearings"
down_revision = "0012_two_decisions"


def upgrade(op: Operations) -> None:
    op.create_table(
        "hearings",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=120), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.PrimaryKeyConstraint("application_id", "n"),
    )
    op.execute(
        'INSERT INTO hearings (application_id, n, "on", set_at, set_by) '
        "SELECT application_id, 1, hearing_on, preliminary_at, preliminary_by FROM decisions "
        "WHERE hearing_on IS NOT NULL AND preliminary_at IS NOT NULL"
    )
