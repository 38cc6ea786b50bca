"""Benefits, disability, business and aid: what the state pays follows from what other registries know."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tests.coherence.family import TODAY, Family, age, is_minor
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import ADULT, Rule, acts_of, is_dead, of_each, years_after

_PENSION, _LOSS, _CARE, _MANY_CHILDREN, _STIPEND = "0101", "0401", "0501", "0502", "0601"
_DISABILITY = {"1": "0301", "2": "0302", "3": "0303", "child": "0304"}
_PENSION_AGE = {"male": 63, "female": 61}
_CARED_FOR = 18
"""Months of a child for which its mother is paid for care."""
_MANY = 4
_QUARTER = ("2026-07", "2026-09")
"""The quarter before the one of TODAY."""


def _paid(person: Told) -> set[str]:
    """Kinds of benefit that run."""
    return {one["kind"] for one in person.get("benefits", []) if "closed_on" not in one}


@of_each
def a_pension_is_paid_from_its_age(family: Family, iin: str, person: Told) -> Iterator[str]:
    old = age(person["birth_date"], TODAY) >= _PENSION_AGE[person["sex"]]
    if (_PENSION in _paid(person)) != (old and not is_dead(person)):
        yield f"{iin}, {person['sex']}, born on {person['birth_date']}, is paid {sorted(_paid(person))}"


@of_each
def a_disability_is_paid_for_while_it_lasts(family: Family, iin: str, person: Told) -> Iterator[str]:
    lasting = {
        _DISABILITY[one["group"]] for one in person.get("disabilities", []) if one.get("until", "9") > TODAY
    }  # fmt: skip
    paid = _paid(person) & set(_DISABILITY.values())
    if paid != (set() if is_dead(person) else lasting):
        yield f"{iin} is paid {sorted(paid)} for {sorted(lasting)}"


@of_each
def the_group_of_a_disability_fits_the_age(family: Family, iin: str, person: Told) -> Iterator[str]:
    grown = years_after(person["birth_date"], ADULT)
    for one in person.get("disabilities", []):
        fits = one.get("until", "9") <= grown if one["group"] == "child" else one["since"] >= grown
        if not fits or not person["birth_date"] <= one["since"] <= person.get("death_date", TODAY):
            yield f"{iin}: group {one['group']} from {one['since']} to {one.get('until')}"
        if one["expert_opinion_on"] != one["since"]:
            yield f"{iin}: group {one['group']} since {one['since']}, the opinion is of {one['expert_opinion_on']}"


def a_loss_is_paid_to_children_of_who_died(family: Family) -> Iterator[str]:
    bereaved = set()
    for _, act, _ in acts_of(family, "births"):
        deaths = [family.person(act.get(f"{who}_iin", "")).get("death_date") for who in ("mother", "father")]
        if any(deaths) and "child_iin" in act and is_minor(act["child_iin"]):
            bereaved.add(act["child_iin"])
    for iin, person in family.persons():
        if (_LOSS in _paid(person)) != (iin in bereaved and not is_dead(person)):
            yield f"{iin} is paid {sorted(_paid(person))}"


def care_is_paid_to_mothers_of_infants(family: Family) -> Iterator[str]:
    for iin, person in family.persons():
        infants = [child for child in _children(family, iin) if _months(child["birth_date"]) <= _CARED_FOR]
        if is_dead(person) or not infants:
            due = False
        elif all(_months(child["birth_date"]) >= _CARED_FOR - 1 for child in infants):
            continue  # it ends with the month in which the child is so old
        else:
            due = True
        if (_CARE in _paid(person)) != due:
            yield f"{iin} has {len(infants)} infants and is paid {sorted(_paid(person))}"


def many_children_are_paid_for(family: Family) -> Iterator[str]:
    for iin, person in family.persons():
        minors = [child for child in _children(family, iin) if is_minor(child["iin"])]
        due = len(minors) >= _MANY and not is_dead(person)
        if (_MANY_CHILDREN in _paid(person)) != due:
            yield f"{iin} has {len(minors)} children and is paid {sorted(_paid(person))}"


@of_each
def a_stipend_is_of_a_full_time_student(family: Family, iin: str, person: Told) -> Iterator[str]:
    learns = [
        one for one in person.get("studies", [])
        if one["status"] == "studying" and one["form"] == "full_time" and one["level"] != "school"
    ]  # fmt: skip
    if _STIPEND in _paid(person) and not learns:
        yield f"{iin} is paid a stipend and does not study"


@of_each
def benefits_end_with_life(family: Family, iin: str, person: Told) -> Iterator[str]:
    for one in person.get("benefits", []):
        if not person["birth_date"] <= one["since"] <= min(TODAY, person.get("death_date", TODAY)):
            yield f"{iin}: {one['kind_name']} since {one['since']}"
        if ("closed_on" in one) != (one["status"] == "Прекращена"):
            yield f"{iin}: {one['kind_name']} is {one['status']}, closed on {one.get('closed_on')}"
        if is_dead(person) and one.get("closed_on", "9") > person["death_date"]:
            yield f"{iin}: {one['kind_name']} is paid after death"


@of_each
def a_business_has_an_owner_and_his_income_is_the_sum(family: Family, iin: str, person: Told) -> Iterator[str]:
    incomes = [one for one in person.get("tax_incomes", []) if one["kind"] == "business"]
    owner = person.get("entrepreneur")
    if owner is None:
        if incomes:
            yield f"{iin} has business incomes and no business"
        return
    name = " ".join(person[word] for word in ("surname", "name", "patronymic") if word in person)
    if name not in owner["name"]:
        yield f"the business of {iin} is called {owner['name']}"
    for one in incomes:
        if not owner["registered_on"] <= one["month"] < owner.get("deregistered_on", TODAY):
            yield f"the business of {iin} has an income of {one['month']}"
    quarter = [Decimal(one["amount"]) for one in incomes if _QUARTER[0] <= one["month"][:7] <= _QUARTER[1]]
    if Decimal(owner["period_income"]) != sum(quarter, Decimal()):
        yield f"the quarter of {iin} is {owner['period_income']}, its months make {sum(quarter, Decimal())}"
    if owner.get("deregistered_on", "") > person.get("death_date", "9"):
        yield f"the business of {iin} outlives its owner"


def aid_is_told_alike_to_all_who_live_together(family: Family) -> Iterator[str]:
    told = {
        iin: (person.get("social_aid"), person.get("address", {}).get("ar_code"))
        for iin, person in family.persons() if not is_dead(person)
    }  # fmt: skip
    for iin, (aid, home) in told.items():
        yield from (f"{iin} and {one} are told other aid" for one, (other, at) in told.items()
                    if at == home and other != aid)  # fmt: skip
        if aid and (aid["receiving"] == "true") != (aid["until"] >= TODAY):
            yield f"{iin} receives aid: {aid['receiving']}, to {aid['until']}"


def _children(family: Family, mother: str) -> list[Told]:
    """Living ones with a number."""
    children = (
        family.person(act.get("child_iin", ""))
        for act in family.person(mother).get("births", [])
        if act.get("mother_iin") == mother
    )
    return [child for child in children if child and not is_dead(child)]


def _months(born: str) -> int:
    """From the month of birth to that of TODAY."""
    return (int(TODAY[:4]) - int(born[:4])) * 12 + int(TODAY[5:7]) - int(born[5:7])


RULES: tuple[Rule, ...] = (
    a_pension_is_paid_from_its_age,
    a_disability_is_paid_for_while_it_lasts,
    the_group_of_a_disability_fits_the_age,
    a_loss_is_paid_to_children_of_who_died,
    care_is_paid_to_mothers_of_infants,
    many_children_are_paid_for,
    a_stipend_is_of_a_full_time_student,
    benefits_end_with_life,
    a_business_has_an_owner_and_his_income_is_the_sum,
    aid_is_told_alike_to_all_who_live_together,
)
