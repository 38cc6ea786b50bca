"""Texts of the wire into values of the vocabulary: strict, because a date that cannot be read is not "no date"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from contracts.passport import DictionaryEntry
from contracts.vocabulary.terms import Coded
from contracts.words import FieldType, TermType

Value = str | int | Decimal | bool | date | Coded
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.,]+)?(?:Z|[+-]\d{2}:?\d{2})?")
_MONTH = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:-.*)?")
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?")
_BLANKS = str.maketrans({" ": "", "\u00a0": "", "\u202f": "", ",": "."})
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_BY_FIELD = {
    FieldType.INT: TermType.INTEGER,
    FieldType.LONG: TermType.INTEGER,
    FieldType.DECIMAL: TermType.DECIMAL,
    FieldType.DOUBLE: TermType.DECIMAL,
    FieldType.BOOLEAN: TermType.BOOLEAN,
    FieldType.DATE: TermType.DATE,
    FieldType.DATE_TIME: TermType.DATE,
    FieldType.CODE: TermType.CODE,
    FieldType.DICT: TermType.CODE,
}


def term_type_of(field: FieldType) -> TermType:
    """What a field tells where the vocabulary does not say."""
    return _BY_FIELD.get(field, TermType.STRING)


def read_value(text: str, kind: TermType, entries: Sequence[DictionaryEntry] = ()) -> Value:
    """Return the value of a text that is not empty; raises ValueError, whose own text may quote it."""
    match kind:
        case TermType.INTEGER:
            number = _number(text)
            if number != number.to_integral_value():
                raise ValueError("not a whole number")
            return int(number)
        case TermType.DECIMAL | TermType.MONEY:
            return _number(text)
        case TermType.BOOLEAN:
            truth = _TRUTH.get(text.lower())
            if truth is None:
                raise ValueError("not a boolean")
            return truth
        case TermType.DATE:
            found = _DATE.fullmatch(text)
            if found is None:
                raise ValueError("not a date")
            return date.fromisoformat(found[1])  # as written: no shift to another zone
        case TermType.MONTH:
            found = _MONTH.fullmatch(text)
            if found is None:
                raise ValueError("not a month")
            return found[1]
        case TermType.CODE:
            return read_code(text, "", "", entries)
    return text


def read_code(code: str, ru: str, kk: str, entries: Sequence[DictionaryEntry]) -> Coded:
    """Return the dictionary value: names that came win over ours, an unknown code is kept and has no word."""
    entry = next((known for known in entries if known.code == code), None)
    if entry is None:
        return Coded(code, None, ru, kk)
    return Coded(code, entry.value or None, ru or entry.ru, kk or entry.kk)


def _number(text: str) -> Decimal:
    plain = text.translate(_BLANKS)
    if _NUMBER.fullmatch(plain) is None:
        raise ValueError("not a number")
    return Decimal(plain)
