"""The private farm of the household, as the akim's books have it: one record for all who live there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from registries_mock.people.facts import Family, Person
from registries_mock.people.places import climate_of
from registries_mock.people.records.shape import Part, known

_ANIMALS = (
    ("sheep", "03", "Овцы", "Қойлар"),
    ("cows", "01", "Крупный рогатый скот", "Ірі қара мал"),
    ("poultry", "09", "Птица", "Құс"),
)


def tell(person: Person, family: Family, today: date) -> Part:
    farm = family.farm
    if farm is None or person not in family.household():
        return {}
    as_of = date(today.year, 7 if today.month >= 7 else 1, 1)  # the books are brought up to date twice a year
    ru, kk = climate_of(family.homes["family"])
    return known(
        holder_iin=family.person(farm.holder).iin,
        climate_zone_ru=ru,
        climate_zone_kk=kk,
        animals=[
            {"code": code, "name_ru": name_ru, "name_kk": name_kk, "count": Decimal(getattr(farm, field)),
             "unit_ru": "голов", "unit_kk": "бас", "as_of": as_of}
            for field, code, name_ru, name_kk in _ANIMALS
            if getattr(farm, field)
        ],
        gardens=[
            {"code": "21", "name_ru": "Картофель", "name_kk": "Картоп", "count": Decimal(farm.potatoes_kg),
             "unit_ru": "кг", "unit_kk": "кг", "as_of": as_of}
        ] if farm.potatoes_kg else None,
        members=[
            known(iin=member.iin, surname=member.surname, name=member.name, birth_date=member.born)
            for member in family.household()
        ],
    )  # fmt: skip
