"""A record in which one value is not what other registries say of the same person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from contracts.passport import Passport
from contracts.vocabulary.terms import Record

_ANY: Final = "any"
_LEAVES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "birth_date": re.compile(r"[._]birth_date$"),
        "name": re.compile(r"[._]surname$"),
        "address": re.compile(r"\baddress(\.(city|street|building))?$"),
    }
)
CONTRADICTIONS: Final = (_ANY, *_LEAVES)
_NUMBERS: Final = re.compile(r"(iin|bin|iban|\[\])$")
"""By which a reply is known to be about whom was asked (or lists, which hold the values): never changed."""
_MONTH: Final = re.compile(r"\d{4}-\d{2}")


def can_contradict(passport: Passport, variant: str) -> bool:
    """Whether the service tells something of the kind."""
    return any(True for _ in _list_places(passport, variant))


def contradict(record: Record, passport: Passport, variant: str) -> Record:
    """The record with the first value of the kind changed that it has; as it was where it has none."""
    for place in _list_places(passport, variant):
        changed: Record | None = _change(record, place.split("."))
        if changed is not None:
            return changed
    return record


def _list_places(passport: Passport, variant: str) -> Iterator[str]:
    for name in _LEAVES if variant == _ANY else (variant,):
        yield from (bind for bind in passport.binds if _LEAVES[name].search(bind))
    if variant == _ANY:
        yield from (bind for bind in passport.binds if not _NUMBERS.search(bind))


def _change(node: Any, steps: Sequence[str]) -> Any:
    """The node with another value at the end of the steps; None where there is none to change."""
    if not steps:
        return _find_other(node)
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    inside = node.get(name) if isinstance(node, Mapping) else None
    if not step.endswith("[]") or not isinstance(inside, list):
        changed = _change(inside, rest)
        return None if changed is None else {**node, name: changed}
    for nth, item in enumerate(inside):
        changed = _change(item, rest)
        if changed is not None:
            return {**node, name: [*inside[:nth], changed, *inside[nth + 1 :]]}
    return None


def _find_other(value: Any) -> Any:
    """Another value of the same form; None where there is none: codes have none that all registries know."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value - timedelta(days=1)
    if isinstance(value, int | Decimal):
        return value + 1
    if not isinstance(value, str) or not value:
        return None
    if _MONTH.fullmatch(value):
        return f"{int(value[:4]) - 1}{value[4:]}"
    return f"{value[:-1]}{(int(value[-1]) + 1) % 10}" if value.isdecimal() else f"{value} ИНОЕ"
