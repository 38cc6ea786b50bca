"""The families follow published statistics within the error that is stated, and what does not is marked so."""

from __future__ import annotations

import pytest

from registries_mock.people.proportions import Figure, draw_families, load_figures, measure
from tests.registries_mock.people_of_tests import TODAY, population

FAMILIES = 3000
FIGURES = load_figures()


@pytest.fixture(scope="module")
def ours() -> dict[str, float]:
    return dict(measure(draw_families(population(), FAMILIES), TODAY))


def test_each_figure_is_published_somewhere_and_measured(ours: dict[str, float]) -> None:
    assert {figure.key for figure in FIGURES} == ours.keys()
    assert all(figure.source for figure in FIGURES)
    assert all(figure.why for figure in FIGURES if not figure.holds)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.key)
def test_ours_lies_within_the_stated_error_or_is_marked_as_further_off(figure: Figure, ours: dict[str, float]) -> None:
    assert (abs(ours[figure.key] - figure.published) <= figure.error) is figure.holds
