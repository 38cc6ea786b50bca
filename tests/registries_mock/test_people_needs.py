"""Whoever is looked for by a need is there: each request with and without a record, by the words of its key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contracts.catalogue import load_catalogue
from registries_mock.cli import main
from registries_mock.needs import Need, list_needs, read_need
from registries_mock.people_view import NobodyFound, find_families
from tests.registries_mock.people_of_tests import SEED, TODAY, population

CATALOGUE = load_catalogue()
MET_BY_NOBODY = {"no identity document record", "no child birth death record"}
"""Everybody has a paper here; and of a child without an act of birth no parent could be told who may consent."""


def ask(*words: str) -> Result:
    return CliRunner().invoke(main, ["people", "--seed", str(SEED), "--today", TODAY.isoformat(), *words])


def answer(*words: str) -> list[dict[str, Any]]:
    told = ask(*words, "--json")
    assert told.exit_code == 0, told.output
    rows: list[dict[str, Any]] = json.loads(told.output)
    return rows


@pytest.mark.parametrize("need", list_needs(CATALOGUE), ids=Need.name)
def test_every_need_is_met_by_somebody_and_is_found_by_its_name(need: Need) -> None:
    assert read_need(CATALOGUE, need.name()) == need
    if need.name() in MET_BY_NOBODY:
        with pytest.raises(NobodyFound, match="none of 2000 families"):
            find_families(population(), need, 1)
        return
    (found, *_) = find_families(population(), need, 1)
    assert found["who"]
    assert found["application"]["applicant"]


def test_the_words_of_a_need_may_begin_its_key() -> None:
    assert read_need(CATALOGUE, "No residence record").name() == "no residence registration record"
    assert read_need(CATALOGUE, "land-plot").found


@pytest.mark.parametrize("text", ["", "no", "no record", "record", "unicorn record", "e record"])
def test_a_need_that_nobody_knows_is_told_with_those_that_are_known(text: str) -> None:
    with pytest.raises(LookupError, match="residence registration record, "):
        read_need(CATALOGUE, text)


def test_personas_come_before_families_and_no_more_than_asked_for() -> None:
    first, *others = answer("--need", "no residence record", "--sample", "1")
    assert (first["name"], others) == ("no-residence-record", [])
    assert len(answer("--need", "vehicles record")) == 5


def test_a_family_is_shown_by_the_iin_of_any_of_its_members() -> None:
    family = population().persona("family-of-five").family
    for one in family.people:
        (row,) = answer("--family", str(one.iin))
        assert row["name"] == "family-of-five"
    ordinary = population().sample(1)[0]
    (row,) = answer("--family", str(ordinary.people[0].iin))
    assert row["name"] == f"family {ordinary.index}"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--family", "900101300017"), "nobody bears this number"),
        (("--family", "12"), "nobody bears this number"),
        (("--persona", "nobody"), "no persona 'nobody'"),
        (("--need", "unicorn record"), "no need is called so"),
    ],
)
def test_who_is_not_there_is_told_in_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    told = ask(*words)
    assert told.exit_code == 1
    assert sentence in told.output


@pytest.mark.parametrize(
    "words", [("--persona", "kandas", "--family", "1"), ("--persona", "kandas", "--sample", "2"), ("--sample", "0")]
)
def test_choices_that_exclude_each_other_are_a_mistake_of_usage(words: tuple[str, ...]) -> None:
    assert ask(*words).exit_code == 2
