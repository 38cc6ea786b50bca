"""Codes: applications that wait for one, how many were sent, and clients that attest codes of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0007_codes"
down_revision = "0006_date_events"


def upgrade(op: Operations) -> None:
    op.create_table(
        "waiting_codes",
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("idempotency_key", sa.String(length=255), nullable=True),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_phone", sa.LargeBinary(), nullable=False),
        sa.Column("accepted_by", sa.String(length=100), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("bound", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("phone_answer", sa.String(length=120), nullable=False),
        sa.Column("receipt", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.PrimaryKeyConstraint("application_id"),
        sa.UniqueConstraint("client_id", "idempotency_key", name="one_wait_per_idempotency_key"),
    )
    op.create_table(
        "code_sends",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("application_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("iin_print", sa.String(length=64), nullable=False),
        sa.Column("phone_print", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("clients", sa.Column("attests_bin", sa.String(length=12), server_default="", nullable=False))
    op.create_index("code_sends_by_iin", "code_sends", ["iin_print", "at"])
    op.create_index("code_sends_by_phone", "code_sends", ["phone_print", "at"])
