"""Notices: what each said when it was issued, sealed, with its hash; empty of those that an earlier release issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0010_notice_content"
down_revision = "0009_open_cases"


def upgrade(op: Operations) -> None:
    op.add_column("notices", sa.Column("sealed_content", sa.LargeBinary(), nullable=True))
    op.add_column("notices", sa.Column("content_sha256", sa.String(length=64), server_default="", nullable=False))
