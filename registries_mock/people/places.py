"""Regions and addresses: which region, district, street a home has, and how an address is written in one line."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from registries_mock.dice import Dice
from registries_mock.people.facts import Home
from registries_mock.people.stock import read_stock


def pick_region(dice: Dice) -> str:
    """The code of a region, by population."""
    rest = dice.number("region", sum(region["weight"] for region in read_stock("places")["regions"]))
    for region in read_stock("places")["regions"]:
        rest -= region["weight"]
        if rest < 0:
            break
    return str(region["code"])


def pick_home(dice: Dice, region: str, since: date, until: date | None = None, rural_share: float = 0.54) -> Home:
    place, stock = region_of(region), read_stock("places")
    rural = not place.get("urban") and dice.happens("rural", rural_share)
    city = dice.pick("village", stock["villages"]) if rural else place["city"]
    house = rural or dice.happens("house", 0.3)
    return Home(
        region, city, dice.pick("street", stock["streets"]), str(dice.between("building", 1, 140)),
        None if house else str(dice.between("flat", 1, 120)),
        None if house or dice.happens("one block", 0.8) else str(dice.between("corpus", 1, 4)),
        since, until, rural,
    )  # fmt: skip


def region_of(code: str) -> dict[str, Any]:
    """Names (`ru`, `kk`), city and districts of a region's code."""
    return _regions()[code]


def district_of(home: Home, dice: Dice) -> str:
    """The district's code: the home's own, one of the few that are known, or an invented one of the region."""
    known = region_of(home.region).get("districts")
    return home.district or (
        dice.pick("district", known) if known else f"{home.region[:2]}99{dice.digits('district', 2)}000"
    )


def write_address(home: Home) -> str:
    """The address in one line, in Russian."""
    corpus = f", КОРПУС {home.corpus}" if home.corpus else ""
    flat = f", КВ. {home.flat}" if home.flat else ""
    return f"{region_of(home.region)['ru']}, {home.city}, {home.street}, Д. {home.building}{corpus}{flat}"


def climate_of(home: Home) -> tuple[str, str]:
    """The natural zone in Russian and Kazakh."""
    zones = read_stock("places")["zones"]
    ru, kk = zones[int(home.region[:2]) % len(zones)]
    return ru, kk


@cache
def _regions() -> dict[str, dict[str, Any]]:
    return {region["code"]: region for region in read_stock("places")["regions"]}
