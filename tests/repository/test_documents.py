"""What the documents tell a person to type exists."""

import re
import shlex
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest

from tests.repository.files import ROOT, project_files, said

COMMANDS = (
    "make",
    "asp-gateway",
    "registries-mock",
    "python -m zeep",
    "pip",
    "docker",
    "curl",
    "sqlite3",
    "pg_dump",
    "pg_restore",
    "createdb",
)
OURS = {"asp-gateway": "gateway.cli", "registries-mock": "registries_mock.cli"}
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")

documents = pytest.mark.parametrize("path", [path for path in project_files() if path.suffix == ".md"], ids=said)


def shown(path: Path) -> list[str]:
    """Return the commands of a document's console blocks: their lines that begin with the prompt `$ `."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line[2:] for block in BLOCK.findall(text) for line in block.splitlines() if line.startswith("$ ")]


def mentioned(path: Path) -> list[str]:
    """Return what a document shows or mentions of make and of our own commands."""
    inline = INLINE.findall(path.read_text(encoding="utf-8"))
    return [text for text in shown(path) + inline if text.split()[0:1] and text.split()[0] in {"make", *OURS}]


def targets() -> set[str]:
    """Return the targets that the Makefile explains."""
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_changelog_tells_of_the_version_in_pyproject() -> None:
    """A release without an entry is a release nobody was told of."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{project['project']['version']}]" in changelog
    assert "## [Unreleased]" in changelog


@documents
def test_a_console_block_shows_commands_that_are_known(path: Path) -> None:
    """Each block has a command, and each command is one that a reader has."""
    for block in BLOCK.findall(path.read_text(encoding="utf-8")):
        assert block.startswith("$ "), f"a console block of {said(path)} does not begin with `$ `"
    unknown = [line for line in shown(path) if not line.startswith(tuple(f"{known} " for known in COMMANDS))]
    assert not unknown


@documents
def test_a_target_of_make_that_is_named_exists(path: Path) -> None:
    """Words after make that are not VARIABLE=value are targets."""
    named = {
        word
        for command in mentioned(path)
        if command.startswith("make ")
        for word in command.split()[1:]
        if re.fullmatch(r"[a-z]+", word)
    }
    assert named <= targets()


@documents
def test_a_command_of_ours_that_is_named_exists(path: Path) -> None:
    """Follow each command through its groups: every subcommand named is one that click knows."""
    for text in mentioned(path):
        program, *words = shlex.split(text)
        if program in OURS:
            assert not unknown_word(program, words), f"{said(path)} names `{text}`"


def unknown_word(program: str, words: list[str]) -> str | None:
    """Return the first word which should be a subcommand and is none."""
    command: click.Command = import_module(OURS[program]).main
    for word in words:
        if not isinstance(command, click.Group) or not re.fullmatch(r"[a-z][a-z-]*", word):
            return None
        found = command.get_command(click.Context(command), word)
        if found is None:
            return word
        command = found
    return None
