"""IIN (ЖСН/ИИН): the individual identification number, its check digit, birth date and sex.

YYMMDD, a digit for century and sex (1/2 1800s, 3/4 1900s, 5/6 2000s, odd male; 0 seen for foreigners), four serial
digits, a check digit: weights 1..11, and where that gives 10 the weights 3..11, 1, 2; a number that gives 10 twice
is never issued.

>>> find_fault("900101300017")
''
>>> find_fault("900101300018")
'iin-check-digit'
>>> birth_date("900101300017")
datetime.date(1990, 1, 1)
"""

from __future__ import annotations

from datetime import date
from typing import Literal

_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_CENTURY = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}


def calc_check_digit(first_eleven: str) -> int | None:
    """The twelfth digit, or None where the number is not issued."""
    digits = [int(c) for c in first_eleven]
    for weights in (_FIRST, _SECOND):
        rest = sum(w * d for w, d in zip(weights, digits, strict=True)) % 11
        if rest < 10:
            return rest
    return None


def find_fault(iin: str) -> str:
    """ "" where the number is right, else the stable code of what is wrong."""
    if len(iin) != 12 or not (iin.isascii() and iin.isdigit()):
        return "iin-format"
    if calc_check_digit(iin[:11]) != int(iin[11]):
        return "iin-check-digit"
    if iin[6] != "0" and birth_date(iin) is None:
        return "iin-birth-date"
    return ""


def birth_date(iin: str) -> date | None:
    """The birth date that the number carries; None where the century digit does not say (foreigners) or no date."""
    century = _CENTURY.get(iin[6])
    if century is None:
        return None
    try:
        return date(century + int(iin[0:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None


def sex(iin: str) -> Literal["male", "female"] | None:
    if iin[6] not in _CENTURY:
        return None
    return "male" if int(iin[6]) % 2 else "female"


def mask(iin: str) -> str:
    """The only form in which an IIN may appear in logs and errors: the first two and last two digits."""
    return f"{iin[:2]}********{iin[-2:]}" if len(iin) == 12 else "************"
