"""Values of the vocabulary as texts on the wire, and what fills a mandatory place that has no value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from contracts.passport import DictionaryEntry
from contracts.vocabulary.terms import Coded
from contracts.words import FieldType
from registries_mock.clock import KAZAKHSTAN

_WHOLE: Final = (FieldType.INT, FieldType.LONG)
_MONTH_LENGTH: Final = len("2025-01")
_DATE_LENGTH: Final = len("2025-01-01")


def to_text(value: object, kind: FieldType) -> str:
    """The value as this type of field carries it; dates in a dateTime are midnight in Kazakhstan."""
    if type(value) is str and kind is FieldType.STRING:
        return value  # most are
    if isinstance(value, bool):
        return str(int(value)) if kind in _WHOLE else str(value).lower()
    if isinstance(value, Coded):
        return value.ru or value.code
    if isinstance(value, Decimal | float):
        return str(int(value)) if kind in _WHOLE else format(value, "f")
    if isinstance(value, datetime):
        moment = value.astimezone(KAZAKHSTAN)
        return moment.date().isoformat() if kind is FieldType.DATE else moment.isoformat(timespec="seconds")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return _as_moment(text, kind) if kind in (FieldType.DATE, FieldType.DATE_TIME) else text


def find_entry(value: object, entries: Sequence[DictionaryEntry]) -> DictionaryEntry:
    """The entry that our own word or a code means; a word that no dictionary has is sent as the code itself."""
    if isinstance(value, Coded):
        found = _lookup(value.value or value.code, entries)
        return found or DictionaryEntry(code=value.code, value=value.value or "", ru=value.ru, kk=value.kk)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _lookup(text, entries) or DictionaryEntry(code=text, value=text)


def filler(kind: FieldType, entries: Sequence[DictionaryEntry], today: str) -> str:
    """What a strict schema gets where a mandatory, not nillable field has no value."""
    if kind in (FieldType.DATE, FieldType.DATE_TIME):
        return _as_moment(today[:_DATE_LENGTH], kind)
    if kind is FieldType.CODE:
        return entries[0].code if entries else ""
    return {FieldType.STRING: "", FieldType.BOOLEAN: "false", FieldType.DICT: ""}.get(kind, "0")


def _lookup(text: str, entries: Sequence[DictionaryEntry]) -> DictionaryEntry | None:
    return next((entry for entry in entries if entry.value == text), None) or next(
        (entry for entry in entries if entry.code == text), None
    )


def _as_moment(text: str, kind: FieldType) -> str:
    if len(text) == _MONTH_LENGTH:
        text = f"{text}-01"
    if kind is FieldType.DATE:
        return text[:_DATE_LENGTH]
    return f"{text}T00:00:00+05:00" if len(text) == _DATE_LENGTH else text
