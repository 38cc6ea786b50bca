"""Why a letter asks for a cell: a registry that is silent, or one without a record; "" = of a release before this."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0008_letter_causes"
down_revision = "0007_codes"


def upgrade(op: Operations) -> None:
    op.add_column(
        "letter_cells",
        sa.Column("cause", sa.String(length=20), server_default="", nullable=False),
    )
