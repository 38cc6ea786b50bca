"""Alembic keeps the version from here on. `meta` stays and never changes again: programs before this refuse a 3."""

from __future__ import annotations

from alembic.operations import Operations

revision = "0003_own_version_ends"
down_revision = "0002_vouched_by"


def upgrade(op: Operations) -> None:
    op.execute("UPDATE meta SET schema_version = 3")
