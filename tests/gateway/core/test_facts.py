"""Facts: each is true, false or undetermined by what registries told, and silence never passes for an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.vocabulary.terms import Record
from contracts.words import Fact
from gateway.core.case import Case, ExchangeState, Subject
from gateway.core.decide import decide
from gateway.core.facts import FactValue, derive_fact, find_other_parent, is_determined
from tests.gateway.core.builders import (
    BABY_BORN,
    HEAD,
    HUSBAND,
    LAW,
    OTHER_CHILD,
    ROWS,
    SON,
    STRANGER,
    T0,
    WITH_BABY,
    WITH_HUSBAND,
    WITH_SON,
    birth,
    carry_out,
    coded,
    make_case,
    make_iin,
    make_member,
    make_passport,
    make_row,
    silence,
    tell,
    tell_rest,
)

SPOUSE_REF, CHILD_REF = "member-1", "member-2"


def opened(*family: Any, **declared: Any) -> Case:
    case = make_case(*(family or (WITH_HUSBAND, WITH_SON)), **declared)
    return carry_out(case, decide(case, T0, LAW))


def derive(case: Case, fact: Fact, ref: str = "applicant") -> FactValue:
    return derive_fact(case, fact, case.subject(ref), LAW.rules)


def told(fact: Fact, passport: str, ref: str, person: Record, case: Case | None = None) -> FactValue:
    """The fact once the source has told this of the person, and everything else has "no record"."""
    answered = tell(case or opened(), passport, ref, {"person": person} if person else {})
    return derive(tell_rest(answered), fact, ref)


DEAD_CHILD = birth(OTHER_CHILD, child_life_status="1")
PAST = date(2026, 10, 4)
VALID, INVALID = {"status": coded("valid")}, {"status": coded("invalid")}


@pytest.mark.parametrize(
    ("fact", "passport", "ref", "person", "value"),
    [
        (Fact.CITIZENSHIP, "people", "applicant", {"citizenship": coded("KAZ")}, "KAZ"),
        (Fact.CITIZENSHIP, "people", "applicant", {"citizenship": coded(None, "704")}, "704"),
        (Fact.CITIZENSHIP, "people", "applicant", {}, "KAZ"),
        (Fact.LIFE_STATUS, "people", "applicant", {"life_status": coded("alive")}, "alive"),
        (Fact.LIFE_STATUS, "people", SPOUSE_REF, {"death_date": date(2026, 1, 1)}, "dead"),
        (Fact.LIFE_STATUS, "people", "applicant", {}, ""),
        (Fact.DOCUMENT_VALIDITY, "people", "applicant", {"documents": [INVALID, VALID]}, True),
        (Fact.DOCUMENT_VALIDITY, "people", "applicant", {"documents": [VALID | {"valid_until": T0.date()}]}, True),
        (Fact.DOCUMENT_VALIDITY, "people", "applicant", {"documents": [VALID | {"valid_until": PAST}]}, False),
        (Fact.DOCUMENT_VALIDITY, "people", "applicant", {}, False),
        (Fact.CO_REGISTERED, "people", "applicant", {"address": {"ar_code": "0201"}}, frozenset({"applicant"})),
        (Fact.CO_REGISTERED, "people", "applicant", {}, frozenset()),
        (Fact.DISABILITY, "medical", CHILD_REF, {"disabilities": [{"group": coded("child")}]}, "child"),
        (Fact.DISABILITY, "medical", SPOUSE_REF, {"disabilities": [{"group": coded("3")}, {"group": coded("2")}]}, "2"),
        (
            Fact.DISABILITY, "medical", SPOUSE_REF,
            {"disabilities": [{"group": coded("1"), "until": date(2026, 10, 4)}, {"group": coded("3")}]}, "3",
        ),
        (Fact.DISABILITY, "medical", SPOUSE_REF, {}, ""),
        (Fact.ABLE_BODIED, "medical", SPOUSE_REF, {}, True),
        (Fact.ABLE_BODIED, "medical", SPOUSE_REF, {"disabilities": [{"group": coded("3")}]}, True),
        (Fact.ABLE_BODIED, "medical", SPOUSE_REF, {"disabilities": [{"group": coded("2")}]}, False),
        (Fact.ABLE_BODIED, "medical", CHILD_REF, {}, False),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF, {"births": [birth(SON)]}, True),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF, {"births": [birth(SON, STRANGER, HUSBAND)]}, True),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF, {"births": [birth(SON, STRANGER)]}, False),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF, {"births": [birth(OTHER_CHILD)]}, False),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF, {"births": [birth(None, child_birth_date=date(2015, 5, 6))]}, True),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF, {}, False),
        (Fact.UNDECLARED_CHILDREN, "acts", "applicant", {"births": [birth(OTHER_CHILD)]}, {OTHER_CHILD}),
        (Fact.UNDECLARED_CHILDREN, "acts", "applicant", {"births": [birth(OTHER_CHILD, STRANGER)]}, frozenset()),
        (Fact.UNDECLARED_CHILDREN, "acts", "applicant", {"births": [DEAD_CHILD]}, frozenset()),
        (Fact.UNDECLARED_CHILDREN, "acts", "applicant", {"births": [birth(STRANGER)]}, frozenset()),
        (Fact.UNDECLARED_CHILDREN, "acts", "applicant", {}, frozenset()),
        (Fact.PRIOR_AID, "aid", SPOUSE_REF, {"social_aid": {"receiving": True}}, True),
        (Fact.PRIOR_AID, "aid", SPOUSE_REF, {"social_aid": {"receiving": False}}, False),
        (Fact.PRIOR_AID, "aid", SPOUSE_REF, {}, False),
    ],
)  # fmt: skip
def test_a_fact_is_what_the_registries_told(fact: Fact, passport: str, ref: str, person: Record, value: object) -> None:
    assert told(fact, passport, ref, person) == value


@pytest.mark.parametrize(
    ("fact", "passport", "ref"),
    [
        (Fact.CITIZENSHIP, "people", "applicant"),
        (Fact.LIFE_STATUS, "people", "applicant"),
        (Fact.DOCUMENT_VALIDITY, "people", "applicant"),
        (Fact.CO_REGISTERED, "people", SPOUSE_REF),
        (Fact.DISABILITY, "medical", SPOUSE_REF),
        (Fact.ABLE_BODIED, "medical", SPOUSE_REF),
        (Fact.PARENTS_IN_FAMILY, "acts", CHILD_REF),
        (Fact.UNDECLARED_CHILDREN, "acts", "applicant"),
        (Fact.UNDECLARED_CHILDREN, "acts", CHILD_REF),
        (Fact.MARITAL_STATUS, "acts", "applicant"),
        (Fact.UNDECLARED_SPOUSE, "acts", "applicant"),
        (Fact.PRIOR_AID, "aid", SPOUSE_REF),
    ],
)
@pytest.mark.parametrize("state", [ExchangeState.WAITING, ExchangeState.PENDING, ExchangeState.STOPPED])
def test_a_fact_is_undetermined_while_its_source_is_silent(
    fact: Fact, passport: str, ref: str, state: ExchangeState
) -> None:
    case = tell_rest(silence(opened(), passport, ref, state=ExchangeState.STOPPED))
    assert derive(silence(case, passport, ref, state=state), fact, ref) is None
    assert derive(tell_rest(opened()), fact, ref) is not None


def test_a_fact_is_undetermined_while_the_row_that_provides_it_is_not_open() -> None:
    case = make_case(WITH_SON)
    assert derive(case, Fact.CITIZENSHIP) is None
    assert not is_determined(case, Fact.PRIOR_AID, case.subject("applicant"))


def test_a_silent_source_about_one_person_says_nothing_about_another() -> None:
    case = tell_rest(silence(opened(), "medical", "applicant", state=ExchangeState.STOPPED))
    assert derive(case, Fact.DISABILITY) is None
    assert derive(case, Fact.DISABILITY, SPOUSE_REF) == ""
    assert derive(case, Fact.ABLE_BODIED, SPOUSE_REF) is True


def test_what_no_answer_can_change_is_known_before_any_answer() -> None:
    assert derive(opened(), Fact.ABLE_BODIED, CHILD_REF) is False
    pensioner = make_member("parent", make_iin(date(1950, 1, 1)), date(1950, 1, 1))
    assert derive(opened(pensioner), Fact.ABLE_BODIED, "member-1") is False


@pytest.mark.parametrize(("sex", "able"), [("male", True), ("female", False)])
def test_the_pension_age_is_that_of_the_sex(sex: str, able: bool) -> None:
    born = date(1964, 1, 1)
    case = tell_rest(opened(make_member("parent", make_iin(born, sex), born)))
    assert derive(case, Fact.ABLE_BODIED, "member-1") is able


def test_a_single_parent_of_a_toddler_is_not_counted_able_bodied_and_one_of_two_is() -> None:
    assert derive(tell_rest(opened(WITH_BABY)), Fact.ABLE_BODIED) is False
    assert derive(tell_rest(opened(WITH_HUSBAND, WITH_BABY)), Fact.ABLE_BODIED) is True
    assert derive(tell_rest(opened(WITH_SON)), Fact.ABLE_BODIED) is True


def with_studies() -> tuple[Any, ...]:
    studies = make_row(
        15, (("schools", "person.studies[]"),), {"rule": "dependants_of_age", "age_from": 18, "age_to": 22},
        provides=["full_time_student"],
    )  # fmt: skip
    return (*ROWS, studies)


def student_case() -> Case:
    born = date(2006, 1, 1)
    law = replace(LAW, passports=dict(LAW.passports) | {"schools": make_passport("schools")})
    case = make_case(make_member("child", make_iin(born), born), rows=with_studies())
    return carry_out(case, decide(case, T0, law))


@pytest.mark.parametrize(
    ("status", "form", "student"),
    [("studying", "full_time", True), ("studying", "part_time", False), ("graduated", "full_time", False)],
)
def test_a_full_time_student_is_one_who_studies_and_full_time(status: str, form: str, student: bool) -> None:
    person = {"studies": [{"status": coded(status), "form": coded(form)}]}
    assert told(Fact.FULL_TIME_STUDENT, "schools", "member-1", person, student_case()) is student
    assert told(Fact.ABLE_BODIED, "schools", "member-1", person, student_case()) is not student


def test_whether_a_student_is_able_bodied_waits_for_the_school_too() -> None:
    case = tell_rest(silence(student_case(), "schools", "member-1", state=ExchangeState.STOPPED))
    assert derive(case, Fact.FULL_TIME_STUDENT, "member-1") is None
    assert derive(case, Fact.ABLE_BODIED, "member-1") is None


def test_the_parents_of_a_newborn_without_iin_are_found_by_its_birth_date() -> None:
    act = {"births": [birth("260901600007", child_birth_date=BABY_BORN)]}
    assert told(Fact.PARENTS_IN_FAMILY, "acts", "member-1", act, opened(WITH_BABY)) is True
    other = {"births": [birth(None, child_birth_date=date(2026, 9, 2))]}
    assert told(Fact.PARENTS_IN_FAMILY, "acts", "member-1", other, opened(WITH_BABY)) is False


def test_a_declared_newborn_is_not_an_undeclared_child() -> None:
    act = {"births": [birth("260901600007", child_birth_date=BABY_BORN)]}
    assert told(Fact.UNDECLARED_CHILDREN, "acts", "applicant", act, opened(WITH_BABY)) == frozenset()


def test_a_child_of_age_is_not_an_undeclared_child_to_the_day() -> None:
    almost = {"births": [birth(OTHER_CHILD, child_birth_date=date(2008, 10, 6))]}
    assert told(Fact.UNDECLARED_CHILDREN, "acts", "applicant", almost) == frozenset({OTHER_CHILD})
    grown = {"births": [birth(OTHER_CHILD, child_birth_date=date(2008, 10, 5))]}
    assert told(Fact.UNDECLARED_CHILDREN, "acts", "applicant", grown) == frozenset()


def test_who_declares_a_marriage_abroad_is_married() -> None:
    assert derive(tell_rest(opened(married_abroad=True)), Fact.MARITAL_STATUS) == "married"


def test_members_registered_at_one_address_are_seen_together() -> None:
    case = opened()
    for ref, code in (("applicant", "A"), (SPOUSE_REF, "A"), (CHILD_REF, "B")):
        case = tell(case, "people", ref, {"person": {"address": {"ar_code": code}}})
    assert derive(case, Fact.CO_REGISTERED) == frozenset({"applicant", SPOUSE_REF})


@pytest.mark.parametrize(
    ("record", "entrepreneur"),
    [
        ({"entrepreneur": {"name": "x", "registered_on": date(2020, 1, 1)}}, True),
        ({"entrepreneur": {"name": "x", "deregistered_on": date(2021, 1, 1)}}, False),
        ({}, False),
    ],
)
def test_a_business_that_was_closed_is_no_business(record: Record, entrepreneur: bool) -> None:
    assert told(Fact.ENTREPRENEUR, "aid", "applicant", record) is entrepreneur


@pytest.mark.parametrize(("status", "left_out"), [("detained", True), ("released", False)])
def test_a_detained_member_is_left_out_of_the_family(status: str, left_out: bool) -> None:
    assert told(Fact.LEFT_OUT_OF_FAMILY, "people", SPOUSE_REF, {"detention": {"status": coded(status)}}) is left_out


def test_the_wish_for_employment_measures_is_the_application_s_own_word() -> None:
    assert derive(make_case(), Fact.EMPLOYMENT_MEASURES) is False
    assert derive(make_case(employment_measures=True), Fact.EMPLOYMENT_MEASURES) is True


def test_the_other_parent_is_the_declared_debtor_else_the_parent_by_the_act_of_birth() -> None:
    by_act = tell(opened(WITH_SON), "acts", "member-1", {"person": {"births": [birth(SON, HEAD, STRANGER)]}})
    assert find_other_parent(by_act) == STRANGER
    assert find_other_parent(make_case(WITH_SON, alimony={"debtor_iin": HUSBAND})) == HUSBAND
    assert find_other_parent(tell_rest(opened(WITH_SON))) is None
    both = tell(opened(), "acts", CHILD_REF, {"person": {"births": [birth(SON, HEAD, HUSBAND)]}})
    assert find_other_parent(both) is None


def test_every_fact_is_derived_whatever_is_missing() -> None:
    case = tell_rest(opened())
    subjects: tuple[Subject, ...] = case.subjects
    for fact in Fact:
        for subject in subjects:
            assert derive_fact(case, fact, subject, LAW.rules) is not None
