"""How a database of an earlier release becomes one of this: by the revisions that it has not seen, all or none.

Alembic runs them on our connection, without files of settings, `env.py` or its global `op`: a revision is handed its
operations. It costs half a second to load, so a database that is up to date is recognised without it, and an empty one
gets its tables without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, column, func, inspect, select, table

from contracts.errors import SettingInvalid
from gateway.store.fresh import make_tables
from gateway.store.tables import meta

VERSIONS = Path(__file__).with_name("versions")
"""A file a revision, named like it: their order is that of their names."""
LATEST = "head"
_BEFORE_ALEMBIC = {1: "0001_first", 2: "0002_vouched_by"}
"""The revision that a `meta.schema_version` of a program without Alembic amounts to."""
_LOCK = 0x4153_5047
"""The advisory lock of PostgreSQL that whoever changes tables holds."""


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of this program."""
    return read_revisions(connection) == list_revisions()[-1:]


def upgrade(connection: Connection, until: str = LATEST) -> None:
    """Make the tables, or bring them up to date, in the connection's transaction; a second process waits for its end.

    On SQLite the transaction must have begun as one that writes. Raises SettingInvalid where a newer program, or none
    of ours, made the database.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if unknown := set(read_revisions(connection)) - set(list_revisions()):
        raise SettingInvalid(f"the database is newer than this program: it has revision {', '.join(sorted(unknown))}")
    if until == LATEST and _is_empty(connection):
        make_tables(connection, list_revisions()[-1])
    else:
        _run_revisions(connection, until)


def list_revisions() -> list[str]:
    """From the first to the latest."""
    return sorted(path.stem for path in VERSIONS.glob("[0-9]*.py"))


def _is_empty(connection: Connection) -> bool:
    """Whether nothing of ours is there; what else may lie there is not looked at."""
    return not inspect(connection).has_table(meta.name) and not read_revisions(connection)


def _run_revisions(connection: Connection, until: str) -> None:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext, MigrationStep
    from alembic.script import ScriptDirectory

    history = ScriptDirectory(VERSIONS.parent)

    def find_steps(heads: tuple[str, ...], _: MigrationContext) -> list[MigrationStep]:
        unseen = reversed(list(history.iterate_revisions(until, heads)))
        return [MigrationStep.upgrade_from_script(history.revision_map, revision) for revision in unseen]

    context = MigrationContext.configure(connection, opts={"fn": find_steps})
    if not context.get_current_heads() and (made_before := _read_version_before_alembic(connection)):
        context.stamp(history, made_before)
    context.run_migrations(op=Operations(context))


def read_revisions(connection: Connection) -> list[Any]:
    """The revision that the tables are at, as a list of one; of a database without tables an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return []
    return list(connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalars())


def _read_version_before_alembic(connection: Connection) -> str | None:
    """The revision that the tables are at; None where there are none yet."""
    if not inspect(connection).has_table(meta.name):
        return None
    version = connection.execute(select(meta.c.schema_version)).scalar()
    if version in _BEFORE_ALEMBIC:
        return _BEFORE_ALEMBIC[version]
    if version and version > max(_BEFORE_ALEMBIC):
        raise SettingInvalid(f"the database is newer than this program: it has schema {version}")
    raise SettingInvalid(f"the database is none of ours: it has schema {version}")
