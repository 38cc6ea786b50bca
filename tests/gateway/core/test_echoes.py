"""Replies must be about whom was asked: another person's data are never taken for an answer."""

from __future__ import annotations

import pytest
from contracts.catalogue import load_catalogue
from contracts.passport import Echo, Passport
from contracts.words import QuestionWord
from gateway.core.echoes import is_about_subject

from tests.gateway.core.builders import HEAD, HUSBAND, STRANGER, make_passport

ASKED = {QuestionWord.IIN: HEAD}


def _passport(*echoes: Echo) -> Passport:
    return make_passport("x", ("iin",)).model_copy(update={"echoes": echoes})


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


def test_every_passport_that_tells_a_persons_number_compares_it() -> None:
    for passport in load_catalogue().passports.values():
        if "person.iin" in passport.binds and not passport.auxiliary:
            assert any("person.iin" in echo.among for echo in passport.echoes), passport.key
