"""Databases for tests: SQLite in a file of its own, and PostgreSQL in a schema of its own; empty, or with our tables.

The tables are made once a process: a file is copied, and a schema is emptied and given to the next test.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from gateway.store.database import Database
from gateway.store.tables import meta, metadata

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_spare: list[str] = []
"""Schemas with our tables and nothing in them."""


@contextmanager
def open_url(kind: str, folder: Path, *, tables: bool = True, durable: bool = False) -> Iterator[str]:
    """The URL of a database without rows, or without tables; with `durable` a commit is on the disk, as in service."""
    if kind == SQLITE:
        file = folder / "store.db"
        if tables:
            place_tables(file)
        yield f"sqlite:///{file}"
    elif tables:
        schema = _spare.pop() if _spare else _make_schema()
        yield _url_of(schema, durable=durable)
        _empty(schema)
        _spare.append(schema)
    else:
        schema = _create_schema()
        yield _url_of(schema, durable=durable)
        _drop_schema(schema)


def place_tables(file: Path) -> str:
    """The URL of a file with our tables and nothing in them; what is there already stays."""
    if not file.exists():
        shutil.copyfile(_made_file(), file)
    return f"sqlite:///{file}"


@cache
def _made_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="asp-store-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Database(f"sqlite:///{folder / 'made.db'}").close()
    return folder / "made.db"


def _make_schema() -> str:
    schema = _create_schema()
    atexit.register(_drop_schema, schema)
    Database(_url_of(schema)).close()
    return schema


def _empty(schema: str) -> None:
    with _admin().begin() as connection:
        connection.execute(text(f"set local search_path to {schema}"))
        for table in reversed(metadata.sorted_tables):
            if table is not meta:
                connection.execute(table.delete())
        # The queue's tables are made by the first test that has one, and stay.
        if connection.scalar(text("select to_regclass('procrastinate_jobs') is not null")):
            connection.execute(text("truncate procrastinate_jobs, procrastinate_workers cascade"))
        query = text("select sequencename from pg_sequences where schemaname = :schema")
        found = connection.execute(query, {"schema": schema})
        for (name,) in found.all():
            connection.execute(text(f'alter sequence "{name}" restart'))


def _create_schema() -> str:
    schema = f"asp_{secrets.token_hex(6)}"
    with _admin().begin() as connection:
        connection.execute(text(f"create schema {schema}"))
    return schema


def _drop_schema(schema: str) -> None:
    with _admin().begin() as connection:
        connection.execute(text(f"drop schema {schema} cascade"))


@cache
def _admin() -> Engine:
    engine = create_engine(_server())
    atexit.register(engine.dispose)
    return engine


def _url_of(schema: str, *, durable: bool = False) -> str:
    # No test stops the server: what it would lose then need not be on the disk first.
    return f"{_server()}?options=-csearch_path%3D{schema}" + ("" if durable else "%20-csynchronous_commit%3Doff")


def _server() -> str:
    return os.environ.get("ASP_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")


@contextmanager
def make_server_database(*, only_name: bool = False) -> Iterator[str]:
    """The URL of a whole database of its own, empty, for what copies databases; `only_name`: nobody has made it yet."""
    name = f"asp_{secrets.token_hex(6)}"
    admin = _admin().execution_options(isolation_level="AUTOCOMMIT")
    if not only_name:
        with admin.connect() as connection:
            connection.execute(text(f"create database {name}"))
    try:
        yield f"{_server().rpartition('/')[0]}/{name}"
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"drop database if exists {name} with (force)"))
