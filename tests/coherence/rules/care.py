"""Decisions that name two people: guardianship, adoption, alimony."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.coherence.family import Family
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import Rule, acts_of


def _named(word: str, told: Told) -> set[str]:
    if word == "guardianship":
        return {told["child_iin"], told["guardian_iin"]}
    return {told["child_iin"], *(one["iin"] for one in told.get("parents", []))}


def _alike(family: Family, word: str) -> Iterator[str]:
    for iin, person in family.persons():
        told = person.get(word)
        if told is None:
            continue
        if iin not in _named(word, told):
            yield f"the {word} that is told of {iin} names {sorted(_named(word, told))}"
        for one in _named(word, told):
            if family.person(one).get(word) != told:
                yield f"the {word} is told otherwise of {iin} and {one}"


def a_guardianship_is_told_alike_of_child_and_guardian(family: Family) -> Iterator[str]:
    yield from _alike(family, "guardianship")


def an_adoption_is_told_alike_of_child_and_parents(family: Family) -> Iterator[str]:
    yield from _alike(family, "adoption")


def a_guardianship_names_people_as_the_base_register_does(family: Family) -> Iterator[str]:
    for iin, person in family.persons():
        told = person.get("guardianship", {})
        guardian = family.person(told.get("guardian_iin", ""))
        for leaf in ("surname", "name") if told else ():
            if told[f"guardian_{leaf}"] != guardian.get(leaf):
                yield f"the guardianship that is told of {iin} names {told[f'guardian_{leaf}']}"


def a_writ_of_alimony_is_told_alike_of_both_parents(family: Family) -> Iterator[str]:
    writs = Counter(repr(writ) for _, person in family.persons() for writ in person.get("enforcements", []))
    yield from (f"{writ} is told of {tellers}" for writ, tellers in writs.items() if tellers != 2)


def alimony_is_owed_by_a_divorced_parent_to_the_other(family: Family) -> Iterator[str]:
    divorced = [
        {(act["husband_iin"], act["wife_iin"]), (act["wife_iin"], act["husband_iin"])}
        for _, act, _ in acts_of(family, "divorces")
    ]
    pairs = [(family.person(one), family.person(other)) for both in divorced for one, other in both]
    for iin, person in family.persons():
        for writ in person.get("enforcements", []):
            if not any(
                debtor.get("name") == writ["debtor_name"]
                and f"{creditor['surname']} {creditor['name'][0]}." == writ["creditor"]
                for debtor, creditor in pairs
            ):
                yield f"{iin} is told of a debt of {writ['debtor_name']} to {writ['creditor']}"


RULES: tuple[Rule, ...] = (
    a_guardianship_is_told_alike_of_child_and_guardian,
    an_adoption_is_told_alike_of_child_and_parents,
    a_guardianship_names_people_as_the_base_register_does,
    a_writ_of_alimony_is_told_alike_of_both_parents,
    alimony_is_owed_by_a_divorced_parent_to_the_other,
)
