"""Values for values: the same one gets the same other one within a recording, and nobody can tell which it was.

Each replacement is drawn by HMAC-SHA-256 under a random key that lives in this process alone and is never written down.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from registries_mock.people.numbers import (
    BANKS,
    PERSONA_SERIALS,
    PHONE_CODE,
    SERIALS,
    Sex,
    iban_of,
    read_iin,
    write_bin,
    write_iin,
)
from registries_mock.people.stock import read_stock

_MOST_DAYS: Final = 60
"""How far a date is moved, either way: ages and periods stay about what they were."""
_BAND: Final = range(SERIALS.start, PERSONA_SERIALS.start)
"""Serials of the replacements: no persona is met."""
_EPOCH: Final = date(1970, 1, 1)
_MOST_TRIES: Final = 5000
_MOST_NEIGHBOURS: Final = 100
_DIGITS: Final = "0123456789"
_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC: Final = "абвгдежзийклмнопрстуфхцчшщыэюя"
_IIN: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")


class Pseudonyms:
    """The replacements of one recording; `today` bounds dates that lie in the past."""

    def __init__(self, key: bytes, today: date) -> None:
        self._key = key
        self._today = today
        self._iins: dict[str, str] = {}
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def iin(self, iin: str) -> str:
        """Another IIN of the documented band: of the same sex, born on the day that stands for the day of birth."""
        # Two threads that meet somebody at once must not find two people for one.
        with self._lock:
            if iin not in self._iins:
                known = read_iin(iin)
                drawn = self._number("born", iin, 14_000)
                born = self.day(known[0]) if known else _EPOCH + timedelta(days=drawn)
                sex: Sex = known[1] if known else "female" if drawn % 2 else "male"
                self._iins[iin] = self._find_iin(iin, born, sex)
                self._taken.add(self._iins[iin])
            return self._iins[iin]

    def day(self, day: date) -> date:
        """Another day, some weeks away; one of the past stays in the past."""
        moved = 1 + self._number("day", day.isoformat(), _MOST_DAYS)
        back = bool(self._number("direction", day.isoformat(), 2)) or (day <= self._today < day + timedelta(days=moved))
        try:
            return day - timedelta(days=moved) if back else day + timedelta(days=moved)
        except OverflowError:
            return _EPOCH

    def bin(self, text: str) -> str:
        return write_bin(self._number("bin", text, 10**9))

    def iban(self, text: str) -> str:
        banks = sorted(BANKS)
        bank = text[4:7] if text[4:7] in BANKS else banks[self._number("bank", text, len(banks))]
        return iban_of(f"{self._number('iban', text, 10**12):012}", bank)

    def phone(self, text: str) -> str:
        """In the range of invented phones; what stands before the ten digits stays."""
        # Written in other ways, a number is the same phone.
        digits = re.sub(r"\D", "", text)[-10:]
        return f"{text[: len(text) - 10]}{PHONE_CODE}{self._number('phone', digits, 10**7):07}"

    def guid(self, text: str) -> str:
        """An id for an id, in the form of a GUID."""
        drawn = self._draw("id", text)[:16].hex()
        return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-8{drawn[17:20]}-{drawn[20:32]}"

    def surname(self, text: str) -> str:
        return self._pick("surname", text, read_stock("names")["kazakh"]["surnames"])

    def given_name(self, text: str) -> str:
        names = read_stock("names")["kazakh"]
        return self._pick("given name", text, [*names["male"], *names["female"]])

    def patronymic(self, text: str) -> str:
        return self.given_name(text) + ("ҚЫЗЫ" if text.upper().endswith(("А", "ҚЫЗЫ")) else "ҰЛЫ")

    def number(self, text: str) -> str:
        """Another number of as many digits, with the same first one; a year stays near."""
        if re.fullmatch(r"(?:19|20)\d\d", text):
            return str(int(text) - 1 - self._number("year", text, 4))
        first = next((at for at, sign in enumerate(text) if sign in _DIGITS[1:]), len(text))
        digits = iter(self._stream("number", text, len(text)))
        return "".join(
            sign if at <= first or sign not in _DIGITS else _DIGITS[next(digits) % 10] for at, sign in enumerate(text)
        )

    def scramble(self, text: str) -> str:
        """Other letters and digits of the same kinds, in the same places; IINs among them are replaced as such."""
        pieces: list[str] = []
        end = 0
        for found in _IIN.finditer(text):
            if read_iin(found[0]) is not None:
                pieces += [self._mix(text[end : found.start()]), self.iin(found[0])]
                end = found.end()
        return "".join([*pieces, self._mix(text[end:])])

    def _mix(self, text: str) -> str:
        if not any(sign.isalnum() for sign in text):
            return text
        for number in range(_MOST_TRIES):
            stream = self._stream(f"text {number}", text, len(text))
            mixed = "".join(_other(sign, stream[at]) for at, sign in enumerate(text))
            if mixed != text:
                return mixed
        return "?"

    def _find_iin(self, iin: str, born: date, sex: Sex) -> str:
        first = self._number("serial", iin, len(_BAND))
        for day in range(_MOST_NEIGHBOURS):
            # A day whose serials are all taken has neighbours.
            for number in range(len(_BAND)):
                serial = _BAND[(first + number) % len(_BAND)]
                found = write_iin(born + timedelta(days=day), sex, serial)
                if found is not None and found not in self._taken and found != iin:
                    return found
        raise AssertionError("more people were born on one day than a recording can hold")

    def _pick(self, kind: str, text: str, choices: list[Any]) -> str:
        others = [one for one in (_first(choice) for choice in choices) if one != text.upper()]
        return others[self._number(kind, text.upper(), len(others))]

    def _draw(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), "sha256")

    def _number(self, kind: str, text: str, end: int) -> int:
        return int.from_bytes(self._draw(kind, text)[:16]) % end

    def _stream(self, kind: str, text: str, length: int) -> bytes:
        return hashlib.shake_256(self._draw(kind, text)).digest(length)


def _first(name: str | list[str]) -> str:
    return name if isinstance(name, str) else name[0]


def _other(sign: str, drawn: int) -> str:
    """A sign of the same kind."""
    if sign.isdigit():
        return _DIGITS[drawn % 10]
    if not sign.isalpha():
        return sign
    letters = _LATIN if sign.isascii() else _CYRILLIC
    letter = letters[drawn % len(letters)]
    return letter.upper() if sign.isupper() else letter


Replace = Callable[[str], str]
