"""Databases for tests: SQLite in a file of its own, and PostgreSQL in a schema of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@contextmanager
def open_url(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database; a schema is gone at the end."""
    if kind == SQLITE:
        yield f"sqlite:///{folder / 'store.db'}"
        return
    server = os.environ.get("ASP_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/test")
    schema = f"asp_{secrets.token_hex(6)}"
    admin = create_engine(server)
    try:
        with admin.begin() as connection:
            connection.execute(text(f"create schema {schema}"))
        # No test stops the server: what it would lose then need not be on the disk first.
        yield f"{server}?options=-csearch_path%3D{schema}%20-csynchronous_commit%3Doff"
        with admin.begin() as connection:
            connection.execute(text(f"drop schema {schema} cascade"))
    finally:
        admin.dispose()
