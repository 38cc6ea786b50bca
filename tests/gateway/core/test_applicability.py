"""Predicates: true, false or undetermined, by facts alone; false wins over undetermined."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.vocabulary.terms import Record
from contracts.words import Fact, Predicate
from gateway.core.applicability import JUDGES, Look, judge
from gateway.core.case import Case, ExchangeState
from gateway.core.decide import decide
from tests.gateway.core.builders import (
    HEAD,
    LAW,
    SON,
    STRANGER,
    T0,
    WITH_HUSBAND,
    WITH_SON,
    birth,
    carry_out,
    coded,
    make_case,
    make_member,
    make_row,
    silence,
    tell,
    tell_rest,
)


def opened(*family: Any, **declared: Any) -> Case:
    case = make_case(*family, **declared)
    return carry_out(case, decide(case, T0, LAW))


def hold(predicate: Predicate, case: Case, ref: str = "applicant") -> bool | None:
    return JUDGES[predicate](Look(case, case.subject(ref), LAW.rules))


def citizen_of(code: str) -> Case:
    return tell_rest(tell(opened(), "people", "applicant", {"person": {"citizenship": coded(code)}}))


def born_to(mother: str, **declared: Any) -> Case:
    case = opened(WITH_SON, **declared)
    return tell_rest(tell(case, "acts", "member-1", {"person": {"births": [birth(SON, mother)]}}))


def with_acts(person: Record, *family: Any, **declared: Any) -> Case:
    case = opened(*family, **declared)
    return tell_rest(tell(case, "acts", "applicant", {"person": person} if person else {}))


def silent(passport: str, *family: Any, **declared: Any) -> Case:
    case = opened(*family, **declared)
    for subject in case.subjects:
        case = silence(case, passport, subject.ref, state=ExchangeState.STOPPED)
    return tell_rest(case)


def test_each_predicate_has_its_judge() -> None:
    assert set(JUDGES) == set(Predicate)


@pytest.mark.parametrize(
    ("code", "not_citizen", "foreign", "stateless"),
    [
        ("KAZ", False, False, False),
        ("398", False, False, False),
        ("UZB", True, True, False),
        ("XXA", True, False, True),
        ("XXX", True, False, True),
    ],
)
def test_citizens_foreigners_and_the_stateless_are_told_apart(
    code: str, not_citizen: bool, foreign: bool, stateless: bool
) -> None:
    case = citizen_of(code)
    assert hold(Predicate.NOT_CITIZEN, case) is not_citizen
    assert hold(Predicate.NOT_CITIZEN_OR_KANDAS_DECLARED, case) is not_citizen
    assert hold(Predicate.FOREIGN_CITIZEN, case) is foreign
    assert hold(Predicate.STATELESS_OR_UNKNOWN, case) is stateless


@pytest.mark.parametrize(
    "predicate",
    [
        Predicate.NOT_CITIZEN,
        Predicate.NOT_CITIZEN_OR_KANDAS_DECLARED,
        Predicate.FOREIGN_CITIZEN,
        Predicate.STATELESS_OR_UNKNOWN,
    ],
)
def test_citizenship_is_undetermined_while_the_register_is_silent(predicate: Predicate) -> None:
    assert hold(predicate, silent("people")) is None


def test_a_declared_certificate_of_a_kandas_is_enough() -> None:
    assert hold(Predicate.NOT_CITIZEN_OR_KANDAS_DECLARED, silent("people", kandas_certificate=True)) is True


@pytest.mark.parametrize(
    ("predicate", "declared", "relation"),
    [
        (Predicate.PARENTS_NOT_IN_FAMILY_OR_GUARDIANSHIP_DECLARED, "guardianship", "ward"),
        (Predicate.PARENTS_DIFFER_OR_ADOPTION_DECLARED, "adoption", "adopted_child"),
    ],
)
def test_whose_child_it_is_is_told_by_the_act_or_declared(predicate: Predicate, declared: str, relation: str) -> None:
    assert hold(predicate, born_to(HEAD), "member-1") is False
    assert hold(predicate, born_to(STRANGER), "member-1") is True
    assert hold(predicate, silent("acts", WITH_SON), "member-1") is None
    assert hold(predicate, silent("acts", WITH_SON, **{declared: True}), "member-1") is True
    child = make_member(relation, SON, WITH_SON["birth_date"])
    assert hold(predicate, silent("acts", child), "member-1") is True


def test_a_marriage_abroad_is_outside_the_registers() -> None:
    assert hold(Predicate.NOT_MARRIED_ABROAD, make_case()) is True
    assert hold(Predicate.NOT_MARRIED_ABROAD, make_case(married_abroad=True)) is False


def test_alimony_is_asked_of_single_and_divorced_parents_and_where_it_is_declared() -> None:
    predicate = Predicate.SINGLE_PARENT_OR_ALIMONY_DECLARED
    wed = {"husband_iin": STRANGER, "wife_iin": HEAD}
    assert hold(predicate, with_acts({}, WITH_SON)) is True
    assert hold(predicate, with_acts({"marriages": [wed | {"divorce_act_number": "1"}]}, WITH_SON)) is True
    assert hold(predicate, with_acts({"marriages": [wed]}, WITH_SON)) is False
    assert hold(predicate, with_acts({"marriages": [wed | {"death_act_number": "1"}]}, WITH_SON)) is False
    assert hold(predicate, with_acts({}, WITH_HUSBAND, WITH_SON)) is False
    assert hold(predicate, with_acts({})) is False
    assert hold(predicate, silent("acts", WITH_SON)) is None
    assert hold(predicate, silent("acts", WITH_SON, alimony={})) is True


def test_employment_is_asked_of_who_wishes_the_measures() -> None:
    assert hold(Predicate.IN_EMPLOYMENT_MEASURES, make_case(employment_measures=True)) is True
    assert hold(Predicate.IN_EMPLOYMENT_MEASURES, make_case()) is False


def test_what_is_asked_always_is_asked() -> None:
    assert hold(Predicate.ALWAYS, make_case()) is True


def test_false_wins_over_undetermined_and_undetermined_over_true() -> None:
    row = make_row(1, (("people", "person"),), applies=["not_married_abroad", "not_citizen"])
    case = silent("people", married_abroad=True)
    assert judge(case, row, case.subject("applicant"), LAW.rules).reason == "not_married_abroad"
    assert judge(case, row, case.subject("applicant"), LAW.rules).applies is False
    case = silent("people")
    verdict = judge(case, row, case.subject("applicant"), LAW.rules)
    assert (verdict.applies, verdict.reason, verdict.missing) == (None, "not_citizen", frozenset({Fact.CITIZENSHIP}))
