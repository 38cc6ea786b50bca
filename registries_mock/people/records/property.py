"""Real estate and vehicles: co-owners of one object see one cadastral number, and their shares sum to one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from registries_mock.dice import Dice
from registries_mock.people.facts import Car, Estate, Family, Person
from registries_mock.people.places import pick_home, write_address
from registries_mock.people.records.shape import Part, full_name, known, past
from registries_mock.people.stock import read_stock

_TENGE_A_METRE = 250_000
_PLATE_LETTERS = "ABCDEFHKMNOPRSTXYZ"
_VIN_SIGNS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"


def tell(person: Person, family: Family, today: date) -> Part:
    if person.died:
        return {}  # what was owned has passed to the heirs
    return known(
        real_estate=[
            _object(number, estate, person, family)
            for number, estate in enumerate(family.estates)
            if person.key in estate.owners
        ],
        vehicles=[
            _vehicle(number, car, family, today) for number, car in enumerate(family.cars) if car.owner == person.key
        ],
    )


def _object(number: int, estate: Estate, person: Person, family: Family) -> Part:
    dice = Dice(family.key, "estate", number, estate.kind)
    home = family.homes[estate.home] if estate.home else pick_home(dice, family.homes["family"].region, estate.since)
    built = estate.kind in ("house", "flat", "dacha")
    shared = len(estate.owners) > 1
    return known(
        kind=estate.kind,
        cadastral_number=":".join(
            (home.region[:2], dice.digits("quarter", 3), dice.digits("plot", 3), dice.digits("object", 6))
        ),
        address=write_address(home),
        purpose=read_stock("property")["purposes"][estate.kind],
        share=f"1/{len(estate.owners)}" if shared else "1",
        storeys=None if estate.kind == "land_plot" else str(dice.between("storeys", 2, 12) if home.flat else 1),
        area_total=estate.area,
        area_dwelling=(estate.area * Decimal("0.6")).quantize(Decimal("0.1")) if built else None,
        rights=[
            {
                "kind": "Собственность",
                "owner": full_name(person),
                "form": "Общая долевая" if shared else "Частная",
                "registered_on": estate.since,
            }
        ],
        charges=[_mortgage(dice, estate)] if estate.mortgaged else None,
    )


def _mortgage(dice: Dice, estate: Estate) -> Part:
    return {
        "kind": "Залог",
        "owner": dice.pick("bank", read_stock("property")["words"]["banks"]),
        "registered_on": estate.since,
        "amount": estate.area * _TENGE_A_METRE,
    }


def _vehicle(number: int, car: Car, family: Family, today: date) -> Part:
    dice, stock = Dice(family.key, "car", number), read_stock("property")
    model = dice.pick("model", stock["cars"][car.kind])
    letters = "".join(dice.pick(f"letter{place}", _PLATE_LETTERS) for place in range(3))
    return known(
        plate=f"{dice.digits('plate', 3)}{letters}{int(family.homes['family'].region[:2]) % 20 + 1:02}",
        vin="ZZZ" + "".join(dice.pick(f"vin{place}", _VIN_SIGNS) for place in range(14)),
        make=model["make"],
        model=model["model"],
        year=car.since.year - dice.number("age", 12),
        category=model["category"],
        engine_cc=model["engine_cc"],
        color=dice.pick("color", stock["words"]["colors"]),
        registered_on=car.since,
        deregistered_on=past(car.until, today),
        arrested=car.arrested,
    )
