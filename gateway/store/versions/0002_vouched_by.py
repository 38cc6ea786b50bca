"""Whose signature stands for a reply; nobody's was looked at before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0002_vouched_by"
down_revision = "0001_first"


def upgrade(op: Operations) -> None:
    for table in ("exchanges", "arrivals"):
        op.add_column(table, sa.Column("vouched_by", sa.String(40), nullable=False, server_default=""))
    op.execute("UPDATE meta SET schema_version = 2")
