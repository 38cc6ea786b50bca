"""Every module says what it knows, stays small, and reads no clock behind the product's back."""

import ast
from pathlib import Path

import pytest

from tests.repository.files import python_files, said

LONGEST = 300
CLOCKS = frozenset({"now", "utcnow", "today"})
PRIVATE = CLOCKS | {"environ", "getenv"}

modules = pytest.mark.parametrize("path", python_files(), ids=said)


def parsed(path: Path) -> ast.Module:
    """Read a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@modules
def test_a_module_begins_by_saying_what_it_knows(path: Path) -> None:
    """The docstring is the first statement."""
    assert ast.get_docstring(parsed(path)), f"{said(path)} has no docstring"


@modules
def test_a_module_is_one_idea_long(path: Path) -> None:
    """Past the limit there are two ideas in one file."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", [path for path in python_files() if said(path).startswith("adapters/")], ids=said)
def test_an_adapter_asks_the_clock_and_the_settings_it_was_given(path: Path) -> None:
    """ruff's bans on both are off in adapters, where the same rule also covers the HTTP clients that live there."""
    names = [node.attr for node in ast.walk(parsed(path)) if isinstance(node, ast.Attribute)]
    read = PRIVATE & set(names) - (CLOCKS if path.name == "clock.py" else set())
    assert not read, f"{said(path)} reads {', '.join(read)}"
