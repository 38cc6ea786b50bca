"""The person's one bank account: the IBAN holds the IIN, so that the holder is found without a list of accounts."""

from __future__ import annotations

from datetime import date

from registries_mock.people.facts import Family, Person
from registries_mock.people.numbers import BANKS, iban_of
from registries_mock.people.records.shape import Part


def tell(person: Person, family: Family, today: date) -> Part:
    bank = person.bank
    if bank is None or person.iin is None or person.died:
        return {}
    return {
        "iban": iban_of(person.iin, bank.code),
        "exists": True,
        "belongs_to_holder": True,
        "status": bank.status,
        "kind": bank.kind,
        "currency": "KZT",
        "bank_bic": BANKS[bank.code],
    }
