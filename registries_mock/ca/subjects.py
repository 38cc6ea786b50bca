"""Whom a certificate names, and the checks that an authority makes before it vouches for a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from registries_mock.ca.errors import SubjectInvalid

_TWELVE_DIGITS: Final = re.compile(r"[0-9]{12}")
_FIRST_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
# The seventh digit tells century and sex; that of a foreigner is 0 and tells neither.
_FOREIGNER: Final = "0"
_CENTURIES: Final = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


@dataclass(frozen=True)
class Subject:
    """A person, or an organisation, or a person of an organisation."""

    iin: str | None = None
    surname: str = "ТЕСТОВ"
    name: str = "ТЕСТ"
    patronymic: str = "ТЕСТОВИЧ"
    bin: str | None = None
    organisation: str = "ТОО «Тест»"
    system: str = "ИС «Тест»"


def check_iin(iin: str) -> None:
    """Refuse an IIN with a wrong shape, birth date or check digit; the message does not repeat it."""
    _check_number(iin, "IIN")
    if iin[6] == _FOREIGNER:
        return
    century = _CENTURIES.get(iin[6])
    if century is None:
        raise SubjectInvalid("the seventh digit of the IIN is not one of 0 to 6")
    try:
        date(century + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError as failure:
        raise SubjectInvalid("the IIN does not begin with a date") from failure


def check_bin(number: str) -> None:
    """Refuse a BIN with a wrong shape or check digit."""
    _check_number(number, "BIN")


def _check_number(number: str, what: str) -> None:
    if not _TWELVE_DIGITS.fullmatch(number):
        raise SubjectInvalid(f"the {what} does not have exactly 12 digits")
    digits = [int(sign) for sign in number]
    rest = _weighed(digits, _FIRST_WEIGHTS)
    if rest == 10:
        rest = _weighed(digits, _SECOND_WEIGHTS)
    if rest != digits[-1]:
        raise SubjectInvalid(f"the check digit of the {what} is wrong")


def _weighed(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
