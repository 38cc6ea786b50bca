"""What gathering costs the database: one statement of a kind for all results of a round, and nothing is read twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from contracts.passport import Passport
from tests.gateway.core.builders import make_passport, make_row
from tests.gateway.gathering.stage import answered, open_stage, rests
from tests.support.executors import AtOnce

MOST_STATEMENTS, MOST_WRITES = 46, 4
"""Of an application from its acceptance to its package, by whatever number of sources that answer at once."""


class Counted:
    """What went to the databases of ours while it was counted."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    @property
    def writes(self) -> int:
        return sum(statement.startswith("BEGIN IMMEDIATE") for statement in self.statements)


@contextmanager
def counting(engine_url: str) -> Iterator[Counted]:
    counted = Counted()

    def note(connection: Any, _: object, statement: str, *__: object) -> None:
        # Threads of another test's database may not have ended yet.
        if str(connection.engine.url) == engine_url:
            counted.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("sources", [6, 24, 72])
def test_an_application_costs_as_many_statements_however_many_sources_answer_it(tmp_path: Path, sources: int) -> None:
    names = [f"source-{n}" for n in range(1, sources + 1)]
    passports: dict[str, Passport] = {name: make_passport(name) for name in names}
    rows = [make_row(n, ((name, "person.address"),)) for n, name in enumerate(names, start=1)]
    with open_stage(tmp_path, *rows, passports=passports) as stage:
        for name in names:
            stage.sources.says[name] = lambda question: answered()
        stage.gathering = replace(stage.gathering, pool=AtOnce())
        with counting(f"sqlite:///{tmp_path}/store.db") as counted:
            assert rests(stage)
        assert stage.case.registered_at is not None
        assert stage.kinds().count("inquiry_closed") == sources
    assert len(counted.statements) <= MOST_STATEMENTS
    assert counted.writes <= MOST_WRITES
