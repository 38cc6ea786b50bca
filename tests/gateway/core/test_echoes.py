"""Replies must be about whom was asked: another person's data are never taken for an answer."""

from __future__ import annotations

import re
from datetime import date

import pytest

from contracts.catalogue import load_catalogue
from contracts.passport import Echo, Passport
from contracts.words import FieldType, QuestionWord
from gateway.core.echoes import is_about_subject
from tests.gateway.core.builders import HEAD, HUSBAND, SON, STRANGER, make_passport

ASKED = {QuestionWord.IIN: HEAD}


def _passport(*echoes: Echo) -> Passport:
    return make_passport("x", ("iin",)).model_copy(update={"echoes": echoes})


PASSPORTS = [passport for passport in load_catalogue().passports.values() if not passport.auxiliary]
PERSON = _passport(Echo(word=QuestionWord.IIN, among=("person.iin",)))
ACTS = _passport(Echo(word=QuestionWord.IIN, each="person.marriages[]", among=("husband_iin", "wife_iin")))


def test_the_person_who_was_asked_about_is_recognised() -> None:
    assert is_about_subject(PERSON, ASKED, {"person": {"iin": HEAD}})


def test_somebody_else_is_not_taken_for_the_person_asked_about() -> None:
    assert not is_about_subject(PERSON, ASKED, {"person": {"iin": STRANGER}})


def test_a_reply_that_names_nobody_is_not_judged() -> None:
    assert is_about_subject(PERSON, ASKED, {"person": {"surname": "Х"}})


def test_who_was_found_by_name_is_not_compared_by_number() -> None:
    assert is_about_subject(PERSON, {QuestionWord.SURNAME: "Х"}, {"person": {"iin": STRANGER}})


def test_an_old_act_without_the_number_of_the_one_asked_about_is_not_another_s() -> None:
    wife_alone = {"act_number": "1", "wife_iin": HEAD}
    of_husband = {QuestionWord.IIN: HUSBAND}
    assert is_about_subject(ACTS, of_husband, {"person": {"marriages": [wife_alone]}})
    births = _passport(
        Echo(word=QuestionWord.IIN, each="person.births[]", among=("child_iin", "mother_iin", "father_iin"))
    )
    of_child = {QuestionWord.IIN: SON}
    act = {"mother_iin": HEAD, "father_iin": HUSBAND}
    assert is_about_subject(births, of_child, {"person": {"births": [act]}})
    assert not is_about_subject(births, of_child, {"person": {"births": [act | {"child_iin": STRANGER}]}})


def test_who_was_found_by_name_is_told_apart_by_the_birth_date() -> None:
    births = load_catalogue().passports["gbdfl-family-acts"]
    asked = {QuestionWord.SURNAME: "Х", QuestionWord.NAME: "У", QuestionWord.BIRTH_DATE: "2026-09-01"}
    dates = {"mother_birth_date": date(1990, 3, 4), "father_birth_date": date(1988, 7, 1)}
    mine, other = (dates | {"child_birth_date": day} for day in (date(2026, 9, 1), date(2025, 9, 1)))
    assert is_about_subject(births, asked, {"person": {"births": [mine]}})
    assert not is_about_subject(births, asked, {"person": {"births": [mine, other]}})


def test_every_act_must_name_the_person_asked_about_on_one_side() -> None:
    own = {"husband_iin": HUSBAND, "wife_iin": HEAD}
    strange = {"husband_iin": HUSBAND, "wife_iin": STRANGER}
    assert is_about_subject(ACTS, ASKED, {"person": {"marriages": [own]}})
    assert not is_about_subject(ACTS, ASKED, {"person": {"marriages": [own, strange]}})


@pytest.mark.parametrize("passport", load_catalogue().passports.values(), ids=lambda passport: passport.key)
def test_an_echo_names_what_the_passport_binds_and_asks(passport: Passport) -> None:
    used = {source for field in passport.request.fields for source in field.sources}
    for echo in passport.echoes:
        assert f"question.{echo.word}" in used
        for leaf in echo.among:
            assert (f"{echo.each}.{leaf}" if echo.each else leaf) in passport.binds


OF_OTHERS = frozenset(
    {
        "person.guardianship.guardian_iin",
        "person.adoption.parents[].iin",
    }
)
"""Numbers in replies that are those of people around the one asked about."""
NOT_SENT = frozenset({"businessData/:RegisteredRightsEvidencePersonKz/DeclarantIIN"})
"""The Kazakh twin of a report stays away where the Russian one is asked for."""


@pytest.mark.parametrize("passport", PASSPORTS, ids=lambda passport: passport.key)
@pytest.mark.parametrize(("word", "name"), [(QuestionWord.IIN, r"iin$|^declarantId$"), (QuestionWord.IBAN, r"iban$")])
def test_a_number_by_which_it_was_asked_is_compared_wherever_the_reply_has_it(
    passport: Passport, word: QuestionWord, name: str
) -> None:
    echoed = {
        f"{echo.each}.{leaf}" if echo.each else leaf
        for echo in passport.echoes
        if echo.word is word
        for leaf in echo.among
    }
    for field in passport.reply.fields:
        last = field.path.rpartition("/")[2].rpartition(":")[2]
        told = field.type is not FieldType.GROUP and field.path not in NOT_SENT
        if told and re.search(name, last, re.IGNORECASE):
            assert field.bind in echoed | OF_OTHERS, field.path


@pytest.mark.parametrize("passport", PASSPORTS, ids=lambda passport: passport.key)
def test_a_number_that_is_compared_stands_in_one_place_of_the_reply(passport: Passport) -> None:
    """Of two places of one term a reader takes the first: one that only repeats the question would hide the other."""
    for echo in (echo for echo in passport.echoes if echo.word is QuestionWord.IIN):
        for leaf in echo.among:
            assert passport.binds.count(f"{echo.each}.{leaf}" if echo.each else leaf) == 1, leaf


@pytest.mark.parametrize("passport", PASSPORTS, ids=lambda passport: passport.key)
def test_a_source_that_searches_by_name_has_its_birth_dates_compared(passport: Passport) -> None:
    by_name = any("iin" not in way and "birth_date" in way for way in passport.search)
    compared = {echo.each for echo in passport.echoes if echo.word is QuestionWord.BIRTH_DATE}
    numbered = {echo.each for echo in passport.echoes if echo.word is QuestionWord.IIN}
    assert compared == (numbered if by_name else set())


def test_a_report_on_another_s_rights_is_refused_though_its_envelope_repeats_the_question() -> None:
    report = load_catalogue().passports["gbdrn-report305"]
    assert is_about_subject(report, ASKED, {"person": {"declarant_iin": HEAD, "iin": HEAD}})
    assert not is_about_subject(report, ASKED, {"person": {"declarant_iin": HEAD, "iin": STRANGER}})


@pytest.mark.parametrize(("key", "leaf"), [("cbd-benefits", "benefits"), ("nobd-universal", "studies")])
def test_one_item_of_another_spoils_the_reply(key: str, leaf: str) -> None:
    passport = load_catalogue().passports[key]
    own, strange, nameless = {"iin": HEAD}, {"iin": STRANGER}, {"status": "x"}
    assert is_about_subject(passport, ASKED, {"person": {leaf: [own, nameless]}})
    assert not is_about_subject(passport, ASKED, {"person": {leaf: [own, strange]}})


def test_a_farm_is_the_household_s_whoever_of_it_is_the_holder() -> None:
    passport = load_catalogue().passports["efarm-2014"]
    farm = {"holder_iin": HUSBAND, "animals": [{"code": "01"}]}
    assert is_about_subject(passport, ASKED, {"household": farm | {"members": [{"iin": HUSBAND}, {"iin": HEAD}]}})
    assert not is_about_subject(passport, ASKED, {"household": farm | {"members": [{"iin": STRANGER}]}})


def test_wages_of_another_are_refused() -> None:
    passport = load_catalogue().passports["billing-deductions"]
    assert not is_about_subject(passport, ASKED, {"person": {"iin": STRANGER, "wages": [{"contribution": 1}]}})
