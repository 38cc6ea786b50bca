"""Every module says what it knows, stays small, and reads no clock behind the product's back."""

import ast
from pathlib import Path

import pytest

from tests.repository.files import python_files, said

LONGEST = 300
CLOCKS = frozenset({"now", "utcnow", "today"})
PRIVATE = CLOCKS | {"environ", "getenv"}


def parsed(path: Path) -> ast.Module:
    """Read a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def test_each_module_begins_by_saying_what_it_knows() -> None:
    """The docstring is the first statement."""
    assert [said(path) for path in python_files() if not ast.get_docstring(parsed(path))] == []


def test_each_module_is_one_idea_long() -> None:
    """Past the limit there are two ideas in one file."""
    lengths = {said(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("path", [path for path in python_files() if said(path).startswith("adapters/")], ids=said)
def test_an_adapter_asks_the_clock_and_the_settings_it_was_given(path: Path) -> None:
    """ruff's bans on both are off in adapters, where the same rule also covers the HTTP clients that live there."""
    names = [node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)]
    read = PRIVATE & set(names) - (CLOCKS if path.name == "clock.py" else set())
    assert not read, f"{said(path)} reads {', '.join(read)}"
