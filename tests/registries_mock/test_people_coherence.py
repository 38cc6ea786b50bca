"""What one registry tells of a family, the others tell too: records, asked for by IIN alone, are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from registries_mock.people import Family
from registries_mock.people.chance import age_on, years_later
from registries_mock.people.ordinary.addressing import Row, number_of
from registries_mock.people.ordinary.plans import COHORTS, PLANS, plan_of
from tests.registries_mock.people_of_tests import TODAY, families, population, records

FAMILIES = 220


def every_family(hold: Callable[[Family], None]) -> Callable[[], None]:
    """One test over many families, which names the one where the promise breaks."""

    def test() -> None:
        for family in families()[-FAMILIES:]:
            try:
                hold(family)
            except AssertionError as broken:
                broken.add_note(f"family {family.key}")
                raise

    test.__name__ = test.__qualname__ = hold.__name__
    return test


def people_of(family: Family) -> dict[str, dict[str, Any]]:
    return {iin: record["person"] for iin, record in records(family).items()}


@every_family
def test_an_act_of_birth_is_one_act_for_child_mother_and_father(family: Family) -> None:
    people = people_of(family)
    seen: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for iin, person in people.items():
        for act in person.get("births", []):
            seen[act["act_number"]].append((iin, act))
    for witnesses in seen.values():
        act = witnesses[0][1]
        assert all(other == act for _, other in witnesses)
        assert {iin for iin, _ in witnesses} == {
            act[f"{who}_iin"] for who in ("child", "mother", "father") if f"{who}_iin" in act
        }
        assert act["child_birth_date"] <= act["act_date"] <= TODAY
        for who in ("child", "mother", "father"):
            if f"{who}_iin" in act:
                named = people[act[f"{who}_iin"]]
                assert (named["surname"], named["name"], named["birth_date"]) == (
                    act[f"{who}_surname"], act[f"{who}_name"], act[f"{who}_birth_date"],
                )  # fmt: skip
                assert who == "child" or age_on(act[f"{who}_birth_date"], act["child_birth_date"]) >= 18
        if "child_iin" in act:
            assert (act["child_life_status"] == "1") == (people[act["child_iin"]]["life_status"] == "dead")
        assert act["by_mother_statement"] == int("father_name" in act and "father_iin" not in act)


@every_family
def test_children_bear_the_fathers_name_and_mothers_are_alive_at_birth(family: Family) -> None:
    people = people_of(family)
    for person in people.values():
        for act in person.get("births", []):
            patronymic, father = act.get("child_patronymic"), act.get("father_name")
            if patronymic and father and patronymic.endswith(("ҰЛЫ", "ҚЫЗЫ")) and not family.adoptions:
                assert patronymic.startswith(father)
            mother = people.get(act.get("mother_iin", ""), {})
            assert mother.get("death_date", TODAY) >= act["child_birth_date"]


@every_family
def test_a_marriage_and_its_end_are_seen_alike_by_both(family: Family) -> None:
    people = people_of(family)
    for iin, person in people.items():
        for act in person.get("marriages", []):
            assert iin in (act["husband_iin"], act["wife_iin"])
            for who, sex in (("husband", "male"), ("wife", "female")):
                spouse = people[act[f"{who}_iin"]]
                assert act in spouse["marriages"]
                assert spouse["sex"] == sex
                assert age_on(spouse["birth_date"], act["act_date"]) >= 18
            ends = [one for one in person.get("divorces", []) if one["marriage_act_number"] == act["act_number"]]
            assert bool(ends) == ("divorce_act_number" in act)
            dead = [people[act[f"{who}_iin"]].get("death_date") for who in ("husband", "wife")]
            assert ("death_act_date" in act) == (any(dead) and not ends)
            for one in ends:
                assert one["act_number"] == act["divorce_act_number"]
                assert one["act_date"] == act["divorce_act_date"] > act["act_date"] == one["marriage_act_date"]
                assert one in people[act["husband_iin"]]["divorces"]
                assert one in people[act["wife_iin"]]["divorces"]


@every_family
def test_the_living_of_a_household_share_one_address(family: Family) -> None:
    people = people_of(family)
    by_code: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for person in people.values():
        address = person.get("address")
        if address is None:
            continue
        by_code[address["ar_code"]].add(
            tuple(address.get(word) for word in ("district", "region", "city", "street", "building", "flat"))
        )
        assert person["addresses"][0].items() <= (address | {"type": "permanent"}).items()
        assert person["birth_date"] <= address["since"] <= TODAY
        assert (address["status"] == "removed") == (person["life_status"] == "dead")
    assert all(len(places) == 1 for places in by_code.values())
    homes = {people[one.iin]["address"]["ar_code"] for one in family.household() if one.iin}
    assert len(homes) <= 1
    minors = [one for one in family.people if one.iin and not one.died and age_on(one.born, TODAY) < 18]
    if family.index is not None and minors:
        assert {people[one.iin]["address"]["ar_code"] for one in minors if one.iin} == homes
        assert any(age_on(one.born, TODAY) >= 18 for one in family.household())
        mothers = {act.mother for act in family.births if act.child in {one.key for one in minors}} - {None}
        alive = [one for one in family.people if one.key in mothers and one.iin and not one.died]
        assert {people[one.iin]["address"]["ar_code"] for one in alive if one.iin} <= homes


@every_family
def test_shares_of_a_dwelling_sum_to_one_and_names_are_the_owners(family: Family) -> None:
    people = people_of(family)
    shares: dict[str, Fraction] = defaultdict(Fraction)
    objects: dict[str, tuple[Any, ...]] = {}
    for person in people.values():
        for estate in person.get("real_estate", []):
            shares[estate["cadastral_number"]] += Fraction(estate["share"])
            said = (estate["kind"], estate["address"], estate["area_total"], estate["purpose"])
            assert objects.setdefault(estate["cadastral_number"], said) == said
            assert estate["rights"][0]["owner"] == f"{person['surname']} {person['name']} {person['patronymic']}"
            assert estate["rights"][0]["registered_on"] <= TODAY
    assert all(share == 1 for share in shares.values())
    plates = [car["plate"] for person in people.values() for car in person.get("vehicles", [])]
    assert len(set(plates)) == len(plates)


@every_family
def test_wages_come_from_the_jobs_of_the_time(family: Family) -> None:
    for person in people_of(family).values():
        jobs = person.get("employments", [])
        for wage in person.get("wages", []):
            fits = [
                job for job in jobs
                if job["employer_bin"] == wage["employer_bin"]
                and job["since"] <= wage["month"] <= job.get("until", TODAY)
            ]  # fmt: skip
            assert fits
            assert fits[0]["employer_name"] == wage["employer_name"]
            assert wage["contribution"] >= Decimal(8500)
            assert wage["contribution"] % 10 == 0
        months = [wage["month"] for wage in person.get("wages", [])]
        assert months == sorted(set(months))
        for job in jobs:
            quarter = [
                day
                for day in (date(2026, 7, 25), date(2026, 8, 25), date(2026, 9, 25))
                if job["since"] <= day <= job.get("until", TODAY)
            ]
            assert set(quarter) <= set(months)
        assert all(earlier.get("until", date.max) <= later["since"] for earlier, later in pairwise(jobs))
        assert all(job["since"] >= years_later(person["birth_date"], 18) for job in jobs)


@every_family
def test_benefits_follow_age_disability_loss_and_study(family: Family) -> None:
    people = people_of(family)
    for iin, person in people.items():
        benefits = person.get("benefits", [])
        kinds = {one["kind"] for one in benefits if "closed_on" not in one}
        alive = person["life_status"] == "alive"
        pension_age = 63 if person["sex"] == "male" else 61
        assert ("0101" in kinds) == (alive and age_on(person["birth_date"], TODAY) >= pension_age)
        groups = {
            {"1": "0301", "2": "0302", "3": "0303", "child": "0304"}[one["group"]]
            for one in person.get("disabilities", [])
            if alive and one.get("until", date.max) > TODAY
        }
        assert groups == {kind for kind in kinds if kind.startswith("03")}
        studying = [
            one for one in person.get("studies", []) if one["status"] == "studying" and one["level"] != "school"
        ]
        assert "0601" not in kinds or any(one["form"] == "full_time" for one in studying)
        acts = [act for act in person.get("births", []) if act.get("child_iin") == iin]
        lost = any(
            people.get(act.get(f"{who}_iin", ""), {}).get("death_date") for act in acts for who in ("mother", "father")
        )
        assert ("0401" in kinds) == (alive and lost and age_on(person["birth_date"], TODAY) < 18)
        assert all(one["amount"] == one["current_amount"] and one["since"] <= TODAY for one in benefits)


@every_family
def test_a_proprietor_has_business_incomes_and_they_sum_to_the_income_of_the_quarter(family: Family) -> None:
    for person in people_of(family).values():
        business = [one for one in person.get("tax_incomes", []) if one["kind"] == "business"]
        owner = person.get("entrepreneur")
        assert owner or not business
        if owner:
            quarter = [one["amount"] for one in business if date(2026, 7, 1) <= one["month"] <= date(2026, 9, 30)]
            assert owner["period_income"] == sum(quarter, Decimal(0))
            assert all(owner["registered_on"] <= one["month"] < owner.get("deregistered_on", TODAY) for one in business)


@every_family
def test_death_ends_everything(family: Family) -> None:
    for record in records(family).values():
        person = record["person"]
        died = person.get("death_date")
        if died is None:
            continue
        assert person["birth_date"] <= died <= TODAY
        assert "account" not in record
        assert "household" not in record
        assert not person.keys() & {"real_estate", "vehicles", "social_aid"}
        assert all(one["status"] in ("invalid", "replaced") for one in person["documents"])
        assert all(one.get("until", date.max) <= died for one in person.get("employments", []))
        assert all(one["month"] <= died for one in person.get("wages", []))
        assert all(one["closed_on"] <= died for one in person.get("benefits", []))
        assert all(one["status"] != "studying" for one in person.get("studies", []))
        assert person.get("detention", {}).get("status") != "detained"
        assert person.get("entrepreneur", {"deregistered_on": died})["deregistered_on"] <= died


def test_detention_ends_jobs_and_study() -> None:
    """Looked for among many families, since it is rare."""
    worked = studied = 0
    for family in population().sample(2500, seed=3):
        for one in family.people:
            if one.detention is None or one.iin is None:
                continue
            person = population().record(one.iin)["person"]
            held = person["detention"]
            until = held.get("until", date.max)
            assert not [wage for wage in person.get("wages", []) if held["since"] < wage["month"] < until]
            assert not [
                job for job in person.get("employments", []) if job["since"] < held["since"] < job.get("until", TODAY)
            ]
            assert not [
                study for study in person.get("studies", [])
                if study["status"] == "graduated" and held["since"] < study["diploma_date"] < until
            ]  # fmt: skip
            worked += any(job.get("until") == held["since"] for job in person.get("employments", []))
            studied += any(study["moved_on"] == held["since"] for study in person.get("studies", []))
    assert worked
    assert studied


@every_family
def test_farm_guardianship_adoption_and_alimony_are_told_alike_to_all(family: Family) -> None:
    told = records(family)
    farms = {repr(record["household"]) for record in told.values() if "household" in record}
    assert len(farms) <= 1
    for iin, record in told.items():
        if "household" in record:
            assert iin in {member["iin"] for member in record["household"]["members"]}
        for word in ("guardianship", "adoption"):
            said = record["person"].get(word)
            if said:
                named = {
                    said["child_iin"],
                    said.get("guardian_iin", ""),
                    *(one["iin"] for one in said.get("parents", ())),
                }
                assert all(told[other]["person"][word] == said for other in named - {""})
        for writ in record["person"].get("enforcements", []):
            assert sum(writ in other["person"].get("enforcements", []) for other in told.values()) == 2


@every_family
def test_the_account_is_found_by_its_iban_and_nobody_elses(family: Family) -> None:
    for iin, record in records(family).items():
        if "account" in record:
            answer = population().account(record["account"]["iban"])
            assert answer == {"account": record["account"], "person": {"iin": iin}}
            assert age_on(record["person"]["birth_date"], TODAY) >= 18


def test_heirs_own_since_they_are_of_age_and_the_parents_have_died() -> None:
    """Looked for among families where the father has left, since most others have a parent at home."""
    heirs = 0
    for row in (row for row, plan in enumerate(PLANS) if plan.divorces):
        for day in range(COHORTS[1].since, COHORTS[3].since, 97):
            index = number_of(Row(day, "male", row))
            family = population().family(index) if plan_of(day, row) else None
            if family is None or not family.applicant.startswith("child"):
                continue
            days = [years_later(family.person(family.applicant).born, 18)]
            days += [one.died for one in family.people if one.key in ("head", "spouse") and one.died]
            owned = [estate.since for estate in family.estates] + [car.since for car in family.cars]
            assert all(since >= day for since in owned for day in days), family.key
            heirs += bool(owned)
    assert heirs
