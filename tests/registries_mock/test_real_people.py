"""The shipped people in the shipped passports: whatever a persona is, every registry's reply is valid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport
from contracts.words import DataForm, Protocol
from registries_mock.people.population import Population
from registries_mock.settings import Settings
from registries_mock.suite import Suite
from tests.registries_mock.judges import assert_payload
from tests.registries_mock.small_world import NOW, SENDER, outside, request_body

KEYS = sorted(load_catalogue().passports)
PEOPLE = Population(1, NOW.date())


@pytest.fixture(scope="module")
def suite() -> Suite:
    return Suite(Settings(), outside(PEOPLE))


def everybody() -> Iterator[Any]:
    for persona in PEOPLE.personas():
        yield from persona.family.people
    for family in PEOPLE.sample(5):
        yield from family.people


def answers(suite: Suite, catalogue: Catalogue, passport: Passport) -> Iterator[tuple[str, bytes]]:
    reader = suite.registries.reader(passport.key)
    for person in everybody():
        if person.iin:
            iban = PEOPLE.record(person.iin).get("account", {}).get("iban", "KZ00")
            body = request_body(catalogue, passport, person.iin, iban=iban)
            as_json = passport.request.form is DataForm.JSON
            asked = reader.read_object(json.loads(body)) if as_json else reader.read(etree.fromstring(body))
            answer = suite.registries.answer(passport, asked, SENDER)
            yield answer.fault, answer.body


@pytest.mark.parametrize("key", KEYS)
def test_every_persona_gets_a_valid_reply_or_a_status_and_never_a_fault(
    key: str, suite: Suite, catalogue: Catalogue
) -> None:
    passport = catalogue.passports[key]
    seen = 0
    for fault, body in answers(suite, catalogue, passport):
        assert fault == ""
        if body and passport.protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC):
            assert_payload(passport.reply, catalogue.folders[key], etree.fromstring(body))
        seen += bool(body)
    assert seen


def test_a_newborn_without_a_number_is_found_by_names_and_date(suite: Suite, catalogue: Catalogue) -> None:
    child = next(one for one in PEOPLE.persona("newborn-without-iin").family.people if one.iin is None)
    passport = catalogue.passports["gbdfl-family-acts"]
    names = {"surname": child.surname, "name": child.name, "birth_date": child.born.isoformat()}
    parent = PEOPLE.persona("newborn-without-iin").applicant.iin
    body = request_body(catalogue, passport, str(parent), **names)
    document = etree.fromstring(body)
    for element in document.iter("iin"):
        element.getparent().remove(element)  # type: ignore[union-attr]
    asked = suite.registries.reader(passport.key).read(document)
    assert "iin" not in asked.words
    reply = suite.registries.answer(passport, asked, SENDER).body.decode()
    assert child.surname in reply
