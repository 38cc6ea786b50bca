"""Killed at each boundary between a commit and a side effect, a new process comes to the same end, and doubles nothing.

The boundaries follow from the types of steps and the acts of people: a new one that no course comes by fails here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.kills.boundaries import Boundary, list_boundaries
from tests.kills.killing import Outcome, Undisturbed, assert_same_end, kill_at_each, run_undisturbed
from tests.kills.script import PROMPT
from tests.support.databases import POSTGRESQL, SQLITE

BOUNDARIES = list_boundaries()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return run_undisturbed(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(scope="module", params=[SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.needs_postgresql)])
def outcomes(
    request: pytest.FixtureRequest, undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Boundary, Outcome | None]:
    return kill_at_each(BOUNDARIES, request.param, undisturbed, tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("boundary", BOUNDARIES, ids=str)
def test_after_a_kill_the_dossier_is_that_of_a_run_without_one(
    boundary: Boundary, outcomes: Mapping[Boundary, Outcome | None], undisturbed: Undisturbed
) -> None:
    assert_same_end(boundary, outcomes[boundary], undisturbed)


def test_without_a_kill_each_letter_notice_and_event_is_there_once(undisturbed: Undisturbed) -> None:
    for course, result in undisturbed.results.items():
        letters = [(letter["owner"], letter["round"]) for letter in result["course"]["letters"]]
        assert len(letters) == len(set(letters)) == (0 if course == PROMPT else 2)
        notices = [notice["key"] for notice in result["course"]["notices"]]
        assert len(notices) == len(set(notices)) == len(undisturbed.texts[course])
        dates = [told["kind"] for told in result["course"]["dates"]]
        assert dates.count("extension_until") == (course != PROMPT)
        events = [repr(event) for event in result["dossier"]["events"]]
        assert len(events) == len(set(events))
