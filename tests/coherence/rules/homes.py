"""Where people live: one code a place, children with a parent, spouses together, the farm's list of who lives there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from contracts.catalogue import load_catalogue
from tests.coherence.family import TODAY, Family, is_minor
from tests.coherence.payloads import Told
from tests.coherence.rules.shape import Rule, acts_of, is_dead, of_each

_PLACE = ("country", "district", "region", "city", "street", "building", "corpus", "flat")


def _places(person: Told) -> Iterator[Told]:
    if "address" in person:
        yield person["address"]
    yield from person.get("addresses", [])


def _code(person: Told) -> str | None:
    """Where a living person is registered."""
    code: str | None = None if is_dead(person) else person.get("address", {}).get("ar_code")
    return code


def one_code_of_the_address_register_is_one_place(family: Family) -> Iterator[str]:
    by_code, by_place = defaultdict(set), defaultdict(set)
    for _, person in family.persons():
        for told in _places(person):
            place = tuple(told.get(word) for word in _PLACE)
            by_code[told["ar_code"]].add(place)
            by_place[place].add(told["ar_code"])
    yield from (f"{code} is {len(places)} places" for code, places in by_code.items() if len(places) > 1)
    yield from (f"{place} has {len(codes)} codes" for place, codes in by_place.items() if len(codes) > 1)


@of_each
def the_address_is_the_permanent_one_of_the_list(family: Family, iin: str, person: Told) -> Iterator[str]:
    permanent = [one for one in person.get("addresses", []) if one["type"] == "permanent"]
    address = person.get("address", {})
    shown = {word: address[word] for word in (*_PLACE, "ar_code", "since", "until") if word in address}
    if [{word: told for word, told in one.items() if word != "type"} for one in permanent] != [shown][: bool(shown)]:
        yield f"{iin} is registered at {shown}, the list has {permanent}"


@of_each
def registration_lasts_from_birth_to_death_at_most(family: Family, iin: str, person: Told) -> Iterator[str]:
    address = person.get("address")
    if address and not person["birth_date"] <= address["since"] <= TODAY:
        yield f"{iin} is registered since {address['since']}"
    if address and (address["status"] == "removed") != is_dead(person):
        yield f"{iin} is {person['life_status']}, and the registration {address['status']}"
    if address and is_dead(person) and address.get("until") != person["death_date"]:
        yield f"{iin} died on {person['death_date']}, registered until {address.get('until')}"


@of_each
def regions_and_districts_are_of_the_classifier(family: Family, iin: str, person: Told) -> Iterator[str]:
    for told in _places(person):
        region, district = _codes("regions").get(told["district"]), told["region"]
        if region is None:
            yield f"{iin}: {told['district']} is no region"
        elif (_codes("districts").get(district) or district)[:2] != region[:2]:
            yield f"{iin}: {district} is no district of {told['district']}"


def children_live_with_a_parent(family: Family) -> Iterator[str]:
    """Where one lives: with the mother, else with the father; the adopted live elsewhere."""
    for _, act, _ in acts_of(family, "births"):
        child = family.person(act.get("child_iin", ""))
        homes = [code for who in ("mother", "father") if (code := _code(family.person(act.get(f"{who}_iin", ""))))]
        if (
            child
            and "adoption" not in child
            and is_minor(act["child_iin"])
            and homes
            and _code(child) not in (None, homes[0])
        ):
            yield f"{act['child_iin']} lives at {_code(child)}, the parents at {homes}"


def spouses_live_together(family: Family) -> Iterator[str]:
    for number, act, _ in acts_of(family, "marriages"):
        homes = {_code(family.person(act[f"{who}_iin"])) for who in ("husband", "wife")}
        if "divorce_act_number" not in act and "death_act_number" not in act and len(homes) > 1:
            yield f"marriage {number}: the spouses live at {sorted(map(str, homes))}"


def the_divorced_live_apart(family: Family) -> Iterator[str]:
    """A month after the divorce at the latest."""
    for number, act, _ in acts_of(family, "divorces"):
        homes = [_code(family.person(act[f"{who}_iin"])) for who in ("husband", "wife")]
        if act["act_date"] < f"{int(TODAY[:4]) - 1}{TODAY[4:]}" and homes[0] == homes[1] is not None:
            yield f"divorce {number}: both live at {homes[0]}"


def the_book_of_a_farm_is_told_alike_to_all_who_live_there(family: Family) -> Iterator[str]:
    books = {iin: record["household"] for iin, record in family.people.items() if "household" in record}
    for iin, book in books.items():
        members = {one["iin"] for one in book.get("members", [])}
        at = _code(family.person(iin))
        living = {one for one, person in family.persons() if at and _code(person) == at}
        if members != living:
            yield f"the book of {iin} lists {sorted(members)}, registered there are {sorted(living)}"
        if book["holder_iin"] not in members:
            yield f"the book of {iin} is held by {book['holder_iin']}, who does not live there"
        yield from (f"{iin} and {one} are told other books" for one in members if books.get(one) != book)


def the_book_of_a_farm_names_people_as_the_base_register_does(family: Family) -> Iterator[str]:
    for iin, record in family.people.items():
        for one in record.get("household", {}).get("members", []):
            for leaf in ("surname", "name", "birth_date"):
                if one[leaf] != family.person(one["iin"]).get(leaf):
                    yield f"the book of {iin} has {leaf} {one[leaf]} for {one['iin']}"


def the_declared_address_is_the_registered_one(family: Family) -> Iterator[str]:
    line = family.application["applicant"]["address"]
    address = family.person(family.applicant).get("address", {})
    parts = [address.get("city", ""), address.get("street", ""), f"Д. {address.get('building')}"]
    if not all(part in line.split(", ") for part in parts) or ("flat" in address) != ("КВ. " in line):
        yield f"declared is {line}, registered {address}"


@cache
def _codes(dictionary: str) -> dict[str, str]:
    return {one.value: one.code for one in load_catalogue().dictionaries[dictionary]}


RULES: tuple[Rule, ...] = (
    one_code_of_the_address_register_is_one_place,
    the_address_is_the_permanent_one_of_the_list,
    registration_lasts_from_birth_to_death_at_most,
    regions_and_districts_are_of_the_classifier,
    children_live_with_a_parent,
    spouses_live_together,
    the_divorced_live_apart,
    the_book_of_a_farm_is_told_alike_to_all_who_live_there,
    the_book_of_a_farm_names_people_as_the_base_register_does,
    the_declared_address_is_the_registered_one,
)
