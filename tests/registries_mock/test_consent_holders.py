"""Whose consent opens a person's data: one's own; for a child also that of a parent, guardian or adoptive parent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from lxml import etree

from contracts.catalogue import Catalogue
from contracts.vocabulary.terms import Record
from registries_mock.answering import elders_of
from registries_mock.consents import Consents
from registries_mock.people.population import Population
from tests.registries_mock.small_world import IIN, NOW, Somebody, request_body, small_app, suite_of

MOTHER, FATHER, GUARDIAN, STRANGER = "850101400018", "840101300014", "600101400010", "700101300019"
CHILD_BORN = date(2015, 3, 14)
BIRTH = {"child_iin": IIN, "child_birth_date": CHILD_BORN, "mother_iin": MOTHER, "father_iin": FATHER}
PEOPLE = Population(1, NOW.date())


def child(**leaves: Any) -> Record:
    return {"iin": IIN, "birth_date": CHILD_BORN, "surname": "Х", **leaves}


def answered(person: Record, holder: str, catalogue: Catalogue) -> bool:
    """Whether the register of persons tells of this person by a consent of the holder."""
    passport = catalogue.passports["gbdfl-universal"]
    registries = suite_of(small_app(people=Somebody(catalogue.vocabulary, [{"person": person}]))).registries
    own, given = Consents(1).issue(IIN, NOW), Consents(1).issue(holder, NOW)
    body = request_body(catalogue, passport).decode().replace(own, given)
    return registries.answer(passport, registries.reader(passport.key).read(etree.fromstring(body)), "x").fault == ""


@pytest.mark.parametrize(
    ("leaves", "elders"),
    [
        ({}, set()),
        ({"births": [BIRTH]}, {MOTHER, FATHER}),
        ({"births": [{**BIRTH, "child_iin": STRANGER}]}, set()),
        ({"births": [{"child_birth_date": CHILD_BORN, "mother_iin": MOTHER}]}, {MOTHER}),
        ({"guardianship": {"guardian_iin": GUARDIAN}}, {GUARDIAN}),
        ({"guardianship": {"guardian_iin": GUARDIAN, "ended_on": CHILD_BORN}}, {GUARDIAN}),
        ({"adoption": {"adopted": True, "parents": [{"iin": FATHER}, {"iin": MOTHER}]}}, {MOTHER, FATHER}),
        ({"adoption": {"adopted": False, "parents": [{"iin": FATHER}]}}, set()),
    ],
)
def test_those_who_decide_for_a_child_are_told_by_the_registers(
    leaves: Record, elders: set[str], catalogue: Catalogue
) -> None:
    assert elders_of(child(**leaves)) == elders
    for holder in (MOTHER, FATHER, GUARDIAN, STRANGER):
        assert answered(child(**leaves), holder, catalogue) is (holder in elders)
    assert answered(child(**leaves), IIN, catalogue)


def test_a_parent_does_not_consent_for_a_child_that_is_grown_up(catalogue: Catalogue) -> None:
    grown = child(births=[BIRTH], birth_date=date(2000, 1, 1))
    assert not answered(grown, MOTHER, catalogue)
    assert answered(grown, IIN, catalogue)


@pytest.mark.parametrize("persona", PEOPLE.personas(), ids=lambda persona: persona.name)
def test_every_child_of_a_persona_has_somebody_in_the_family_who_may_consent(persona: Any) -> None:
    family = {one.iin for one in persona.family.people if one.iin}
    for one in persona.family.people:
        if one.iin and (NOW.date() - one.born).days < 18 * 365:
            assert elders_of(PEOPLE.record(one.iin)["person"]) & family, one.key
