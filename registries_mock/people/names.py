"""Names of invented people: given names, surnames and their feminine, patronymics (-ҰЛЫ, -ҚЫЗЫ or Russian)."""

from __future__ import annotations

from functools import cache
from typing import Any

from registries_mock.dice import Dice
from registries_mock.people.numbers import Sex
from registries_mock.people.stock import read_stock


def pick_given(dice: Dice, nation: str, sex: Sex) -> str:
    """A given name of the nation (`kazakh` or `russian`)."""
    name: str | list[str] = dice.pick("given name", _names()[nation][sex])
    return name if isinstance(name, str) else name[0]


def pick_surname(dice: Dice, draw: str, nation: str) -> str:
    """The masculine form of a surname."""
    found: str = dice.pick(draw, _names()[nation]["surnames"])
    return found


def feminine(surname: str) -> str:
    if surname.endswith(("ОВ", "ЕВ", "ЁВ", "ИН", "ЫН")):
        return surname + "А"
    if surname.endswith("СКИЙ"):
        return surname[:-2] + "АЯ"
    return surname[:-2] + "АЯ" if surname.endswith("ОЙ") else surname


def patronymic(nation: str, father: str, sex: Sex) -> str:
    if nation == "russian":
        son, daughter = _patronymics()[father]
        return son if sex == "male" else daughter
    return father + ("ҰЛЫ" if sex == "male" else "ҚЫЗЫ")


def _names() -> dict[str, dict[str, Any]]:
    return read_stock("names")


@cache
def _patronymics() -> dict[str, tuple[str, str]]:
    return {name: (son, daughter) for name, son, daughter in _names()["russian"]["male"]}
