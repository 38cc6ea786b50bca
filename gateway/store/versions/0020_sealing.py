"""A word that is sealed by the key of the database, before anything else is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0020_sealing"
down_revision = "0019_traces"


def upgrade(op: Operations) -> None:
    op.create_table(
        "sealing",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
