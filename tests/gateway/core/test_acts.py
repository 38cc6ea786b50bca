"""Acts of civil status: what the applicant's marriages and divorces, complete or not, come to."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.vocabulary.terms import Record
from contracts.words import Fact
from tests.gateway.core.builders import HEAD, HUSBAND, STRANGER, WITH_SON, make_member
from tests.gateway.core.test_facts import opened, told

BEFORE = date(2010, 1, 1)
WED = {"husband_iin": HUSBAND, "wife_iin": HEAD, "act_number": "5", "act_date": date(2012, 1, 1)}
FOREIGN_HUSBAND = {"wife_iin": HEAD, "husband_surname": "Смит", "husband_name": "Джон"}
WED_AGAIN = {"husband_iin": STRANGER, "wife_iin": HEAD, "act_number": "6", "act_date": date(2020, 1, 1)}


@pytest.mark.parametrize(
    ("person", "status", "spouse"),
    [
        ({"marriages": [WED]}, "married", ""),
        ({"marriages": [WED, WED_AGAIN]}, "married", STRANGER),
        ({"marriages": [WED_AGAIN, WED | {"divorce_act_number": "1"}]}, "married", STRANGER),
        ({"marriages": [WED | {"divorce_court_date": date(2015, 1, 1)}]}, "divorced", ""),
        ({"marriages": [WED], "divorces": [{"marriage_act_number": "5"}]}, "divorced", ""),
        ({"marriages": [WED], "divorces": [{"husband_iin": HUSBAND, "wife_iin": HEAD}]}, "divorced", ""),
        ({"marriages": [WED], "divorces": [{"marriage_act_number": "4"}]}, "married", ""),
        (
            {"marriages": [WED], "divorces": [{"husband_iin": HUSBAND, "wife_iin": HEAD, "act_date": BEFORE}]},
            "married", "",
        ),
        ({"marriages": [WED], "divorces": [{"marriage_act_number": "5", "husband_iin": STRANGER}]}, "married", ""),
        ({"marriages": [WED | {"death_act_number": "9"}]}, "widowed", ""),
        ({"marriages": [WED_AGAIN | {"divorce_act_number": "1"}, WED | {"death_act_number": "9"}]}, "divorced", ""),
        ({"divorces": [{"husband_iin": HUSBAND, "wife_iin": HEAD}]}, "divorced", ""),
        ({"marriages": [FOREIGN_HUSBAND]}, "married", "Смит Джон"),
        ({"marriages": [{"husband_iin": HUSBAND, "wife_iin": None}]}, "married", ""),
        ({"marriages": [{"husband_iin": HUSBAND, "wife_iin": STRANGER}]}, "single", ""),
        ({}, "single", ""),
    ],
)  # fmt: skip
def test_the_marriage_is_what_the_acts_tell(person: Record, status: str, spouse: str) -> None:
    assert told(Fact.MARITAL_STATUS, "acts", "applicant", person) == status
    assert told(Fact.UNDECLARED_SPOUSE, "acts", "applicant", person) == spouse


def test_a_spouse_who_is_declared_without_iin_is_known_by_the_birth_date() -> None:
    family = (make_member("spouse", None, date(1988, 7, 1)),)
    act = {"marriages": [WED | {"husband_birth_date": date(1988, 7, 1)}]}
    assert told(Fact.UNDECLARED_SPOUSE, "acts", "applicant", act, opened(*family)) == ""
    assert told(Fact.UNDECLARED_SPOUSE, "acts", "applicant", {"marriages": [WED]}, opened(WITH_SON)) == HUSBAND
