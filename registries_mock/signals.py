"""How a passport's service says that something is not so: its readings, seen from the sending side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from contracts.passport import Passport, Reading
from contracts.words import Protocol

Kind = Literal["no_record", "consent", "ambiguous", "refused", "retry"]
NOTHING_FOUND: Final = "Данные не найдены"
"""The text that stands for an empty result, where a service says it in words (of its own the passport may list)."""
_HTTP_STATUS: Final = re.compile(r"[2-5]\d\d")
_SENDABLE: Final = {
    Protocol.SHEP_SYNC: ("status", "fault", "code", "text", "element"),
    Protocol.SHEP_ASYNC: ("code", "text", "element"),
    Protocol.SOAP: ("fault", "code", "text", "element"),
    Protocol.REST: ("http", "code", "text", "element"),
}


@dataclass(frozen=True)
class Signal:
    """One thing that a reply does: carry `code` at the place, or lack the element of `path` (`absent`)."""

    at: str
    path: str = ""
    code: str = ""
    absent: bool = False


@dataclass(frozen=True)
class Stranger:
    """Not a word of a service: it tells of somebody else than was asked about."""


@dataclass(frozen=True)
class Stale:
    """It tells what it knew so many days ago."""

    days: int


@dataclass(frozen=True)
class Contradiction:
    """One value is not what other registries say: which, is one of `contradicting.CONTRADICTIONS`."""

    variant: str


@dataclass(frozen=True)
class Lacking:
    """An element is left out that must be there: that of the path, or the first."""

    path: str = ""


@dataclass(frozen=True)
class Surplus:
    """There is an element that nobody agreed on."""


Forced = Kind | Signal | Stranger | Stale | Contradiction | Lacking | Surplus
"""What a registry is made to do that the subject alone would not get."""


def say_nothing(passport: Passport) -> Signal:
    """Success without data."""
    return (
        Signal("http", code="200")
        if passport.protocol is Protocol.REST
        else Signal("status", code=passport.success_status)
    )


def find_signal(passport: Passport, kind: Kind) -> Signal | None:
    """The first way in which the passport's readings know this outcome; None where they know none."""
    for reading in passport.readings:
        if reading.at in _SENDABLE[passport.protocol]:
            for signal in _ways(reading, kind):
                return signal
    return None


def say_code(passport: Passport, code: str) -> Signal:
    """How the service would say this code, whatever it means: in its first place for codes, else as a fault."""
    places = [reading for reading in passport.readings if reading.at in _SENDABLE[passport.protocol]]
    found = next((one for one in places if one.at in ("status", "http", "code")), None)
    if found is None or (found.at == "http" and not _HTTP_STATUS.fullmatch(code)):
        return Signal("fault", code=code)
    return Signal(found.at, found.path, code)


def _ways(reading: Reading, kind: Kind) -> Iterator[Signal]:
    codes: tuple[str, ...] = getattr(reading, kind)
    if codes:
        yield Signal(reading.at, reading.path, codes[0])
    if kind == "no_record" and reading.missing == "no_record":
        yield Signal(reading.at, reading.path, absent=True)
    if kind == "no_record" and reading.present == "no_record":
        yield Signal(reading.at, reading.path, NOTHING_FOUND)
