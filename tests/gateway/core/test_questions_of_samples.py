"""The question that the core builds fills every place of a request that the hand-typed sample of that request fills."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import etree

from contracts.catalogue import load_catalogue
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from contracts.passport import Passport, PayloadField
from contracts.request import RequestRow
from contracts.words import FieldType
from gateway.core.case import Case, Subject
from gateway.core.law import Law
from gateway.core.questions import build_question
from gateway.core.subjects import freeze_subjects, pick_subjects
from tests.contracts.catalogue_files import SAMPLES, split_path
from tests.gateway.core.builders import HUSBAND, T0, WITH_HUSBAND, make_application, make_iin, make_member

CATALOGUE = load_catalogue()
LAW = Law(load_rules("asp", T0.date()), load_calendar(), CATALOGUE.passports)
PASSPORTS = [passport for passport in CATALOGUE.passports.values() if not passport.auxiliary]


def make_case() -> Case:
    """A family in which everybody has all names, with a newborn without a number."""
    born = date(2005, 4, 5)
    student = make_member("child", make_iin(born), born) | {"patronymic": "Болатбекұлы"}
    newborn = make_member("child", None, date(2026, 9, 1), name="Айша") | {"patronymic": "Болатбекқызы"}
    child = make_member("child", make_iin(date(2015, 5, 6)), date(2015, 5, 6)) | {"patronymic": "Болатбекұлы"}
    husband = WITH_HUSBAND | {"patronymic": "Ерланұлы"}
    application = make_application(
        husband, newborn, child, student, employment_measures=True, alimony={"debtor_iin": HUSBAND}
    )
    head = application.applicant.model_copy(update={"patronymic": "Серікқызы"})
    application = application.model_copy(update={"applicant": head})
    return Case("case", CATALOGUE.services["asp"], application, "center", T0, freeze_subjects(application, T0))


def sample_of(passport: Passport) -> Any:
    ending = "json" if passport.rest else "xml"
    text = (SAMPLES / passport.key / f"request.{ending}").read_bytes()
    return json.loads(text) if passport.rest else etree.fromstring(text)


def is_there(document: Any, path: str) -> bool:
    """True where the sample has a text at the path."""
    if isinstance(document, dict):
        for name in path.split("/"):
            document = document.get(name) if isinstance(document, dict) else None
        return bool(document)
    steps = []
    for name, predicate in split_path(path):
        child, _, value = predicate.partition("=")
        told = f"[*[local-name()='{child}']='{value}']" if predicate else ""
        steps.append(f"*[local-name()='{name}']{told}")
    return any((element.text or "").strip() for element in document.xpath("/".join(steps)))


def rows_of(passport: Passport) -> Iterator[RequestRow]:
    """The rows that ask this passport, or the one in whose place it may be chosen."""
    wanted = {passport.key, passport.alternative_to}
    for _, row, part in CATALOGUE.parts():
        if part.passport in wanted:
            yield row


def leaves(passport: Passport) -> list[PayloadField]:
    return [field for field in passport.request.fields if field.type is not FieldType.GROUP]


def is_filled(field: PayloadField, question: dict[str, str]) -> bool:
    """Words of our own side are always there; those of the question where the core tells them."""
    words = [source.removeprefix("question.") for source in field.sources]
    ours = any(not source.startswith("question.") for source in field.sources)
    return bool(field.value) or ours or any(word in question for word in words)


def subjects_like(sample: Any, passport: Passport, row: RequestRow, case: Case) -> Iterator[Subject]:
    """The subjects of the row who are searched as the sample's is: with a number or without."""
    by_number = any("question.iin" in f.sources and is_there(sample, f.path) for f in leaves(passport))
    for subject in pick_subjects(row.subject, case.subjects, LAW.rules.number("ages.adult")):
        if bool(subject.iin) is by_number:
            yield subject


@pytest.mark.parametrize("passport", PASSPORTS, ids=lambda passport: passport.key)
def test_the_core_fills_what_the_sample_fills(passport: Passport) -> None:
    case, sample, asked = make_case(), sample_of(passport), 0
    wanted = {field.path for field in leaves(passport) if is_there(sample, field.path)}
    assert wanted, "the sample fills nothing that the passport knows"
    for row in rows_of(passport):
        for subject in subjects_like(sample, passport, row, case):
            question = build_question(case, row, subject, passport, LAW.rules)
            assert question is not None
            words = {word.value: value for word, value in question.items()}
            filled = {field.path for field in leaves(passport) if is_filled(field, words)}
            assert wanted <= filled, f"{row.key}: {subject.ref}"
            asked += 1
    assert asked, "nobody in the family is asked about as in the sample"


@pytest.mark.parametrize("passport", PASSPORTS, ids=lambda passport: passport.key)
def test_a_search_by_number_tells_no_word_of_another_way_to_search(passport: Passport) -> None:
    case = make_case()
    others = {word for way in passport.search for word in way} - set(passport.search[0])
    for row in rows_of(passport):
        for subject in pick_subjects(row.subject, case.subjects, LAW.rules.number("ages.adult")):
            question = build_question(case, row, subject, passport, LAW.rules)
            if question is not None and set(passport.search[0]) <= set(question):
                assert not others & set(question), row.key
