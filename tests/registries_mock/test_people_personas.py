"""Personas show what they promise, and an application can be made of each."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.application import Application
from contracts.catalogue import load_catalogue
from registries_mock.people import Persona, Population
from registries_mock.people.chance import age_on
from registries_mock.people.document import refresh
from registries_mock.people.numbers import read_iin
from registries_mock.people.persona import PersonaInvalid
from tests.registries_mock.people_of_tests import SEED, TODAY, families, population
from tests.repository.files import ROOT

every_persona = pytest.mark.parametrize("persona", population().personas(), ids=lambda persona: persona.name)


def told(name: str, key: str = "") -> dict[str, Any]:
    family = population().persona(name).family
    iin = family.person(key or family.applicant).iin
    assert iin
    return population().record(iin)


def person(name: str, key: str = "") -> dict[str, Any]:
    found: dict[str, Any] = told(name, key)["person"]
    return found


def as_application(described: dict[str, Any]) -> Application:
    frame = {"schema": "urn:asp-gateway:application:1", "service": "asp"}
    return Application.model_validate_json(json.dumps(frame | described, default=str))


def test_there_are_thirty_and_their_numbers_are_in_their_serials() -> None:
    assert len(population().personas()) >= 30
    for persona in population().personas():
        assert persona.shows
        for one in persona.family.people:
            if one.iin:
                read = read_iin(one.iin)
                assert read == (one.born, one.sex, 9900 + persona.number)


def test_every_request_has_a_persona_of_its_odd_case_and_no_persona_names_another() -> None:
    keys = {row.key for row in load_catalogue().services["asp"].requests}
    assert {key for persona in population().personas() for key in persona.odd} == keys


@every_persona
def test_an_application_can_be_made_of_every_persona(persona: Persona) -> None:
    made = as_application(population().describe_application(persona))
    assert made.applicant.iin == persona.applicant.iin
    assert population().describe_application(persona.name) == population().describe_application(persona)


def test_an_application_can_be_made_of_every_family_of_a_sample() -> None:
    for family in families():
        made = as_application(population().describe_application(family))
        known = population().record(made.applicant.iin).get("account")
        assert known is None or made.account.iban == known["iban"]
        assert made.applicant.phone == population().phone(made.applicant.iin)
        assert len({member.iin for member in made.family}) == len(made.family)


def test_an_account_that_no_bank_knows_is_named_by_a_number_that_holds() -> None:
    made = as_application(population().describe_application("no-account-record"))
    assert population().account(made.account.iban) is None
    assert "account" not in population().record(made.applicant.iin)


def test_the_family_of_five_gets_everything_right() -> None:
    made = as_application(population().describe_application("family-of-five"))
    assert [member.relation for member in made.family] == ["spouse", "child", "child", "child"]
    assert made.declared.marriage
    assert made.declared.employment_measures
    addresses = {
        person("family-of-five", key)["address"]["ar_code"]
        for key in ("mother", "father", "son", "daughter", "youngest")
    }
    assert len(addresses) == 1
    assert told("family-of-five")["account"]["status"] == "open"
    assert {wage["month"].month for wage in person("family-of-five", "father")["wages"]} >= {7, 8, 9}


def test_what_is_odd_about_each_persona_is_told() -> None:
    assert person("lone-pensioner")["marriages"][0]["death_act_date"] == date(2019, 10, 30)
    assert "address" not in person("no-residence-record")
    assert len(person("undeclared-second-marriage")["marriages"]) == 2
    assert not as_application(population().describe_application("undeclared-second-marriage")).declared.marriage
    student = person("student-of-twenty", "student")
    assert age_on(student["birth_date"], TODAY) == 20
    assert student["addresses"][1]["type"] == "temporary"
    assert "0601" in {one["kind"] for one in student["benefits"]}
    assert (
        person("alimony-debtors-family", "debtor")["enforcements"] == person("alimony-debtors-family")["enforcements"]
    )
    assert person("alimony-debtors-family", "debtor")["vehicles"][0]["arrested"]
    assert person("member-in-detention", "husband")["detention"]["status"] == "detained"
    assert {one["kind"] for one in person("two-dwellings-two-cars", "wife")["real_estate"]} == {"flat", "house"}
    assert person("sole-proprietor")["entrepreneur"]["period_income"] == 645000
    assert person("foreigner-with-permit")["citizenship"] == "860"
    assert "marriages" not in person("foreigner-with-permit")
    assert person("refugee")["documents"][0]["type"] == "refugee_certificate"
    assert person("kandas")["repatriation"]["status"] == "granted"
    assert person("former-kandas")["repatriation"]["status"] == "ended"
    assert person("stateless-person")["citizenship"] == "990"
    assert person("guardian-with-ward", "ward")["guardianship"]["guardian_iin"] == person("guardian-with-ward")["iin"]
    assert person("adopted-child", "child")["adoption"]["adopted"]
    assert not person("ended-guardianship", "nephew")["adoption"]["adopted"]
    assert person("member-in-treatment", "son")["dispensary"]["narcology"].startswith("Состоит")
    assert person("aid-already-received")["social_aid"]["receiving"]
    assert len(told("aid-already-received")["household"]["members"]) == 6


def test_a_newborn_without_iin_is_found_by_names_and_known_from_the_parents() -> None:
    newborn = population().persona("newborn-without-iin").family.person("newborn")
    words = {"surname": newborn.surname, "name": newborn.name, "birth_date": newborn.born.isoformat()}
    (found,) = population().find(words)
    record = population().record(found)
    assert "iin" not in record["person"]
    assert record["person"]["births"] == person("newborn-without-iin")["births"]
    made = as_application(population().describe_application("newborn-without-iin"))
    assert made.family[1].iin is None
    assert made.family[1].birth_record


def test_an_unknown_persona_is_named_with_those_that_exist() -> None:
    with pytest.raises(LookupError, match="family-of-five"):
        population().persona("nobody")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("number = 1", "number = 2"), "taken"),
        (('name = "family-of-five"', 'name = "lone-pensioner"\nodd = 1'), "odd"),
        (("born = 2013-09-25", "born = 1988-11-02"), "one birth date and sex"),
        (('applicant = "mother"', 'applicant = "aunt"'), "aunt"),
        (("sex = ", "six = "), "sex"),
        (("[homes]", "[homes"), "family-of-five.toml"),
    ],
)
def test_a_wrong_persona_file_is_refused_with_its_name(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    packaged = ROOT / "registries_mock" / "people" / "personas" / "family-of-five.toml"
    text = packaged.read_text(encoding="utf-8").replace('name = "family-of-five"', 'name = "another"')
    before, after = change
    text = packaged.read_text(encoding="utf-8") if before.startswith("name") else text
    (tmp_path / "family-of-five.toml").write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(PersonaInvalid, match=message):
        Population(SEED, TODAY, [tmp_path])


def test_a_folder_adds_personas(tmp_path: Path) -> None:
    packaged = ROOT / "registries_mock" / "people" / "personas" / "family-of-five.toml"
    text = (
        packaged.read_text(encoding="utf-8")
        .replace('"family-of-five"', '"another"')
        .replace("number = 1\n", "number = 97\n")
    )
    (tmp_path / "another.toml").write_text(text, encoding="utf-8")
    people = Population(SEED, TODAY, [tmp_path])
    assert people.find({"iin": people.persona("another").applicant.iin or ""})


def test_the_table_of_personas_in_the_documents_is_fresh() -> None:
    """Refreshed by `python -m registries_mock.people.document docs/people.md`."""
    page = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")
    assert refresh(page) == page
