"""Letters withdrawn by a person, questions first accepted by the bus, told days of complaints, pinned channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0014_course_mended"
down_revision = "0013_hearings"


def upgrade(op: Operations) -> None:
    op.add_column(
        "letters",
        sa.Column("withdrawn_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("exchanges", sa.Column("accepted_at", sa.BigInteger(), nullable=True))
    op.add_column("complaints", sa.Column("answer_by", sa.Date(), nullable=True))
    op.add_column("applications", sa.Column("channel_row", sa.Text(), server_default="", nullable=False))
