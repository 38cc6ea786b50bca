"""What is declared and not borne out is a finding once everybody asked has answered; silence never is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from contracts.application import Declared
from contracts.findings import FindingCode, load_findings
from contracts.request import RequestRow
from contracts.vocabulary.terms import Record
from gateway.core.case import Case
from gateway.core.decide import decide
from gateway.core.findings import RULES, Finding, find_contradictions
from gateway.core.findings.declared import UNTOLD
from tests.gateway.core.builders import (
    HEAD,
    HUSBAND,
    LAW,
    STRANGER,
    T0,
    WITH_HUSBAND,
    WITH_SON,
    carry_out,
    coded,
    make_case,
    make_iin,
    make_member,
    make_row,
    silence,
    tell_rest,
)

GROWN = make_iin(date(2006, 2, 12), "female")
WITH_STUDENT = make_member("child", GROWN, date(2006, 2, 12), name="Аяна")
WITH_WARD = WITH_SON | {"relation": "ward"}
WITH_ADOPTED = WITH_SON | {"relation": "adopted_child"}

MARRIAGES = make_row(
    1, (("acts", "person.marriages[]"),), provides=["marital_status", "undeclared_spouse", "undeclared_children"]
)
KANDAS = make_row(1, (("people", "person.repatriation"),))
WARDS = make_row(1, (("guards", "person.guardianship.guardian_iin"),), "each_child", related="applicant")
ADOPTIONS = make_row(1, (("courts", "person.adoption"),), "each_child")
STUDIES = make_row(
    1, (("labour", "person.studies[]"),), {"rule": "dependants_of_age", "age_from": 18, "age_to": 22},
    provides=["full_time_student"],
)  # fmt: skip
DEBTS = make_row(1, (("debts", "person.enforcements[]"),), related="other_parent")
FARMS = make_row(1, (("farms", "household.animals[]"),), "household")


@dataclass(frozen=True)
class Declaration:
    """One leaf that is declared, the row that asks about it, and what the register tells."""

    leaf: str
    row: RequestRow
    ref: str = "applicant"
    """Whom the row asks about."""
    family: tuple[Any, ...] = ()
    value: Any = True
    record: Record = field(default_factory=dict)


def find(case: Declaration, *, is_silent: bool = False) -> tuple[Finding, ...]:
    return find_contradictions(_tell(case, is_silent=is_silent), LAW)


def _tell(told: Declaration, *, is_silent: bool) -> Case:
    case = make_case(*told.family, rows=(told.row,), **{told.leaf: told.value})
    case = carry_out(case, decide(case, T0, LAW))
    passport = told.row.parts[0].passport
    if is_silent:
        return silence(case, passport, told.ref)
    return tell_rest(case, {(passport, told.ref): told.record} if told.record else {})


def person(**leaves: Any) -> Record:
    return {"person": leaves}


def wed(**leaves: Any) -> Record:
    return person(marriages=[{"husband_iin": HUSBAND, "wife_iin": HEAD} | leaves])


def studies(status: str, form: str) -> Record:
    return person(studies=[{"status": coded(status), "form": coded(form)}])


ALIMONY = {"debtor_iin": STRANGER}
GUARDED = {"guardian_iin": HEAD, "decision_date": date(2020, 1, 2)}
ENDED, CANCELLED = date(2024, 3, 4), date(2023, 5, 6)
COW = {"household": {"animals": [{"code": "01", "name_ru": "Коровы"}]}}

NOT_BORNE_OUT = [
    ("declared_marriage", Declaration("marriage", MARRIAGES), ("no_record",)),
    (
        "declared_marriage",
        Declaration("marriage", MARRIAGES, family=(WITH_HUSBAND,), record=wed(divorce_act_date=ENDED)),
        ("divorced",),
    ),
    (
        "declared_marriage",
        Declaration("marriage", MARRIAGES, family=(WITH_HUSBAND,), record=wed(death_act_date=ENDED)),
        ("widowed",),
    ),
    ("declared_kandas", Declaration("kandas_certificate", KANDAS), ("no_record",)),
    (
        "declared_kandas",
        Declaration(
            "kandas_certificate",
            KANDAS,
            record=person(repatriation={"status": coded("ended")}, citizenship=coded("KAZ")),
        ),
        ("ended", "KAZ"),
    ),
    ("declared_guardianship", Declaration("guardianship", WARDS, "member-1", (WITH_SON,)), ("no_record",)),
    (
        "declared_guardianship",
        Declaration(
            "guardianship",
            WARDS,
            "member-1",
            (WITH_WARD,),
            record=person(guardianship=GUARDED | {"ended_on": ENDED}),
        ),
        ("2024-03-04",),
    ),
    ("declared_adoption", Declaration("adoption", ADOPTIONS, "member-1", (WITH_ADOPTED,)), ("no_record",)),
    (
        "declared_adoption",
        Declaration(
            "adoption",
            ADOPTIONS,
            "member-1",
            (WITH_SON,),
            record=person(adoption={"adopted": False, "cancelled_on": CANCELLED}),
        ),
        ("2023-05-06",),
    ),
    (
        "declared_adoption",
        Declaration("adoption", ADOPTIONS, "member-1", (WITH_SON,), record=person(adoption={"adopted": False})),
        ("false",),
    ),
    (
        "declared_full_time_study",
        Declaration("full_time_study", STUDIES, "member-1", (WITH_STUDENT,)),
        ("no_record",),
    ),
    (
        "declared_full_time_study",
        Declaration("full_time_study", STUDIES, "member-1", (WITH_STUDENT,), record=studies("studying", "distance")),
        ("studying", "distance"),
    ),
    ("declared_alimony", Declaration("alimony", DEBTS, family=(WITH_SON,), value=ALIMONY), ("no_record",)),
    ("declared_private_farm", Declaration("private_farm", FARMS, "household"), ("no_record",)),
    (
        "undeclared_private_farm",
        Declaration("private_farm", FARMS, "household", value=False, record=COW),
        ("Коровы",),
    ),
]

BORNE_OUT = [
    ("declared_marriage", Declaration("marriage", MARRIAGES, family=(WITH_HUSBAND,), record=wed())),
    (
        "declared_kandas",
        Declaration(
            "kandas_certificate",
            KANDAS,
            record=person(repatriation={"status": coded("granted")}),
        ),
    ),
    (
        "declared_guardianship",
        Declaration("guardianship", WARDS, "member-1", (WITH_WARD,), record=person(guardianship=GUARDED)),
    ),
    (
        "declared_adoption",
        Declaration("adoption", ADOPTIONS, "member-1", (WITH_ADOPTED,), record=person(adoption={"adopted": True})),
    ),
    (
        "declared_full_time_study",
        Declaration("full_time_study", STUDIES, "member-1", (WITH_STUDENT,), record=studies("studying", "full_time")),
    ),
    (
        "declared_alimony",
        Declaration("alimony", DEBTS, family=(WITH_SON,), value=ALIMONY, record=person(enforcements=[{"court": "x"}])),
    ),
    ("declared_private_farm", Declaration("private_farm", FARMS, "household", record=COW)),
    ("undeclared_private_farm", Declaration("private_farm", FARMS, "household", value=False)),
]
RULES_HERE = {name for name, _, _ in NOT_BORNE_OUT}


@pytest.mark.parametrize(("rule", "case", "told"), NOT_BORNE_OUT)
def test_a_declaration_that_the_register_does_not_bear_out_is_found(
    rule: str, case: Declaration, told: tuple[str, ...]
) -> None:
    (found,) = find(case)
    assert (found.rule, found.told) == (rule, told)
    assert set(found.sources) == {case.row.parts[0].passport}
    assert load_findings()[found.code].rule == rule


@pytest.mark.parametrize(("rule", "case"), BORNE_OUT)
def test_a_declaration_that_is_borne_out_is_no_finding(rule: str, case: Declaration) -> None:
    assert find(case) == ()


@pytest.mark.parametrize(("rule", "case", "told"), NOT_BORNE_OUT)
def test_the_silence_of_a_register_is_no_finding(rule: str, case: Declaration, told: tuple[str, ...]) -> None:
    assert find(case, is_silent=True) == ()


@pytest.mark.parametrize(("rule", "case", "told"), NOT_BORNE_OUT)
def test_before_anybody_is_asked_nothing_is_found(rule: str, case: Declaration, told: tuple[str, ...]) -> None:
    opened = make_case(*case.family, rows=(case.row,), **{case.leaf: case.value})
    assert find_contradictions(opened, LAW) == ()


@pytest.mark.parametrize(
    "case",
    [
        Declaration("full_time_study", STUDIES, "member-1", (WITH_SON,)),
        Declaration("guardianship", WARDS),
        Declaration("guardianship", WARDS, "member-1", (WITH_WARD | {"iin": None},)),
    ],
)
def test_where_nobody_is_asked_nothing_is_contradicted(case: Declaration) -> None:
    assert find(case) == ()


def test_one_child_s_guardianship_bears_out_what_is_declared_of_no_child_in_particular() -> None:
    other = make_member("child", make_iin(date(2016, 1, 2)), date(2016, 1, 2), name="Арман")
    case = Declaration("guardianship", WARDS, "member-1", (WITH_SON, other), record=person(guardianship=GUARDED))
    assert find(case) == ()


def test_a_guardian_outside_the_family_does_not_bear_out_a_guardianship() -> None:
    record = person(guardianship=GUARDED | {"guardian_iin": STRANGER})
    (found,) = find(Declaration("guardianship", WARDS, "member-1", (WITH_WARD,), record=record))
    assert (found.code, found.subject_ref) == (FindingCode.DECLARED_GUARDIANSHIP, "member-1")
    assert found.told == (STRANGER,)


def test_a_ward_with_a_guardianship_leaves_the_declaration_of_guardianship_alone() -> None:
    family = (WITH_WARD, make_member("child", make_iin(date(2016, 1, 2)), date(2016, 1, 2), name="Арман"))
    assert find(Declaration("guardianship", WARDS, "member-1", family, record=person(guardianship=GUARDED))) == ()


def test_an_unknown_code_of_the_kandas_status_contradicts_nothing() -> None:
    record = person(repatriation={"status": coded(None, "9")})
    found = find(Declaration("kandas_certificate", KANDAS, record=record))
    assert [finding.rule for finding in found] == ["unknown_code"]


def test_an_absence_that_may_have_an_innocent_reason_is_information() -> None:
    rows = load_findings()
    light = (FindingCode.DECLARED_ALIMONY, FindingCode.DECLARED_FARM, FindingCode.UNDECLARED_CO_RESIDENT)
    assert {rows[code].weight for code in light} == {"information"}
    assert all(rows[code].note for code in light)


def test_every_leaf_that_can_be_declared_is_compared_or_says_why_not() -> None:
    compared = {case.leaf for rule, case, _ in NOT_BORNE_OUT if rule.startswith("declared_")}
    assert compared | set(UNTOLD) == set(Declared.model_fields)
    assert not compared & set(UNTOLD)
    assert {name for name, _ in BORNE_OUT} == RULES_HERE <= set(RULES)
