"""Values for terms that the people know nothing of: a deployment's own words, invented, always the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from contracts.passport import Passport
from contracts.vocabulary.terms import Record, Term
from contracts.words import TermType
from registries_mock.payloads.scope import is_present

_EPOCH: Final = date(2015, 1, 1)
_DAYS: Final = 3650


def invent(record: Record, passport: Passport, own: Mapping[str, Term], key: str) -> Record:
    """The record with a value for each of the deployment's `own` terms that the passport binds and the record lacks."""
    wanted = [path for path in passport.binds if path in own] if own else []
    if not wanted:
        return record
    filled = deepcopy(record)
    for path in wanted:
        _put(filled, path.split("."), _value(own[path], f"{key}:{path}"))
    return filled


def own_terms(vocabulary: Mapping[str, Term], packaged: Iterable[str]) -> dict[str, Term]:
    """The terms that a deployment added."""
    known = set(packaged)
    return {path: term for path, term in vocabulary.items() if path not in known}


def _put(place: Any, steps: list[str], value: object) -> None:
    step, *rest = steps
    name = step.removesuffix("[]")
    if not rest:
        if not is_present(place.get(name)):
            place[name] = value
    elif step.endswith("[]"):
        for item in place.setdefault(name, [{}]) or []:
            _put(item, rest, value)
    else:
        _put(place.setdefault(name, {}), rest, value)


def _value(term: Term, key: str) -> object:
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    day = _EPOCH + timedelta(days=number % _DAYS)
    match term.type:
        case TermType.BOOLEAN:
            return term.example == "true" if term.example else bool(number % 2)
        case TermType.DATE:
            return date.fromisoformat(term.example) if term.example else day
        case TermType.MONTH:
            return term.example or day.isoformat()[: len("2015-01")]
        case TermType.INTEGER:
            return int(term.example) if term.example else number % 100
        case TermType.MONEY | TermType.DECIMAL:
            return Decimal(term.example) if term.example else Decimal(number % 10_000_000) / 100
        case TermType.IIN | TermType.BIN:
            return term.example or f"{number % 10**12:012d}"
        case TermType.CODE:
            words = term.values
            return term.example or (words[number % len(words)] if words else "1")
        case _:
            return term.example or f"{term.title.ru} {number % 1000}"
