"""`reply.expected.json`: what a passport's sample means, as a record of the vocabulary."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from contracts.vocabulary.terms import Coded, Record, Term
from contracts.words import TermType
from registries_mock.passports.faults import Fault, suggest

EXPECTED: Final = "samples/reply.expected.json"
_CODED: Final = ("code", "value", "ru", "kk")
_WANTED: Final[Mapping[TermType, str]] = {
    TermType.CODE: 'write {"code": …, "value": our own word or null, "ru": …, "kk": …}',
    TermType.DATE: 'write a date in quotes, "2026-02-10"',
    TermType.MONTH: 'write a month in quotes, "2026-02"',
    TermType.MONEY: 'write the number in quotes, "1500.50"',
    TermType.DECIMAL: 'write the number in quotes, "1500.50"',
    TermType.INTEGER: "write a whole number",
    TermType.BOOLEAN: "write true or false",
}


class Expectation:
    """Reads the tree of values; `faults` says what in it is not understood."""

    def __init__(self, vocabulary: Mapping[str, Term], binds: Collection[str]) -> None:
        self._vocabulary = vocabulary
        self._binds = binds
        self.faults: list[Fault] = []
        self.leaves: set[str] = set()
        """The terms that it states."""

    def read(self, value: Any) -> Record:
        """The record; {} where there is none."""
        if not isinstance(value, dict) or not value:
            self.faults.append(Fault(EXPECTED, "it is no JSON object with values", '{"person": {…}}'))
            return {}
        record: Record = self._read(value, "")
        return record

    def _read(self, value: Any, path: str) -> Any:
        if isinstance(value, dict) and not set(value) <= set(_CODED):
            below = {name: self._read(inner, f"{path}.{name}" if path else name) for name, inner in value.items()}
            return {name: inner for name, inner in below.items() if inner is not None}
        if isinstance(value, list):
            return [self._read(inner, f"{path}[]") for inner in value]
        return self._leaf(value, path)

    def _leaf(self, value: Any, path: str) -> Any:
        term = self._vocabulary.get(path.removesuffix("[]"))
        if path not in self._binds or term is None:
            bound = [bind for bind in self._binds if bind in self._vocabulary]
            self._fault("no field of the reply is bound to it", path, suggest(path, bound, "those that are:"))
            return None
        self.leaves.add(path)
        try:
            return _convert(value, term.type)
        except (ValueError, TypeError, InvalidOperation):
            self._fault(f"it is no {term.type}", path, _WANTED.get(term.type, "write a text in quotes"))
            return None

    def _fault(self, sentence: str, path: str, remedy: str) -> None:
        self.faults.append(Fault(EXPECTED, sentence, remedy, path))


def _convert(value: Any, kind: TermType) -> object:
    """The value of a term; raises ValueError, TypeError or InvalidOperation where it is none."""
    if kind is TermType.CODE:
        if not isinstance(value, dict) or "code" not in value:
            raise TypeError
        known = value.get("value")
        return Coded(
            str(value["code"]), None if known is None else str(known), value.get("ru", ""), value.get("kk", "")
        )
    if kind in (TermType.BOOLEAN, TermType.INTEGER):
        if type(value) is not (bool if kind is TermType.BOOLEAN else int):
            raise TypeError
        return value
    if not isinstance(value, str) or not value:
        raise TypeError
    if kind is TermType.DATE:
        return date.fromisoformat(value)
    return Decimal(value) if kind in (TermType.MONEY, TermType.DECIMAL) else value
