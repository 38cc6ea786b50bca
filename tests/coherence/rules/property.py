"""What people own: shares that make one whole, names of owners, cars of one owner, and nothing for the dead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from contracts.catalogue import load_catalogue
from tests.coherence.family import TODAY, Family
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import ADULT, Rule, is_dead, of_each, years_after

_OBJECT = ("kind", "address", "area_total", "area_dwelling", "purpose", "storeys")


def _objects(family: Family) -> dict[str, list[tuple[str, Told]]]:
    found: dict[str, list[tuple[str, Told]]] = defaultdict(list)
    for iin, person in family.persons():
        for one in person.get("real_estate", []):
            found[one["cadastral_number"]].append((iin, one))
    return found


def shares_of_an_object_make_one_whole(family: Family) -> Iterator[str]:
    for number, told in _objects(family).items():
        whole = sum((Fraction(one["share"]) for _, one in told), Fraction())
        if whole != 1:
            yield f"{number}: the shares make {whole}"


def owners_of_an_object_are_told_of_one_object(family: Family) -> Iterator[str]:
    for number, told in _objects(family).items():
        said: set[Any] = {tuple(one.get(word) for word in _OBJECT) for _, one in told}
        if len(said) > 1:
            yield f"{number} is told as {said}"


@of_each
def a_right_is_of_the_one_who_is_asked_about(family: Family, iin: str, person: Told) -> Iterator[str]:
    name = " ".join(person[word] for word in ("surname", "name", "patronymic") if word in person)
    for one in person.get("real_estate", []):
        for right in one.get("rights", []):
            if right["owner"] != name:
                yield f"{one['cadastral_number']} of {iin} is owned by {right['owner']}"
            if not years_after(person["birth_date"], ADULT) <= right["registered_on"] <= TODAY:
                yield f"{one['cadastral_number']} of {iin} is registered on {right['registered_on']}"


def a_cadastral_number_begins_with_the_region_of_the_address(family: Family) -> Iterator[str]:
    for number, told in _objects(family).items():
        for _, one in told:
            region = one["address"].split(", ")[0]
            if _regions().get(region) != number[:2]:
                yield f"{number} lies in {region}"


def the_owned_home_stands_where_the_owners_live(family: Family) -> Iterator[str]:
    """A dwelling at the street and house of a registration is at the whole address of it."""
    for number, told in _objects(family).items():
        for iin, one in told:
            address = family.person(iin).get("address", {})
            place = one["address"].split(", ")
            same = address.get("street") in place and f"Д. {address.get('building')}" in place
            if same and address["city"] not in place:
                yield f"{number} stands at {one['address']}, {iin} lives in {address['city']}"


def a_car_has_one_owner_at_a_time(family: Family) -> Iterator[str]:
    plates: dict[str, list[str]] = defaultdict(list)
    for iin, person in family.persons():
        for car in person.get("vehicles", []):
            for word in ("plate", "vin"):
                plates[car[word]].append(iin)
    yield from (f"{number} is told of {owners}" for number, owners in plates.items() if len(owners) > 1)


@of_each
def a_car_is_registered_by_an_adult_and_not_before_it_was_made(family: Family, iin: str, person: Told) -> Iterator[str]:
    for car in person.get("vehicles", []):
        first = max(years_after(person["birth_date"], ADULT), f"{car['year']}-01-01")
        if not first <= car["registered_on"] <= car.get("deregistered_on", TODAY) <= TODAY:
            yield f"{car['plate']} of {iin}: {car['registered_on']} to {car.get('deregistered_on')}"


@of_each
def the_dead_own_nothing_and_receive_nothing(family: Family, iin: str, person: Told) -> Iterator[str]:
    told = [word for word in ("real_estate", "vehicles", "social_aid") if word in person]
    if is_dead(person) and (told or "household" in family.people[iin]):
        yield f"{iin} is dead and has {told or 'a farm'}"


@of_each
def rent_is_of_who_owns_a_flat(family: Family, iin: str, person: Told) -> Iterator[str]:
    rents = [one["month"] for one in person.get("tax_incomes", []) if one["kind"] == "rent"]
    flats = [
        right["registered_on"] for one in person.get("real_estate", []) if one["kind"] == "flat"
        for right in one["rights"]
    ]  # fmt: skip
    if rents and min(flats, default="9")[:7] > min(rents)[:7]:
        yield f"{iin} has rent since {min(rents)}, and flats since {flats}"


@cache
def _regions() -> dict[str, str]:
    return {one.ru: one.code[:2] for one in load_catalogue().dictionaries["regions"]}


RULES: tuple[Rule, ...] = (
    shares_of_an_object_make_one_whole,
    owners_of_an_object_are_told_of_one_object,
    a_right_is_of_the_one_who_is_asked_about,
    a_cadastral_number_begins_with_the_region_of_the_address,
    the_owned_home_stands_where_the_owners_live,
    a_car_has_one_owner_at_a_time,
    a_car_is_registered_by_an_adult_and_not_before_it_was_made,
    the_dead_own_nothing_and_receive_nothing,
    rent_is_of_who_owns_a_flat,
)
