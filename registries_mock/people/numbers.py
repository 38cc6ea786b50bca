"""Numbers that carry check digits (IIN, BIN, IBAN), phones, and the bands in which the invented ones lie.

>>> complete("90010130001")
'900101300017'
>>> holder_of(iban_of("900101300017", "563"))
'900101300017'
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, Literal

from registries_mock.dice import Dice

Sex = Literal["male", "female"]

SERIALS: Final = range(9000, 10000)
"""Serials of invented IINs. Assumed: real ones are given from the low end, so that no living person is met."""
PERSONA_SERIALS: Final = range(9900, 10000)
"""The part of the band that personas use: the last two digits are the persona's number."""
EMPLOYER_SERIALS: Final = range(99000, 100000)
"""Serial numbers of invented BINs, the high end of five digits."""
BANKS: Final = {"563": "KPSTKZKA", "601": "HSBKKZKX"}
"""Bank codes of the service card (Казпочта, Народный банк) and their BIC."""
PHONE_CODE: Final = "799"
"""Mobile code of invented phones: +7 799 000 00 00 to +7 799 999 99 99. Assumed: no operator has been given it."""

_IBAN_SIZE: Final = 10**12
_IBAN_FACTOR: Final = 618_033_988_749
"""Odd and no multiple of 5, so that multiplying by it modulo 10**12 can be undone."""


def complete(eleven: str) -> str | None:
    """Eleven digits with their check digit; None where the number is never issued (the rest is 10 twice)."""
    digits = [ord(sign) - 48 for sign in eleven]
    total = sum(place * digit for place, digit in enumerate(digits, 1))
    if total % 11 == 10:
        total = sum(((place + 1) % 11 + 1) * digit for place, digit in enumerate(digits, 1))
    rest = total % 11
    return None if rest == 10 else f"{eleven}{rest}"


def write_iin(born: date, sex: Sex, serial: int) -> str | None:
    """The IIN of a birth date, a sex and a serial; None where it is never issued."""
    century = (born.year // 100 - 18) * 2 + (1 if sex == "male" else 2)
    return complete(f"{born:%y%m%d}{century}{serial:04}")


@lru_cache(4096)
def read_iin(iin: str) -> tuple[date, Sex, int] | None:
    """Birth date, sex and serial; None for anything that is no IIN of a citizen born from 1800 to 2099."""
    if len(iin) != 12 or not (iin.isascii() and iin.isdigit()) or complete(iin[:11]) != iin:
        return None
    century = int(iin[6])
    if not 1 <= century <= 6:
        return None
    try:
        born = date(1800 + (century - 1) // 2 * 100 + int(iin[:2]), int(iin[2:4]), int(iin[4:6]))
    except ValueError:
        return None
    return born, "male" if century % 2 else "female", int(iin[7:11])


def write_bin(number: int) -> str:
    """The BIN of the invented organisation of that number: same number, same BIN, under every seed."""
    serial = EMPLOYER_SERIALS[number % len(EMPLOYER_SERIALS)]
    month = number // len(EMPLOYER_SERIALS) % 240
    for kind in "456":  # resident, non-resident, joint: the next one where a check digit cannot be
        found = complete(f"{month // 12:02}{month % 12 + 1:02}{kind}0{serial:05}")
        if found:
            return found
    raise AssertionError("three numbers in a row have no check digit")


def iban_of(iin: str, bank: str) -> str:
    """The IBAN of a person's one account: the twelve last characters hold the IIN, not readable at sight."""
    account = f"T{int(iin) * _IBAN_FACTOR % _IBAN_SIZE:012}"
    return f"KZ{98 - _mod97(f'{bank}{account}KZ00'):02}{bank}{account}"


def holder_of(iban: str) -> str | None:
    """The IIN that an IBAN of ours holds; None for an IBAN that is not ours or is mistyped."""
    if len(iban) != 20 or not iban.startswith("KZ") or iban[7] != "T" or not (iban.isascii() and iban[8:].isdigit()):
        return None
    if not iban[2:7].isdigit() or _mod97(iban[4:] + iban[:4]) != 1:
        return None
    return f"{int(iban[8:]) * pow(_IBAN_FACTOR, -1, _IBAN_SIZE) % _IBAN_SIZE:012}"


def phone_of(iin: str) -> str:
    """The invented mobile phone of a person, in the range of PHONE_CODE."""
    return f"+7{PHONE_CODE}{Dice('phone', iin).number('digits', 10**7):07}"


def _mod97(signs: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in signs)) % 97
