"""Databases in the making, for tests: by all revisions, in one transaction, and what then stands there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from gateway.store.migrations import LATEST, list_revisions, upgrade


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def read(engine: Engine, statement: str) -> list[object]:
    with engine.connect() as connection:
        return list(connection.execute(text(statement)).scalars())


def make_by_revisions(engine: Engine) -> None:
    for revision in (list_revisions()[0], LATEST):
        with writing(engine) as connection:
            upgrade(connection, revision)
