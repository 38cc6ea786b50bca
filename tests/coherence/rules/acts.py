"""Marriages and their ends: one act for both spouses, and days in the order of a life."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.coherence.family import TODAY, Family, age
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import ADULT, Rule, acts_of, of_each

_SPOUSES = (("husband", "male"), ("wife", "female"))


def _told_alike(family: Family, word: str) -> Iterator[str]:
    for number, act, tellers in acts_of(family, word):
        if {act.get("husband_iin"), act.get("wife_iin")} != set(tellers):
            yield f"{word} {number} is told of {sorted(tellers)}"


def a_marriage_is_one_act_for_both_spouses(family: Family) -> Iterator[str]:
    yield from _told_alike(family, "marriages")


def a_divorce_is_one_act_for_both_spouses(family: Family) -> Iterator[str]:
    yield from _told_alike(family, "divorces")


def acts_of_marriage_name_people_as_the_base_register_does(family: Family) -> Iterator[str]:
    for word in ("marriages", "divorces"):
        for number, act, _ in acts_of(family, word):
            for who, _sex in _SPOUSES:
                person = family.person(act.get(f"{who}_iin", ""))
                for leaf in ("surname", "name", "birth_date"):
                    if f"{who}_{leaf}" in act and act[f"{who}_{leaf}"] != person.get(leaf):
                        yield f"{word} {number}: {who}_{leaf} {act[f'{who}_{leaf}']}, told {person.get(leaf)}"


def spouses_are_a_man_and_a_woman_of_age_and_alive(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "marriages"):
        for who, sex in _SPOUSES:
            person = family.person(act.get(f"{who}_iin", ""))
            if person.get("sex") != sex:
                yield f"marriage {number}: the {who} is {person.get('sex')}"
            if person and age(person["birth_date"], act["act_date"]) < ADULT:
                yield f"marriage {number}: the {who} is under {ADULT}"
            if person.get("death_date", TODAY) < max(act["act_date"], act.get("divorce_act_date", "")):
                yield f"marriage {number}: the {who} has died before"


@of_each
def a_divorce_is_of_the_marriage_that_it_names(family: Family, iin: str, person: Told) -> Iterator[str]:
    ended = {
        (one["act_number"], one["act_date"], one["divorce_act_number"], one["divorce_act_date"])
        for one in person.get("marriages", [])
        if "divorce_act_number" in one
    }
    told = {
        (one["marriage_act_number"], one["marriage_act_date"], one["act_number"], one["act_date"])
        for one in person.get("divorces", [])
    }
    yield from (f"{iin} has divorce and marriage apart: {' '.join(one)}" for one in ended ^ told)


@of_each
def a_marriage_begins_before_it_ends(family: Family, iin: str, person: Told) -> Iterator[str]:
    for act in person.get("marriages", []):
        ends = [act[word] for word in ("divorce_act_date", "divorce_court_date", "death_act_date") if word in act]
        if not all(act["act_date"] < end <= TODAY for end in ends) or act["act_date"] > TODAY:
            yield f"marriage {act['act_number']} of {iin}: {act['act_date']} to {ends}"


def death_ends_a_marriage_that_no_divorce_has_ended(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "marriages"):
        deaths = [family.person(act.get(f"{who}_iin", "")).get("death_date") for who, _ in _SPOUSES]
        first = min(filter(None, deaths), default=None)
        expected = None if "divorce_act_number" in act else first
        if act.get("death_act_date") != expected:
            yield f"marriage {number} ends by death on {act.get('death_act_date')}, the first death is of {first}"


@of_each
def nobody_has_two_marriages_at_once(family: Family, iin: str, person: Told) -> Iterator[str]:
    lives = [
        (act["act_date"], min(act.get("divorce_act_date", "9"), act.get("death_act_date", "9")))
        for act in person.get("marriages", [])
    ]
    for one, other in combinations(sorted(lives), 2):
        if other[0] < one[1]:
            yield f"{iin} is married from {one[0]} and from {other[0]}"


def the_number_of_an_act_holds_its_region_and_year(family: Family) -> Iterator[str]:
    days = {"births": "child_birth_date", "marriages": "act_date", "divorces": "act_date"}
    for word, day in days.items():
        for number, act, _ in acts_of(family, word):
            region, year, _six = number.split("-")
            if not act["office_code"].startswith(region) or act[day][2:4] != year:
                yield f"{word} {number}: office {act['office_code']}, {act[day]}"


RULES: tuple[Rule, ...] = (
    a_marriage_is_one_act_for_both_spouses,
    a_divorce_is_one_act_for_both_spouses,
    acts_of_marriage_name_people_as_the_base_register_does,
    spouses_are_a_man_and_a_woman_of_age_and_alive,
    a_divorce_is_of_the_marriage_that_it_names,
    a_marriage_begins_before_it_ends,
    death_ends_a_marriage_that_no_divorce_has_ended,
    nobody_has_two_marriages_at_once,
    the_number_of_an_act_holds_its_region_and_year,
)
