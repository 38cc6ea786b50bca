"""The population that the tests of the people look at, and walks over records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from registries_mock.people import Family, Population

SEED = 20261
TODAY = date(2026, 11, 20)


@cache
def population() -> Population:
    return Population(SEED, TODAY)


@cache
def families() -> tuple[Family, ...]:
    """300 ordinary families and those of all personas."""
    people = population()
    return (*people.sample(300, seed=1), *(persona.family for persona in people.personas()))


_TOLD: dict[str, dict[str, dict[str, Any]]] = {}


def records(family: Family) -> dict[str, dict[str, Any]]:
    """Each registered person's whole record, by IIN, asked for as a registry would: by the IIN alone."""
    if family.key not in _TOLD:
        _TOLD[family.key] = {person.iin: population().record(person.iin) for person in family.people if person.iin}
    return _TOLD[family.key]


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Paths of the vocabulary with their values."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(tree, list):
        for item in tree:
            yield from leaves(item, f"{path}[]")
    else:
        yield path, tree
