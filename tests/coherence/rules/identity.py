"""Who somebody is: the number, the names and the days of a person, in every part that tells them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.coherence.family import TODAY, Family, born_by
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import Rule, is_dead, of_each


def two_parts_tell_one_thing_alike(family: Family) -> Iterator[str]:
    yield from family.differing


@of_each
def every_part_names_the_one_who_was_asked_about(family: Family, iin: str, person: Told) -> Iterator[str]:
    if person.get("iin") != iin:
        yield f"the base register answers with {person.get('iin')} for {iin}"
    named = {"declarant": person.get("declarant_iin", iin), "dispensary": person.get("dispensary", {}).get("iin", iin)}
    for word in ("studies", "benefits"):
        named |= {f"{word}[{n}]": one.get("iin", iin) for n, one in enumerate(person.get(word, []))}
    yield from (f"{word} of {iin} bears {other}" for word, other in named.items() if other != iin)


@of_each
def the_number_holds_birth_date_and_sex(family: Family, iin: str, person: Told) -> Iterator[str]:
    if person.get("birth_date") != born_by(iin):
        yield f"{iin} is born on {person.get('birth_date')}"
    if (person.get("sex") == "male") != bool(int(iin[6]) % 2):
        yield f"{iin} is {person.get('sex')}"


@of_each
def who_is_dead_has_a_day_of_death_since_birth(family: Family, iin: str, person: Told) -> Iterator[str]:
    died = person.get("death_date")
    if is_dead(person) != (died is not None):
        yield f"{iin} is {person.get('life_status')}, death date {died}"
    if died and not person["birth_date"] <= died <= TODAY:
        yield f"{iin} died on {died}"


def the_application_names_people_as_the_base_register_does(family: Family) -> Iterator[str]:
    for one in (family.application["applicant"], *family.application["family"]):
        person = family.person(one["iin"]) if "iin" in one else one
        for word in ("surname", "name", "patronymic", "birth_date"):
            if one.get(word) != person.get(word):
                yield f"{word} of {one['iin']} is declared as {one.get(word)}, told as {person.get(word)}"


def who_is_declared_is_kin_by_the_acts(family: Family) -> Iterator[str]:
    """Spouse by a marriage in force, child by an act of birth that names the applicant or the spouse."""
    me = family.applicant
    couple = {me} | {
        act[who] for act in family.person(me).get("marriages", []) if "divorce_act_number" not in act
        for who in ("husband_iin", "wife_iin")
    }  # fmt: skip
    children = {
        act.get("child_iin")
        for one in couple
        for act in family.person(one).get("births", [])
        if one in (act.get("mother_iin"), act.get("father_iin"))
    }
    for one in family.application["family"]:
        known = {"spouse": couple - {me}, "child": children}.get(one["relation"])
        if known is not None and one.get("iin") not in known:
            yield f"{one.get('iin')} is declared as {one['relation']}; no act says so"


RULES: tuple[Rule, ...] = (
    two_parts_tell_one_thing_alike,
    every_part_names_the_one_who_was_asked_about,
    the_number_holds_birth_date_and_sex,
    who_is_dead_has_a_day_of_death_since_birth,
    the_application_names_people_as_the_base_register_does,
    who_is_declared_is_kin_by_the_acts,
)
