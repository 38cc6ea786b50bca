"""The full record of a person: every registry's part, as one tree of the vocabulary."""

from __future__ import annotations

from datetime import date
from typing import Final

from contracts.vocabulary.terms import Record
from registries_mock.people.facts import Family, Person
from registries_mock.people.records import (
    acts,
    bank,
    benefits,
    care,
    farm,
    health,
    identity,
    property,
    residence,
    taxes,
    work,
)
from registries_mock.people.records.shape import Teller

_TELLERS: Final[tuple[tuple[str, Teller], ...]] = (
    ("person", identity.tell),
    ("person", residence.tell),
    ("person", acts.tell),
    ("person", work.tell),
    ("person", benefits.tell),
    ("person", taxes.tell),
    ("person", health.tell),
    ("person", property.tell),
    ("person", care.tell),
    ("household", farm.tell),
    ("account", bank.tell),
)


def write_record(person: Person, family: Family, today: date) -> Record:
    """Roots `person`, `household`, `account`; a root that nothing is known under is left out.

    Own words where a term has a closed set of them, the wire's code in open dictionaries; dates as `date`, money and
    decimals as `Decimal`.
    """
    record: Record = {}
    for root, tell in _TELLERS:
        part = tell(person, family, today)
        if part:
            record.setdefault(root, {}).update(part)
    return record
