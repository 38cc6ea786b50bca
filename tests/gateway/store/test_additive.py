"""Since several processes share a database, a revision only adds: an older release works on beside the newer one."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.store.migrations import VERSIONS, list_revisions

FIRST = "0018_leases"
Call = tuple[str, tuple[Any, ...], dict[str, Any]]


class Recorder:
    """Stands in for Alembic's operations; keeps what it is asked for."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *given, **named: self.calls.append((name, given, named))


def find_faults(calls: list[Call]) -> list[str]:
    """What an older release could not live with."""
    faults, made = [], {given[0] for name, given, _ in calls if name == "create_table"}
    for name, given, named in calls:
        if name == "add_column":
            column = given[1]
            if not column.nullable and column.server_default is None:
                faults.append(f"{given[0]}.{column.name} must be given, and older releases do not give it")
        elif name == "create_index":
            if named.get("unique") and given[1] not in made:
                faults.append(f"{given[0]} refuses rows that older releases write")
        elif name != "create_table":
            faults.append(f"{name} changes what older releases use")
    return faults


def calls_of(path: Path) -> list[Call]:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    recorder = Recorder()
    module.upgrade(recorder)
    return recorder.calls


@pytest.mark.parametrize("revision", [one for one in list_revisions() if one >= FIRST])
def test_a_revision_only_adds(revision: str) -> None:
    calls = calls_of(VERSIONS / f"{revision}.py")
    assert calls
    assert find_faults(calls) == []


@pytest.mark.parametrize(
    ("name", "given", "named"),
    [
        ("drop_column", ("applications", "number"), {}),
        ("alter_column", ("applications", "number"), {"nullable": False}),
        ("add_column", ("applications", sa.Column("x", sa.Integer(), nullable=False)), {}),
        ("create_index", ("one_x", "applications", ["x"]), {"unique": True}),
        ("execute", ("UPDATE applications SET x = 1",), {}),
    ],
)
def test_a_revision_that_takes_something_away_or_demands_it_is_found(
    name: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    assert len(find_faults([(name, given, named)])) == 1
