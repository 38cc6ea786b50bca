"""Killed at one boundary of each family, a new process comes to the same end: the small form of `make kills`.

The families follow from the boundaries by code: each side effect, before and after it, and both sides of the commit of
a step, of an act and of what is neither.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.kills.boundaries import Boundary, gather_families, list_boundaries
from tests.kills.killing import Outcome, Undisturbed, assert_same_end, kill_at_each, run_undisturbed
from tests.support.databases import POSTGRESQL, SQLITE

FAMILIES = gather_families()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return run_undisturbed(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(scope="module", params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def outcomes(
    request: pytest.FixtureRequest, undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Boundary, Outcome | None]:
    """Of each family the boundary by which the shortest course comes."""
    chosen = [undisturbed.choose_shortest(family) for family in FAMILIES.values()]
    return kill_at_each(chosen, request.param, undisturbed, tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("family", FAMILIES)
def test_after_a_kill_the_dossier_is_that_of_a_run_without_one(
    family: str, outcomes: Mapping[Boundary, Outcome | None], undisturbed: Undisturbed
) -> None:
    boundary = undisturbed.choose_shortest(FAMILIES[family])
    assert_same_end(boundary, outcomes[boundary], undisturbed)


def test_every_boundary_that_a_course_comes_by_is_listed(undisturbed: Undisturbed) -> None:
    passed = set().union(*undisturbed.passed.values())
    assert passed == {str(boundary) for boundary in list_boundaries()}
