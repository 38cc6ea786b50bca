"""The shape of a rule, and walks that many rules take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Protocol

from tests.coherence.family import TODAY, Family
from tests.coherence.payloads import Told

ADULT = 18
FIRST_PAPER = 16


class Rule(Protocol):
    """Tells, a sentence each, where a family breaks the agreement that its name states."""

    __name__: str

    def __call__(self, family: Family) -> Iterator[str]: ...


Each = Callable[[Family, str, Told], Iterator[str]]


def of_each(rule: Each) -> Rule:
    """A rule that looks at one person after the other."""

    def look(family: Family) -> Iterator[str]:
        for iin, person in family.persons():
            yield from rule(family, iin, person)

    look.__name__ = rule.__name__
    return look


def acts_of(family: Family, word: str) -> list[tuple[str, Told, list[str]]]:
    """Number, act, and the IINs of whom it is told; an act that is told in two ways stands here twice."""
    found: list[tuple[str, Told, list[str]]] = []
    for iin, person in family.persons():
        for act in person.get(word, []):
            same = next((tellers for _, told, tellers in found if told == act), None)
            if same is None:
                found.append((act["act_number"], act, [iin]))
            else:
                same.append(iin)
    return found


def is_dead(person: Told) -> bool:
    return person.get("life_status") == "dead"


def moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days)).isoformat()


def years_after(day: str, years: int) -> str:
    """The same day of a later year; 1 March for 29 February where the year has none."""
    year = int(day[:4]) + years
    later = f"{year:04}{day[4:]}"
    return later if later[5:] != "02-29" or year % 4 == 0 else f"{year:04}-03-01"


def is_over(day: str | None) -> bool:
    return day is not None and day <= TODAY
