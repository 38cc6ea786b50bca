"""All rows over all personas: each row is found somewhere and missing somewhere, each persona shows what it is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.catalogue import load_catalogue
from contracts.request import RequestRow
from contracts.words import Predicate
from tests.support.house import inquiries_of, parts_of

CATALOGUE = load_catalogue()
ROWS = CATALOGUE.services["asp"].requests
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number:02d}-{row.key}")
every_passport = pytest.mark.parametrize("key", sorted({part.passport for row in ROWS for part in row.parts}))
Dossiers = Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def outcomes(dossiers: Dossiers) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for dossier in dossiers.values():
        for inquiry in inquiries_of(dossier):
            found[inquiry["number"]].add(inquiry["outcome"])
    return found


@every_row
def test_a_row_is_found_for_somebody(row: RequestRow, outcomes: Mapping[int, set[str]]) -> None:
    assert "found" in outcomes[row.number]


@every_row
def test_a_row_finds_nothing_or_does_not_apply_to_somebody(row: RequestRow, outcomes: Mapping[int, set[str]]) -> None:
    """But for rows that hold for every applicant and that every persona of the register has."""
    always = row.applies == (Predicate.ALWAYS,) and row.subject.rule == "applicant"
    if not always:
        assert outcomes[row.number] & {"no_record", "not_applicable"}


def test_every_persona_gets_an_answer_to_every_request(dossiers: Dossiers) -> None:
    silent = {
        (name, inquiry["number"], inquiry["reason"])
        for name, dossier in dossiers.items()
        for inquiry in inquiries_of(dossier)
        if inquiry["outcome"] == "no_answer"
    }
    assert not silent
    assert all(dossier["summary"]["accounted"] == len(ROWS) for dossier in dossiers.values())


def test_what_is_not_complete_is_a_gap_that_names_whose_move_it_is(dossiers: Dossiers) -> None:
    for name, dossier in dossiers.items():
        assert dossier["summary"]["complete"] is not bool(dossier["gaps"]), name
    assert [gap["move"] for gap in dossiers["no-residence-record"]["gaps"]] == ["owner"]


@every_passport
def test_a_source_is_asked_and_answers_over_the_wire(key: str, dossiers: Dossiers) -> None:
    parts = [part for dossier in dossiers.values() for part in parts_of(dossier) if part["passport"] == key]
    assert parts
    assert all(attempt["failure"] == "" for part in parts for attempt in part["attempts"])


@every_row
def test_a_found_row_shows_what_its_parts_promise_and_nothing_else(row: RequestRow, dossiers: Dossiers) -> None:
    promised = {part.key: part.answers for part in row.parts}
    for dossier in dossiers.values():
        for part in parts_of(dossier):
            if part["number"] == row.number and part["outcome"] == "found":
                leaves = set(list_paths(part["answer"]))
                assert leaves
                assert {path for path in leaves if not is_promised(path, promised[part["key"]])} == set()


def outcomes_of(dossier: dict[str, Any], number: int) -> set[str]:
    return {inquiry["outcome"] for inquiry in inquiries_of(dossier) if inquiry["number"] == number}


@pytest.mark.parametrize(
    ("persona", "number", "outcome"),
    [
        ("lone-pensioner", 14, "found"),
        ("no-residence-record", 6, "no_record"),
        ("student-of-twenty", 13, "found"),
        ("alimony-debtors-family", 20, "found"),
        ("member-in-detention", 21, "found"),
        ("two-dwellings-two-cars", 22, "found"),
        ("two-dwellings-two-cars", 24, "found"),
        ("sole-proprietor", 15, "found"),
        ("guardian-with-ward", 10, "found"),
        ("adopted-child", 11, "found"),
        ("member-in-treatment", 21, "found"),
        ("aid-already-received", 16, "found"),
        ("foreigner-with-permit", 4, "found"),
        ("stateless-person", 5, "found"),
        ("kandas", 2, "found"),
        ("refugee", 3, "found"),
        ("newborn-without-iin", 9, "found"),
    ],
)
def test_the_persona_is_answered_as_documented(dossiers: Dossiers, persona: str, number: int, outcome: str) -> None:
    assert outcome in outcomes_of(dossiers[persona], number)


@pytest.mark.parametrize("persona", ["undeclared-second-marriage", "member-in-detention", "aid-already-received"])
def test_what_contradicts_the_declaration_is_a_finding(dossiers: Dossiers, persona: str) -> None:
    assert dossiers[persona]["findings"]


def test_a_family_that_declares_all_has_no_finding(dossiers: Dossiers) -> None:
    assert dossiers["family-of-five"]["findings"] == []


def test_a_grown_brother_at_home_who_is_not_declared_is_found_in_the_book_of_the_farm(dossiers: Dossiers) -> None:
    (found,) = (f for f in dossiers["undeclared-co-resident"]["findings"] if f["rule"] != "unknown_code")
    assert (found["rule"], found["weight"]) == ("undeclared_co_resident", "information")
    assert found["told"] == ["САҒЫМБЕКОВ ӨТЕГЕН 950823399219"]
    assert found["told_by"][0]["en"] == "Akimat 2014: private farm"


@pytest.mark.parametrize(
    ("persona", "rules"),
    [
        ("former-kandas", {"declared_kandas"}),
        ("ended-guardianship", {"declared_guardianship", "declared_adoption"}),
        ("kandas", set()),
        ("guardian-with-ward", set()),
        ("adopted-child", set()),
        ("student-of-twenty", set()),
        ("alimony-debtors-family", set()),
    ],
)
def test_what_is_declared_is_a_finding_only_where_registries_do_not_bear_it_out(
    dossiers: Dossiers, persona: str, rules: set[str]
) -> None:
    assert {f["rule"] for f in dossiers[persona]["findings"] if f["rule"].startswith("declared_")} == rules


def test_contradictions_are_read_before_information(dossiers: Dossiers) -> None:
    for dossier in dossiers.values():
        weights = [finding["weight"] for finding in dossier["findings"]]
        assert weights == sorted(weights)


def list_paths(value: Any, path: str = "") -> list[str]:
    """The vocabulary paths of the leaves; a code with its names is a leaf."""
    if isinstance(value, dict) and "code" not in value:
        return [leaf for key, inner in value.items() for leaf in list_paths(inner, f"{path}.{key}".lstrip("."))]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in list_paths(inner, f"{path}[]")]
    return [path]


def is_promised(path: str, answers: tuple[str, ...]) -> bool:
    return any(path == one or (one.endswith(".*") and path.startswith(one[:-1])) for one in answers)
