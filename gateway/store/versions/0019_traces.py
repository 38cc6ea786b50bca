"""The trace of the request that brought an application, and of each attempt, from now on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0019_traces"
down_revision = "0018_leases"


def upgrade(op: Operations) -> None:
    for table in ("applications", "attempts"):
        op.add_column(table, sa.Column("traceparent", sa.String(length=55), nullable=False, server_default=""))
