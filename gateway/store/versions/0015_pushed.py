"""Applications that the bus pushes: whose chains are known, what was begun on them, what was sent back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0015_pushed"
down_revision = "0014_course_mended"


def upgrade(op: Operations) -> None:
    op.create_table(
        "bus_clients",
        sa.Column("sender_id", sa.String(length=100), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.PrimaryKeyConstraint("sender_id"),
        sa.UniqueConstraint("client_id"),
    )
    op.create_table(
        "pushed",
        sa.Column("message_id", sa.String(length=100), nullable=False),
        sa.Column("correlation_id", sa.String(length=100), nullable=False),
        sa.Column("service_id", sa.String(length=200), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=100), server_default="", nullable=False),
        sa.Column("accepted_by", sa.String(length=100), server_default="", nullable=False),
        sa.Column("code", sa.String(length=80), server_default="", nullable=False),
        sa.Column("problems", sa.Text(), server_default="[]", nullable=False),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_raw", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("notified_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"]),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("pushed_due", "pushed", ["due_at"])
    op.create_index("pushed_of_application", "pushed", ["application_id"])
    op.create_index("pushed_of_chain", "pushed", ["correlation_id"])
    op.create_index("pushed_of_reference", "pushed", ["client_id", "reference"])
    op.create_table(
        "bus_messages",
        sa.Column("message_id", sa.String(length=100), nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), server_default="", nullable=False),
        sa.Column("state_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index("bus_messages_of_application", "bus_messages", ["application_id"])
