"""Findings: what application and registries tell differently; a specialist reads them, nobody is refused by them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.findings import FindingCode, load_findings
from contracts.vocabulary.terms import Record
from gateway.core.case import Case
from gateway.core.decide import decide
from gateway.core.findings import RULES, Finding, find_contradictions
from tests.gateway.core.builders import (
    CITIZEN,
    HEAD,
    HUSBAND,
    LAW,
    OPEN_ACCOUNT,
    OTHER_CHILD,
    SON,
    STRANGER,
    T0,
    WITH_HUSBAND,
    WITH_SON,
    birth,
    carry_out,
    coded,
    make_case,
    silence,
    tell,
    tell_rest,
)
from tests.gateway.core.test_findings_declared import RULES_HERE

SPOUSE, CHILD = "member-1", "member-2"


def find(*told: tuple[str, str, Record]) -> tuple[Finding, ...]:
    """The findings of a family of three once these sources have told these records."""
    case = make_case(WITH_HUSBAND, WITH_SON)
    case = carry_out(case, decide(case, T0, LAW))
    for passport, ref, record in told:
        case = tell(case, passport, ref, record)
    return find_contradictions(tell_rest(case), LAW)


def person(**leaves: Any) -> Record:
    return {"person": leaves}


WED_OTHER = {"marriages": [{"husband_iin": STRANGER, "wife_iin": HEAD}]}
FLAT, HOUSE = {"kind": coded("flat"), "cadastral_number": "1"}, {"kind": coded("house"), "cadastral_number": "2"}
AT_HOME = {"iin": HUSBAND, "surname": "ОНДАСЫНОВ", "name": "БОЛАТБЕК", "birth_date": date(1988, 7, 1)}
BROTHER = {"iin": STRANGER, "surname": "ОНДАСЫНОВ", "name": "МАРАТ", "birth_date": date(1985, 1, 1)}
NEWBORN_AT_HOME = {"surname": "ОНДАСЫНОВ", "name": "ЕРЕН", "birth_date": date(2015, 5, 6)}
BROTHER_TOLD = f"ОНДАСЫНОВ МАРАТ {STRANGER}"
WITH_BROTHER = {"household": {"members": [AT_HOME, BROTHER]}}
CAR, SOLD = {"plate": "A"}, {"plate": "B", "deregistered_on": date(2020, 1, 1)}


SEEN: list[tuple[str, str, Record, FindingCode, tuple[str, ...]]] = [
    ("people", SPOUSE, person(surname="ИВАНОВ"), FindingCode.NAME_DIFFERS, ("ИВАНОВ",)),
    ("people", SPOUSE, person(name="Ерен"), FindingCode.NAME_DIFFERS, ("Ерен",)),
    ("people", CHILD, person(birth_date=date(2015, 5, 7)), FindingCode.BIRTH_DATE_DIFFERS, ("2015-05-07",)),
    ("people", "applicant", person(citizenship=coded("UZB")), FindingCode.CITIZENSHIP_DIFFERS, ("UZB",)),
    ("medical", CHILD, person(iin=OTHER_CHILD), FindingCode.IIN_DIFFERS, (OTHER_CHILD,)),
    ("acts", "applicant", person(births=[birth(OTHER_CHILD)]), FindingCode.UNDECLARED_CHILD, (OTHER_CHILD,)),
    ("acts", "applicant", person(**WED_OTHER), FindingCode.UNDECLARED_SPOUSE, (STRANGER,)),
    ("aid", SPOUSE, person(social_aid={"receiving": True}), FindingCode.PRIOR_AID, ("true",)),
    ("people", SPOUSE, person(detention={"status": coded("detained")}), FindingCode.MEMBER_DETAINED, ("detained",)),
    ("people", CHILD, person(death_date=date(2026, 1, 1)), FindingCode.MEMBER_DEAD, ("2026-01-01",)),
    ("acts", CHILD, person(births=[birth(SON, child_life_status="1")]), FindingCode.MEMBER_DEAD, ("dead",)),
    ("farms", "household", person(real_estate=[FLAT, HOUSE]), FindingCode.SEVERAL_DWELLINGS, ("1", "2")),
    ("aid", SPOUSE, person(vehicles=[CAR, CAR | {"plate": "C"}]), FindingCode.SEVERAL_VEHICLES, ("A", "C")),
    ("farms", "household", WITH_BROTHER, FindingCode.UNDECLARED_CO_RESIDENT, (BROTHER_TOLD,)),
    ("bank", "applicant", {"account": {"exists": False}}, FindingCode.ACCOUNT_NOT_OWN, ("false",)),
    ("bank", "applicant", {"account": {"belongs_to_holder": False}}, FindingCode.ACCOUNT_NOT_OWN, ("false",)),
    ("bank", "applicant", {"account": {"status": coded("closed")}}, FindingCode.ACCOUNT_NOT_OPEN, ("closed",)),
    ("medical", CHILD, person(sex=coded(None, "99")), FindingCode.UNKNOWN_CODE, ("99 слово",)),
]  # fmt: skip
AGREED: list[tuple[str, str, Record]] = [
    ("people", "applicant", CITIZEN),
    ("people", SPOUSE, person(iin=HUSBAND, surname="ОНДАСЫНОВ ", name="болатбек", birth_date=date(1988, 7, 1))),
    ("people", SPOUSE, person(patronymic="Ерланұлы", life_status=coded("alive"))),
    ("acts", "applicant", person(births=[birth(SON)], marriages=[{"husband_iin": HUSBAND, "wife_iin": HEAD}])),
    ("aid", SPOUSE, person(social_aid={"receiving": False})),
    ("people", SPOUSE, person(detention={"status": coded("released")})),
    ("farms", "household", person(real_estate=[FLAT, FLAT, HOUSE | {"kind": coded("garage")}])),
    ("aid", SPOUSE, person(vehicles=[CAR, SOLD])),
    ("bank", "applicant", OPEN_ACCOUNT),
    ("farms", "household", {"household": {"members": [AT_HOME, NEWBORN_AT_HOME | {"iin": SON}, {}]}}),
]


@pytest.mark.parametrize(("passport", "ref", "record", "code", "told"), SEEN)
def test_a_difference_is_found_once_with_its_source(
    passport: str, ref: str, record: Record, code: FindingCode, told: tuple[str, ...]
) -> None:
    found = find((passport, ref, record))
    assert [finding.code for finding in found] == [code]
    assert found[0].told == told
    assert set(found[0].sources) == {passport}
    assert found[0].rule == load_findings()[code].rule


@pytest.mark.parametrize(("passport", "ref", "record"), AGREED)
def test_what_agrees_is_no_finding(passport: str, ref: str, record: Record) -> None:
    assert find((passport, ref, record)) == ()


def test_registries_that_tell_one_thing_differently_are_shown_side_by_side() -> None:
    found = find(
        ("people", SPOUSE, person(sex=coded("male"), surname="Ондасынов")),
        ("medical", SPOUSE, person(sex=coded("female"), surname="ОНДАСЫНОВ")),
    )
    assert [(f.code, f.path, f.told, f.sources) for f in found] == [
        (FindingCode.REGISTRIES_DISAGREE, "person.sex", ("female", "male"), ("medical", "people"))
    ]


def test_an_act_of_birth_with_another_date_contradicts_the_register_of_persons() -> None:
    found = find(
        ("people", CHILD, person(birth_date=date(2015, 5, 6))),
        ("acts", CHILD, person(births=[birth(SON, child_birth_date=date(2015, 5, 7))])),
    )
    assert [(f.code, f.told, f.sources) for f in found] == [
        (FindingCode.BIRTH_DATE_DIFFERS, ("2015-05-07",), ("acts",)),
        (FindingCode.REGISTRIES_DISAGREE, ("2015-05-07", "2015-05-06"), ("acts", "people")),
    ]


def test_one_flat_of_two_spouses_is_one_flat() -> None:
    assert find(("aid", SPOUSE, person(real_estate=[FLAT])), ("aid", "applicant", person(real_estate=[FLAT]))) == ()


@pytest.mark.parametrize("path", ["person.nationality", "person.birth_country", "person.dispensary.narcology"])
def test_any_single_term_that_two_registries_tell_differently_is_found_without_code_of_its_own(path: str) -> None:
    def write(text: str) -> Record:
        record: Any = text
        for name in reversed(path.split(".")):
            record = {name: record}
        return dict(record)

    found = find(("people", SPOUSE, write("a")), ("medical", SPOUSE, write("b")), ("aid", SPOUSE, write("A")))
    assert [(f.rule, f.path, set(f.told)) for f in found] == [("registries_disagree", path, {"b", "a"})]


def test_lists_of_two_registries_are_added_up_and_never_compared() -> None:
    one, other = {"group": coded("1")}, {"group": coded("2")}
    assert find(("medical", SPOUSE, person(disabilities=[one])), ("aid", SPOUSE, person(disabilities=[other]))) == ()


def test_an_act_of_death_contradicts_a_register_that_tells_the_child_alive() -> None:
    found = find(
        ("people", CHILD, person(life_status=coded("alive"))),
        ("acts", CHILD, person(births=[birth(SON, child_life_status="1")])),
    )
    assert [(f.rule, f.told, f.sources) for f in found] == [
        ("registries_disagree", ("dead", "alive"), ("acts", "people")),
        ("member_dead", ("dead",), ("acts",)),
    ]


def test_a_date_of_death_contradicts_another_register_that_tells_the_person_alive() -> None:
    found = find(
        ("people", CHILD, person(life_status=coded("alive"))), ("medical", CHILD, person(death_date=date(2026, 1, 1)))
    )
    assert ("registries_disagree", ("dead", "alive"), ("medical", "people")) in [
        (f.rule, f.told, f.sources) for f in found
    ]


def test_another_iin_is_one_finding_however_many_registers_answer() -> None:
    found = find(("medical", CHILD, person(iin=OTHER_CHILD)), ("people", CHILD, person(iin=SON)))
    assert [f.rule for f in found] == ["answered_about_another"]


def test_a_letter_that_registers_write_in_two_ways_is_no_difference() -> None:
    assert (
        find(("people", SPOUSE, person(birth_country="Орел")), ("medical", SPOUSE, person(birth_country="ОРЁЛ"))) == ()
    )


def test_a_household_member_without_iin_is_known_by_the_birth_date() -> None:
    told = {"household": {"members": [NEWBORN_AT_HOME, NEWBORN_AT_HOME | {"birth_date": date(2015, 5, 7)}]}}
    assert [(f.rule, f.told) for f in find(("farms", "household", told))] == [
        ("undeclared_co_resident", ("ОНДАСЫНОВ ЕРЕН",))
    ]


def test_things_without_a_number_are_counted_and_show_no_id_of_an_exchange() -> None:
    (found,) = find(("aid", SPOUSE, person(vehicles=[{"make": "A"}, {"make": "B"}])))
    assert found.told == ("№ 1", "№ 2")


def test_members_registered_elsewhere_are_found_and_those_at_home_are_not() -> None:
    found = find(
        ("people", "applicant", person(address={"ar_code": "1"})),
        ("people", SPOUSE, person(address={"ar_code": "1"})),
        ("people", CHILD, person(address={"ar_code": "2"})),
    )
    assert [(f.code, f.subject_ref, f.told) for f in found] == [(FindingCode.ADDRESS_DIFFERS, CHILD, ("1", "2"))]


def test_an_undetermined_fact_is_no_finding() -> None:
    case = make_case(WITH_SON)
    case = carry_out(case, decide(case, T0, LAW))
    record = person(births=[birth(OTHER_CHILD)])
    case = silence(tell(case, "acts", "applicant", record), "acts", "member-1")
    assert find_contradictions(case, LAW) == ()


def test_a_consent_s_own_exchange_is_not_evidence() -> None:
    case: Case = tell_rest(carry_out(make_case(), decide(make_case(), T0, LAW)))
    assert find_contradictions(case, LAW) == ()


def test_findings_show_no_personal_data_in_their_repr() -> None:
    (found,) = find(("acts", "applicant", person(births=[birth(OTHER_CHILD)])))
    assert OTHER_CHILD not in repr(found)


def test_every_rule_has_a_row_and_a_case_that_it_sees_and_one_that_it_does_not() -> None:
    assert {row.rule for row in load_findings().values()} == set(RULES)
    elsewhere = {"registries_disagree", "registered_elsewhere"}  # tests of their own, above: they need two sources
    seen = {load_findings()[code].rule for _, _, _, code, _ in SEEN}
    assert seen | elsewhere | RULES_HERE == set(RULES)
    unseen = {finding.rule for case in AGREED for finding in find(case)}
    assert unseen == set()


def test_every_code_has_titles_in_each_language_and_prior_aid_refuses_nobody() -> None:
    rows = load_findings()
    assert set(rows) == set(FindingCode)
    assert all(row.title.ru and row.title.kk and row.title.en for row in rows.values())
    assert rows[FindingCode.PRIOR_AID].weight == "information"
