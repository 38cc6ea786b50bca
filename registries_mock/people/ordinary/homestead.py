"""Where an ordinary family lives and what it owns: homes, dwellings with their owners, cars, rent, farm, past aid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from registries_mock.dice import Dice
from registries_mock.people.chance import after, years_later
from registries_mock.people.facts import Aid, Car, Estate, EstateKind, Farm, Home, Income
from registries_mock.people.ordinary.kin import Kin, Kinship
from registries_mock.people.ordinary.plans import HEAD
from registries_mock.people.places import pick_home, write_address

_CAR_KINDS: Final[tuple[tuple[Literal["car", "truck", "motorcycle"], float], ...]] = (
    ("car", 0.94),
    ("truck", 0.03),
    ("motorcycle", 0.03),
)
_QUARTERS: Final = tuple(date(year, month, 1) for year in range(2022, 2040) for month in (1, 4, 7, 10))


@dataclass(frozen=True)
class Settled:
    """Where everyone lives: homes by key, and for each member the key of the home and the day of registration."""

    homes: dict[str, Home]
    places: dict[str, tuple[str, date]]


def settle(dice: Dice, region: str, kinship: Kinship, today: date) -> Settled:
    """One address for the family; grown children leave, and after a divorce the husband does."""
    born = {kin.seat: kin.born for kin in kinship.members}
    since = kinship.wed or years_later(born[HEAD], 18)
    homes = {"family": pick_home(dice, region, since)}
    places = {}
    for kin in kinship.members:
        places[kin.seat] = ("family", max(kin.born, since))
        leaves = None
        if kin.seat.startswith("child"):
            leaves = after(years_later(kin.born, 18), dice.of(kin.seat).number("leaves home", 4400))
        elif kin.seat == kinship.husband and kinship.divorced:
            leaves = after(kinship.divorced, 30)
        if leaves and leaves <= (kin.died or today) and leaves <= today:
            homes[kin.seat] = pick_home(dice.of(kin.seat), region, leaves)
            places[kin.seat] = (kin.seat, leaves)
    return Settled(homes, places)


def own(dice: Dice, home: Home, adults: Sequence[str], since: date, today: date) -> tuple[Estate, ...]:
    """What the family owns, in equal shares of these adults, who may own since a day; nothing where none is left."""
    if not adults:
        return ()
    since = after(since, dice.number("bought", 900))
    kind: EstateKind = "flat" if home.flat else "house"
    area = Decimal(dice.between("area", 280, 1400)) / 10
    both, one = tuple(adults), (dice.pick("owner", adults),)
    found = []
    if dice.happens("owns the home", 0.75):
        found.append(Estate(kind, both, since, "family", area, dice.happens("mortgage", 0.2)))
    others: tuple[tuple[EstateKind, float, int], ...] = (
        ("land_plot", 0.1, 1000), ("flat", 0.06, 450), ("garage", 0.07, 180),
        ("dacha", 0.06, 600), ("commercial", 0.01, 800),
    )  # fmt: skip
    for kind, share, size in others:
        if dice.happens(f"owns {kind}", share):
            bought = after(since, dice.number(f"bought {kind}", 2500))
            found.append(Estate(kind, one, bought, "", Decimal(size + dice.number(f"size {kind}", size)) / 10))
    return tuple(estate for estate in found if estate.since <= today)


def drive(dice: Dice, adults: Sequence[str], since: date, today: date) -> tuple[Car, ...]:
    if not adults or not dice.happens("drives", 0.95):
        return ()
    owner = dice.pick("driver", adults)
    since = after(since, dice.number("first car", 2500))
    cars: list[Car] = []
    while since <= today and len(cars) < 5:
        sold = after(since, dice.between(f"kept {len(cars)}", 1000, 6000))
        kind = dice.weigh(f"kind {len(cars)}", _CAR_KINDS)
        cars.append(Car(owner, since, sold if sold <= today else None, dice.happens(f"arrest {len(cars)}", 0.01), kind))
        since = after(sold, dice.number(f"without {len(cars)}", 500))
    return tuple(cars)


def earn(dice: Dice, estates: Sequence[Estate], homes: dict[str, Home], today: date) -> tuple[Income, ...]:
    """Rent of a second dwelling, and a sale now and then."""
    found = []
    for estate in estates:
        if estate.kind == "flat" and not estate.home and dice.happens("rents out", 0.4):
            rent = Decimal(dice.between("rent", 80, 250) * 1000)
            found.append(Income(estate.owners[0], "rent", estate.since, date.max, rent, "Квартира"))
    sold = after(_QUARTERS[0], dice.number("sold on", 6600))
    if estates and dice.happens("sold", 0.3) and estates[0].since < sold <= today:
        price = Decimal(dice.between("price", 1000, 9000) * 1000)
        found.append(Income(estates[0].owners[0], "property_sale", sold, sold, price, write_address(homes["family"])))
    return tuple(found)


def farm_of(dice: Dice, home: Home, adults: Sequence[str]) -> Farm | None:
    if not home.rural or not adults or not dice.happens("farm", 0.7):
        return None
    return Farm(adults[0], dice.number("sheep", 25), dice.number("cows", 5), dice.number("poultry", 20),
                dice.between("potatoes", 0, 12) * 50)  # fmt: skip


def aid_of(dice: Dice, since: date, today: date) -> Aid | None:
    """A quarter in which the family received the aid."""
    number = dice.number("aid quarter", len(_QUARTERS) - 1)
    begun = _QUARTERS[number]
    if not dice.happens("aid", 0.25) or begun > today or begun < since:
        return None
    return Aid(begun, after(_QUARTERS[number + 1], -1))


def grown(members: Sequence[Kin], today: date) -> list[str]:
    """Seats of the living adults."""
    return [kin.seat for kin in members if kin.died is None and years_later(kin.born, 18) <= today]
