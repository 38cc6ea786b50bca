"""Decisions: reasons and number of the preliminary one in columns of their own, which the final one leaves alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0012_two_decisions"
down_revision = "0011_letter_paper"


def upgrade(op: Operations) -> None:
    op.add_column("decisions", sa.Column("preliminary_reasons", sa.Text(), server_default="[]", nullable=False))
    op.add_column("decisions", sa.Column("preliminary_number", sa.String(length=60), server_default="", nullable=False))
    # Of a decision that is preliminary still; a final one of an earlier release has overwritten what was before it.
    op.execute(
        "UPDATE decisions SET preliminary_reasons = reasons, preliminary_number = number, reasons = '[]', number = '' "
        "WHERE preliminary_at IS NOT NULL AND decided_at IS NULL"
    )
