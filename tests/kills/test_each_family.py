"""Killed at one boundary of each family, a new process comes to the same end: the small form of `make kills`.

The families follow from the boundaries by code: each side effect, before and after it, and both sides of the commit of
a step, of an act and of what is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import pytest

from tests.kills.boundaries import Boundary, gather_families, list_boundaries
from tests.kills.killing import Outcome, Undisturbed, assert_same_end, kill_at_each, run_undisturbed
from tests.support.databases import POSTGRESQL, SQLITE

FAMILIES = gather_families()
SAMPLES = {SQLITE: tuple(FAMILIES), POSTGRESQL: tuple(FAMILIES)[::3]}
"""`make kills` has all of them, on both."""
KillAll = Callable[[str], Mapping[Boundary, Outcome | None]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return run_undisturbed(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(scope="module")
def kill_all(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> KillAll:
    """Of each family the boundary by which the shortest course comes, killed on a database; once for each."""

    @cache
    def kill(database: str) -> Mapping[Boundary, Outcome | None]:
        chosen = [undisturbed.choose_shortest(FAMILIES[family]) for family in SAMPLES[database]]
        return kill_at_each(chosen, database, undisturbed, tmp_path_factory.mktemp("killed"))

    return kill


@pytest.mark.parametrize(
    ("database", "family"),
    [
        pytest.param(database, family, marks=pytest.mark.needs_postgresql if database == POSTGRESQL else ())
        for database, families in SAMPLES.items()
        for family in families
    ],
)
def test_after_a_kill_the_dossier_is_that_of_a_run_without_one(
    database: str, family: str, kill_all: KillAll, undisturbed: Undisturbed
) -> None:
    boundary = undisturbed.choose_shortest(FAMILIES[family])
    assert_same_end(boundary, kill_all(database)[boundary], undisturbed)


def test_every_boundary_that_a_course_comes_by_is_listed(undisturbed: Undisturbed) -> None:
    passed = set().union(*undisturbed.passed.values())
    assert passed == {str(boundary) for boundary in list_boundaries()}
