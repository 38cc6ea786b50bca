"""What a text is by its looks, where nothing better is known of it: nothing is kept that could be somebody's."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from registries_mock.people.numbers import read_iin
from registries_mock.record.pseudonyms import Pseudonyms

IIN: Final = re.compile(r"\d{12}")
IBAN: Final = re.compile(r"KZ\d{2}[0-9A-Z]{16}")
PHONE: Final = re.compile(r"\+?[78]\d{10}")
DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)(.*)", re.DOTALL)
TIME: Final = re.compile(r"(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?:Z|[+-]\d\d:\d\d)?")
MONTH: Final = re.compile(r"\d{4}-\d\d")
NUMBER: Final = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?")
GUID: Final = re.compile(r"(\{?)([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(\}?)")
BOOLEAN: Final = ("true", "false")


def replace_by_looks(text: str, pseudonyms: Pseudonyms) -> str:
    """Another text of the same looks; blanks around it stay."""
    core = text.strip()
    if not core or core in BOOLEAN:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{_replace(core, pseudonyms)}{after}"


def _replace(text: str, pseudonyms: Pseudonyms) -> str:
    if IIN.fullmatch(text):
        return pseudonyms.iin(text) if read_iin(text) else pseudonyms.bin(text)
    if IBAN.fullmatch(text):
        return pseudonyms.iban(text)
    if PHONE.fullmatch(text):
        return pseudonyms.phone(text)
    if (guid := GUID.fullmatch(text)) is not None:
        return f"{guid[1]}{pseudonyms.guid(guid[2])}{guid[3]}"
    if is_day(text):
        return replace_day(text, pseudonyms)
    if NUMBER.fullmatch(text):
        return pseudonyms.number(text) if len(text) > 1 else pseudonyms.scramble(text)
    return pseudonyms.scramble(text)


def is_day(text: str) -> bool:
    """Whether it is a date or a moment in ISO form."""
    found = DAY.fullmatch(text)
    if found is None or TIME.fullmatch(found[2]) is None:
        return False
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    return True


def replace_day(text: str, pseudonyms: Pseudonyms) -> str:
    """The day moved; the time of day stays."""
    found = DAY.fullmatch(text)
    return (
        pseudonyms.scramble(text)
        if found is None
        else (f"{pseudonyms.day(date.fromisoformat(found[1])).isoformat()}{found[2]}")
    )
