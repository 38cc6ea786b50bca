"""A new database is made in one go, and is what all revisions would have made of it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect

from gateway.store.database import Database, open_engine
from gateway.store.fresh import ROOMS
from gateway.store.migrations import VERSIONS
from tests.gateway.store.migrating import make_by_revisions, read
from tests.support.databases import open_url


def describe(engine: Engine) -> dict[str, object]:
    """All that a database tells of its tables, in an order that does not depend on how they were made."""
    told = inspect(engine)
    return {
        name: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in told.get_columns(name)},
            "key": told.get_pk_constraint(name),
            "foreign": sorted(map(str, told.get_foreign_keys(name))),
            "unique": sorted(map(str, told.get_unique_constraints(name))),
            "indexes": sorted(map(str, told.get_indexes(name))),
            "checks": sorted(map(str, told.get_check_constraints(name))),
        }
        for name in told.get_table_names()
    }


def test_a_new_database_has_what_the_revisions_would_have_made(kind: str, tmp_path: Path) -> None:
    for name in ("new", "grown"):
        (tmp_path / name).mkdir()
    with (
        open_url(kind, tmp_path / "new", tables=False) as new_url,
        open_url(kind, tmp_path / "grown", tables=False) as grown_url,
        Database(new_url),
    ):
        new, grown = open_engine(new_url), open_engine(grown_url)
        try:
            make_by_revisions(grown)
            assert describe(new) == describe(grown)
            for query in ("SELECT * FROM meta", "SELECT * FROM alembic_version"):
                assert read(new, query) == read(grown, query)
        finally:
            new.dispose()
            grown.dispose()


def test_a_new_database_gets_the_tables_of_every_file_of_tables() -> None:
    files = {f"gateway.store.{path.stem}" for path in VERSIONS.parent.glob("*_tables.py")}
    assert {room.__name__ for room in ROOMS} == files
