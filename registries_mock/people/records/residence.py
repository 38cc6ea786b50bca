"""Where the person is registered: one address for the family, and a temporary one for those who stay elsewhere."""

from __future__ import annotations

from datetime import date

from registries_mock.dice import Dice
from registries_mock.people.facts import Family, Home, Person
from registries_mock.people.places import district_of
from registries_mock.people.records.shape import Part, known


def tell(person: Person, family: Family, today: date) -> Part:
    if not person.home:
        return {}
    home = family.homes[person.home]
    since = person.home_since or max(filter(None, (home.since, person.born)))
    place = _place(home, family, person.home)
    address = known(**place, since=since, until=person.died or home.until,
                    status="removed" if person.died else "registered")  # fmt: skip
    addresses = [known(type="permanent", **place, since=since, until=person.died or home.until)]
    if person.stays_at:
        stay = family.homes[person.stays_at]
        addresses.append(
            known(type="temporary", **_place(stay, family, person.stays_at), since=stay.since, until=stay.until)
        )
    return {"address": address, "addresses": addresses}


def ar_code_of(family: Family, key: str) -> str:
    """The code of a home in the address register: 16 digits, 99 first to show that it is invented."""
    return "99" + Dice(family.key, "home", key).digits("ar code", 14)


def _place(home: Home, family: Family, key: str) -> Part:
    return known(
        country=home.country,
        district=home.region,
        region=district_of(home, Dice(family.key, "home", key)),
        city=home.city,
        street=home.street,
        building=home.building,
        corpus=home.corpus,
        flat=home.flat,
        ar_code=ar_code_of(family, key),
    )
