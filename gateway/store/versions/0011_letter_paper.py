"""Letters: the copy of what went out on paper, sealed; empty of those that an earlier release sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0011_letter_paper"
down_revision = "0010_notice_content"


def upgrade(op: Operations) -> None:
    op.add_column("letters", sa.Column("sealed_paper", sa.LargeBinary(), nullable=True))
