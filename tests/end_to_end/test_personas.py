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
