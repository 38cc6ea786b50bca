"""What is true of a person only in the light of the question: this phone, this account.

Here terms of the vocabulary are computed, whatever passport carries them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.vocabulary.terms import Record
from registries_mock.ports import People

NOT_TAKEN: Record = {
    "sms": {"status": "failed"},
    "notification": {"status": "failed"},
    "file": {"operation": "upload"},
}
"""What the SMS gateway, the portal's cabinet and the file store say of what they did not take."""
UNKNOWN: Record = {"consent": {"status": "no_phone"}, "phone": {"belongs": False}}
"""What is true of somebody who does not exist."""


def add_circumstances(record: Record, words: Mapping[str, str], people: People) -> Record:
    """The record with the root `phone`, and `account` as seen by who asks about an IBAN. Everybody has a phone."""
    iin = record.get("person", {}).get("iin", "")
    phone = words.get("phone", "")
    added: Record = {"phone": {"belongs": bool(iin and phone) and _digits(phone) == _digits(people.phone(iin))}}
    if "iban" in words:
        added["account"] = _account(people, words["iban"].replace(" ", "").upper(), iin)
    return record | added


def _account(people: People, iban: str, iin: str) -> Mapping[str, Any]:
    """The account behind the IBAN, whose holder may be somebody else; empty where no bank has it."""
    found = people.account(iban)
    if found is None:
        return {}
    return {**found["account"], "belongs_to_holder": found["person"]["iin"] == iin}


def _digits(phone: str) -> str:
    """The last ten digits: +7, 8 and spaces are ways of writing."""
    return "".join(sign for sign in phone if sign.isdigit())[-10:]
