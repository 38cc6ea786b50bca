"""Checks of accounts: how many were asked for on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0016_account_checks"
down_revision = "0015_pushed"


def upgrade(op: Operations) -> None:
    op.create_table(
        "account_checks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("iin_print", sa.String(length=64), nullable=False),
        sa.Column("iban_print", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("account_checks_by_iin", "account_checks", ["iin_print", "at"])
    op.create_index("account_checks_by_iban", "account_checks", ["iban_print", "at"])
    op.create_index("account_checks_by_client", "account_checks", ["client_id", "at"])
