"""What a persona is there to show is seen by the specialist, not only by the registry: outcomes, findings, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.house import inquiries_of

Dossiers = Mapping[str, dict[str, Any]]


def outcomes(dossier: dict[str, Any], number: int) -> set[str]:
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
    assert outcome in outcomes(dossiers[persona], number)


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
