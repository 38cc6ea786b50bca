"""The shipped rows and passports fit the core: what it asks of them is there, whatever a deployment changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from contracts.application import Declared
from contracts.catalogue import load_catalogue
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from contracts.passport import Passport
from contracts.request import RequestRow
from contracts.vocabulary.terms import Coded
from contracts.words import Absence, Cardinality, Fact, FieldType, SubjectRule
from gateway.core.case import Case, ExchangeState
from gateway.core.decide import decide
from gateway.core.facts import find_sources
from gateway.core.gaps import Move, find_gaps
from gateway.core.law import Law
from gateway.core.subjects import freeze_subjects
from tests.gateway.core.builders import (
    T0,
    WITH_BABY,
    WITH_HUSBAND,
    WITH_SON,
    carry_out,
    make_application,
    make_iin,
    make_member,
    tell_rest,
)
from tests.gateway.core.course import STOPPED, Course, Reply

CATALOGUE = load_catalogue()
SERVICE = CATALOGUE.services["asp"]
LAW = Law(load_rules("asp", T0.date()), load_calendar(), CATALOGUE.passports)
PASSPORTS = [passport for passport in CATALOGUE.passports.values() if not passport.auxiliary]


def make_case(*family: object, **declared: object) -> Case:
    application = make_application(*family, **declared)
    return Case("case", SERVICE, application, "center", T0, freeze_subjects(application, T0))


EVERY: dict[ExchangeState, dict[str, Reply]] = {
    ExchangeState.NO_RECORD: {key: {} for key in CATALOGUE.passports},
    ExchangeState.STOPPED: {key: STOPPED for key in CATALOGUE.passports},
}


@pytest.mark.parametrize("family", [(), (WITH_SON,), (WITH_HUSBAND, WITH_SON, WITH_BABY)], ids=len)
@pytest.mark.parametrize("outcome", [ExchangeState.NO_RECORD, ExchangeState.STOPPED])
def test_all_24_requests_are_accounted_for(family: tuple[object, ...], outcome: ExchangeState) -> None:
    course = Course(make_case(*family, employment_measures=True), LAW, replies=EVERY[outcome])
    course.settle()
    assert {inquiry.number for inquiry in course.case.inquiries} == set(range(1, 25))
    course.run_to(T0 + timedelta(days=2))
    gaps = find_gaps(course.case, LAW, course.now)
    lettered = {cell for letter in course.told.letters for cell in letter.cells}
    assert lettered == {cell.inquiry_id for gap in gaps if gap.move is Move.OWNER for cell in gap.cells} != set()
    course.run_to(T0 + timedelta(days=30))
    assert course.case.registered_at is None, "what people have not closed is not registered: no letter was sent"
    assert any(mark.startswith("passed:promised") for mark in course.told.marks)


@pytest.mark.parametrize("row", SERVICE.requests, ids=lambda row: row.key)
def test_a_row_names_what_the_application_can_declare(row: RequestRow) -> None:
    if row.absence is Absence.WRITTEN_REQUEST_IF_DECLARED:
        assert row.absence_if_declared in Declared.model_fields
    assert row.related in ("", "applicant", "other_parent")


@pytest.mark.parametrize("row", SERVICE.requests, ids=lambda row: row.key)
def test_what_a_row_needs_is_provided_by_the_first_wave(row: RequestRow) -> None:
    provided = {fact for other in SERVICE.requests if other.wave == 1 for fact in other.provides}
    assert set(row.needs) <= provided | {Fact.EMPLOYMENT_MEASURES}
    if row.subject.rule is SubjectRule.ABLE_BODIED_MEMBERS:
        assert Fact.ABLE_BODIED in row.needs


@pytest.mark.parametrize("fact", sorted({f for row in SERVICE.requests for f in row.provides}))
def test_a_fact_rests_on_an_inquiry_about_the_one_whose_answers_it_is_read_from(fact: Fact) -> None:
    born = date(2006, 1, 1)
    case = make_case(WITH_HUSBAND, WITH_SON, make_member("child", make_iin(born), born))
    case = carry_out(case, decide(case, T0, LAW))
    assert any(find_sources(case, fact, subject) for subject in case.subjects)


def test_undeclared_children_rest_on_the_applicant_s_own_acts() -> None:
    case = make_case(WITH_SON)
    case = carry_out(case, decide(case, T0, LAW))
    sources = find_sources(case, Fact.UNDECLARED_CHILDREN, case.subject("applicant"))
    assert "applicant" in {inquiry.subject_ref for inquiry in sources}


def countries() -> list[Coded]:
    """What the register may say, each as its reader gives it; the last code is in no dictionary of ours."""
    known = CATALOGUE.dictionary(CATALOGUE.passports["gbdfl-universal"], "countries")
    return [*(Coded(entry.code, entry.value, entry.ru, entry.kk) for entry in known), Coded("777", None, "", "")]


@pytest.mark.parametrize("country", countries(), ids=lambda country: country.code)
@pytest.mark.parametrize("declared", ["KAZ", "UZB"])
def test_a_foreigner_is_asked_as_one_and_the_stateless_and_unknown_as_such(country: Coded, declared: str) -> None:
    application = make_application()
    head = application.applicant.model_copy(update={"citizenship": declared})
    application = application.model_copy(update={"applicant": head})
    case = Case("case", SERVICE, application, "center", T0, freeze_subjects(application, T0))
    case = tell_rest(
        carry_out(case, decide(case, T0, LAW)),
        {("gbdfl-universal", "applicant"): {"person": {"citizenship": country}}},
    )
    case = carry_out(case, decide(case, T0, LAW))
    asked = {inquiry.number for inquiry in case.inquiries if inquiry.outcome is None}
    stateless = country.value in ("XXA", "XXX")
    citizen = country.value == "KAZ"
    assert (5 in asked) is stateless
    assert (4 in asked) is (not stateless and not citizen)
    assert (3 in asked) is not citizen


@pytest.mark.parametrize("passport", PASSPORTS, ids=lambda passport: passport.key)
def test_each_way_to_find_a_subject_fills_what_the_request_must_hold(passport: Passport) -> None:
    """A word about the subject travels only where the source searches by it."""
    about = {"question.iin", "question.surname", "question.name", "question.patronymic", "question.birth_date"}
    must = {
        field.sources[0].removeprefix("question.")
        for field in passport.request.fields
        if len(field.sources) == 1 and field.sources[0] in about
        if field.card is Cardinality.ONE and not field.nil and field.type is not FieldType.STRING
    }
    assert all(must <= set(search) for search in passport.search)
