"""Vocabulary terms (`person.vehicles[].plate`): adapters read into them, the mock's people answer from them.

A record is a tree of dicts and lists along the paths; leaves are str, int, Decimal, bool, date or Coded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field

from contracts.errors import CatalogueInvalid
from contracts.tables import PACKAGED, Names, Row, read_row, read_toml
from contracts.words import Sensitivity, TermType

Record = dict[str, Any]


@dataclass(frozen=True)
class Coded:
    """A dictionary value as a registry sent it; `value` is our own word, None where the code is not known."""

    code: str
    value: str | None
    ru: str = ""
    kk: str = ""


class Term(Row):
    path: str = Field(pattern=r"^[a-z]+(\.[a-z_0-9]+(\[\])?)+$")
    type: TermType
    title: Names
    values: tuple[str, ...] = ()
    """For codes: the closed set of our own words, where there is one."""
    within_period: bool = False
    """True for the leaf that places a list item in time: a question with a period is answered by items inside it."""
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    example: str = ""


class _File(Row):
    term: tuple[Term, ...]


def load_vocabulary(folders: Iterable[Path] = ()) -> Mapping[str, Term]:
    """Terms by path: the packaged ones, then each folder's, those that its passports bring (`<key>/vocabulary.toml`)
    before its own (`vocabulary/*.toml`); a later one replaces an earlier. Raises CatalogueInvalid.
    """
    laid_over = tuple(folders)
    return _load((PACKAGED, *laid_over)) if laid_over else _load_packaged()


@cache
def _load_packaged() -> Mapping[str, Term]:
    """Once a process: it does not change, and nobody can change what is given out."""
    return _load((PACKAGED,))


def _load(folders: Iterable[Path]) -> Mapping[str, Term]:
    terms: dict[str, Term] = {}
    for folder in folders:
        brought = sorted([*folder.glob("passports/*/vocabulary.toml"), *folder.glob("*/vocabulary.toml")])
        for file in (*brought, *sorted((folder / "vocabulary").glob("*.toml"))):
            for term in read_row(_File, read_toml(file), file.name).term:
                terms[term.path] = term
    if not terms:
        raise CatalogueInvalid("the vocabulary is empty")
    return MappingProxyType(terms)


def list_prefixes(path: str) -> tuple[str, ...]:
    """The lists that a path runs through: `a.b[].c[].d` gives (`a.b[]`, `a.b[].c[]`)."""
    parts = path.split(".")
    return tuple(".".join(parts[: i + 1]) for i, part in enumerate(parts) if part.endswith("[]"))
