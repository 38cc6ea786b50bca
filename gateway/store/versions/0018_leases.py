"""Leases: who of several processes works on an application, with the number that fences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0018_leases"
down_revision = "0017_signed_once"


def upgrade(op: Operations) -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("leases_of_holder", "leases", ["holder"])
