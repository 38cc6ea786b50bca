"""The common shape of the tellers: `tell(person, family, today)` gives a part of the record, the known leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from registries_mock.people.facts import Family, Person

Part = dict[str, Any]
Teller = Callable[[Person, Family, date], Part]


def known(**leaves: Any) -> Part:
    """The leaves that have a value; an empty list or group is no value."""
    return {name: value for name, value in leaves.items() if value is not None and value != [] and value != {}}


def past(day: date | None, today: date) -> date | None:
    """The day if it has come."""
    return day if day and day <= today else None


def full_name(person: Person) -> str:
    return " ".join(filter(None, (person.surname, person.name, person.patronymic)))
