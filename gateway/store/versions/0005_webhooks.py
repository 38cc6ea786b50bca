"""Webhooks: one a client, and a cursor an application that says which event it is told of next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0005_webhooks"
down_revision = "0004_legal_course"


def upgrade(op: Operations) -> None:
    op.create_table(
        "webhooks",
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
        ),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_table(
        "webhook_cursors",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=120), server_default="", nullable=False),
        sa.Column("gave_up_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["clients.id"],
        ),
        sa.PrimaryKeyConstraint("application_id"),
    )
    op.create_index("webhook_cursors_due", "webhook_cursors", ["due_at"], unique=False)
    op.create_index("webhook_cursors_of_client", "webhook_cursors", ["client_id", "due_at"], unique=False)
