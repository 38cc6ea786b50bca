"""The tables of a new, empty database, made in one go: the revisions before this one have nothing there to change."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table

# Each hangs its tables on the one metadata, by being imported.
from gateway.store import (
    account_tables,
    code_tables,
    course_tables,
    lease_tables,
    pushed_tables,
    sealing_tables,
    webhook_tables,
)
from gateway.store.tables import meta, metadata

ROOMS: Final = (account_tables, code_tables, course_tables, lease_tables, pushed_tables, sealing_tables, webhook_tables)
_SCHEMA_VERSION: Final = 3
"""What programs of before Alembic read: more than they know, so that they refuse."""
_alembic_version: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic would make it."""


def make_tables(connection: Connection, revision: str) -> None:
    """Make all tables as the revisions until `revision`, the latest, would have; the database has none of them."""
    metadata.create_all(connection)
    connection.execute(meta.insert().values(schema_version=_SCHEMA_VERSION))
    _alembic_version.create(connection)
    connection.execute(_alembic_version.insert().values(version_num=revision))
