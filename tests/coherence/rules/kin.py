"""Births: one act for all whom it names, parents of an age and alive, names that go from parents to children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.coherence.family import TODAY, Family, age, named_in
from tests.coherence.rules.shape import ADULT, Rule, acts_of, is_dead, moved

_ROLES = ("child", "mother", "father")
_CARRIED = 300
"""Days between two births of one mother, and between a father's death and the birth, at least and at most."""


def everybody_who_is_named_is_known_to_the_base_register(family: Family) -> Iterator[str]:
    for iin, record in family.people.items():
        for other, _ in named_in(record, iin):
            if "birth_date" not in family.person(other):
                yield f"{other} is named in what is told of {iin}, and known nowhere"


def an_act_of_birth_is_one_act_for_all_whom_it_names(family: Family) -> Iterator[str]:
    for number, act, tellers in acts_of(family, "births"):
        named = {act[f"{who}_iin"] for who in _ROLES if f"{who}_iin" in act}
        if named != set(tellers):
            yield f"birth {number} names {sorted(named)}, told of {sorted(tellers)}"


def acts_of_birth_name_people_as_the_base_register_does(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "births"):
        for who in _ROLES:
            person = family.person(act.get(f"{who}_iin", ""))
            for leaf in ("surname", "name", "patronymic", "birth_date") if person else ():
                if act.get(f"{who}_{leaf}") != person.get(leaf):
                    yield f"birth {number}: {who}_{leaf} {act.get(f'{who}_{leaf}')}, told {person.get(leaf)}"


def an_act_of_birth_is_written_after_the_birth(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "births"):
        if not act["child_birth_date"] <= act["act_date"] <= TODAY:
            yield f"birth {number} is of {act['act_date']}"


def an_act_of_birth_knows_whether_the_child_lives(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "births"):
        child = family.person(act.get("child_iin", ""))
        if child and (act["child_life_status"] == "1") != is_dead(child):
            yield f"birth {number}: life status {act['child_life_status']}, the child is {child['life_status']}"


def a_father_by_statement_has_no_number(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "births"):
        if (act["by_mother_statement"] == "1") != ("father_name" in act and "father_iin" not in act):
            yield f"birth {number}: mother's statement {act['by_mother_statement']}"


def parents_are_adults_and_alive_when_a_child_is_born(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "births"):
        for who, grace in (("mother", 0), ("father", _CARRIED)):
            parent = family.person(act.get(f"{who}_iin", ""))
            if parent and age(parent["birth_date"], act["child_birth_date"]) < ADULT:
                yield f"birth {number}: the {who} is under {ADULT}"
            if "death_date" in parent and moved(parent["death_date"], grace) < act["child_birth_date"]:
                yield f"birth {number}: the {who} has died before"


def a_mother_has_her_children_one_after_the_other(family: Family) -> Iterator[str]:
    born = defaultdict(list)
    for _, act, _ in acts_of(family, "births"):
        born[act.get("mother_iin", "")].append(act["child_birth_date"])
    for mother, days in born.items():
        for one, other in pairwise(sorted(days)) if mother else ():
            if one < other < moved(one, _CARRIED):
                yield f"{mother} has children on {one} and {other}"


def the_patronymic_comes_from_the_father(family: Family) -> Iterator[str]:
    """Kazakh ones hold his whole name; of Russian ones the first letter tells (ПЁТР: ПЕТРОВНА).

    Adoption changes names."""
    for number, act, _ in acts_of(family, "births"):
        name, patronymic = act.get("father_name", ""), act.get("child_patronymic", "")
        whole = patronymic.endswith(("ҰЛЫ", "ҚЫЗЫ"))
        adopted = "adoption" in family.person(act.get("child_iin", ""))
        if name and patronymic and not adopted and not patronymic.startswith(name if whole else name[0]):
            yield f"birth {number}: {patronymic} is a child of {name}"


def the_surname_comes_from_the_parents(family: Family) -> Iterator[str]:
    """Of who has neither married nor been adopted: acts show the surname of today."""
    for number, act, _ in acts_of(family, "births"):
        of_parents = {_stem(act[f"{who}_surname"]) for who in ("mother", "father") if f"{who}_surname" in act}
        renamed = {"marriages", "adoption"} & family.person(act.get("child_iin", "")).keys()
        if of_parents and not renamed and _stem(act["child_surname"]) not in of_parents:
            yield f"birth {number}: {act['child_surname']} is a child of {sorted(of_parents)}"


def mother_and_father_of_a_child_are_married_before_its_birth(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "births"):
        mother, father = act.get("mother_iin"), act.get("father_iin")
        if mother and father and not any(
            wedding["husband_iin"] == father and wedding["act_date"] < act["child_birth_date"]
            < wedding.get("divorce_act_date", "9") for wedding in family.person(mother).get("marriages", [])
        ):  # fmt: skip
            yield f"birth {number}: {mother} and {father} are not married on that day"


def _stem(surname: str) -> str:
    """A surname without the ending of its sex."""
    for ending in ("СКИЙ", "СКАЯ"):
        surname = surname.removesuffix(ending) + "СК" if surname.endswith(ending) else surname
    for ending in ("ОЙ", "АЯ"):
        if surname.endswith(ending):
            return surname.removesuffix(ending)
    return surname.removesuffix("А") if surname.endswith(("ОВА", "ЕВА", "ЁВА", "ИНА", "ЫНА")) else surname


RULES: tuple[Rule, ...] = (
    everybody_who_is_named_is_known_to_the_base_register,
    an_act_of_birth_is_one_act_for_all_whom_it_names,
    acts_of_birth_name_people_as_the_base_register_does,
    an_act_of_birth_is_written_after_the_birth,
    an_act_of_birth_knows_whether_the_child_lives,
    a_father_by_statement_has_no_number,
    parents_are_adults_and_alive_when_a_child_is_born,
    a_mother_has_her_children_one_after_the_other,
    the_patronymic_comes_from_the_father,
    the_surname_comes_from_the_parents,
    mother_and_father_of_a_child_are_married_before_its_birth,
)
