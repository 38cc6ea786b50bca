"""Texts of the wire into values of the vocabulary: strict, because a date that cannot be read is not "no date"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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
AS_WRITTEN = frozenset({TermType.STRING, TermType.IIN, TermType.BIN})
"""What is kept as the text that it is."""
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


def make_value_reader(kind: TermType, entries: Sequence[DictionaryEntry] = ()) -> Callable[[str], Value]:
    """Return what reads a text that is not empty; it raises ValueError, whose own text may quote it."""
    if kind is TermType.CODE:
        read = make_code_reader(entries)
        return lambda text: read(text, "", "")
    return _READERS[kind]


def make_code_reader(entries: Sequence[DictionaryEntry]) -> Callable[[str, str, str], Coded]:
    """Return what reads (code, ru, kk): names that came win over ours, an unknown code is kept and has no word."""
    known = {one.code: Coded(one.code, one.value or None, one.ru, one.kk) for one in reversed(entries)}

    def read(code: str, ru: str, kk: str) -> Coded:
        ours = known.get(code)
        if ours is None:
            return Coded(code, None, ru, kk)
        if ru in ("", ours.ru) and kk in ("", ours.kk):
            return ours
        return Coded(code, ours.value, ru or ours.ru, kk or ours.kk)

    return read


def _read_integer(text: str) -> int:
    number = _read_number(text)
    if number != number.to_integral_value():
        raise ValueError("not a whole number")
    return int(number)


def _read_number(text: str) -> Decimal:
    plain = text.translate(_BLANKS)
    if _NUMBER.fullmatch(plain) is None:
        raise ValueError("not a number")
    return Decimal(plain)


def _read_boolean(text: str) -> bool:
    truth = _TRUTH.get(text.lower())
    if truth is None:
        raise ValueError("not a boolean")
    return truth


def _read_date(text: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError("not a date")
    return date.fromisoformat(found[1])  # as written: no shift to another zone


def _read_month(text: str) -> str:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ValueError("not a month")
    return found[1]


_READERS: Mapping[TermType, Callable[[str], Value]] = {
    **dict.fromkeys(AS_WRITTEN, str),
    TermType.INTEGER: _read_integer,
    TermType.DECIMAL: _read_number,
    TermType.MONEY: _read_number,
    TermType.BOOLEAN: _read_boolean,
    TermType.DATE: _read_date,
    TermType.MONTH: _read_month,
}
