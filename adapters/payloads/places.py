"""Where in a record a bound value goes: a vocabulary path turned once into a function that puts it there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from adapters.payloads.values import Value
from contracts.vocabulary.terms import Record

Scopes = tuple[Record, ...]
"""The record, then the list items that are open, from the outermost."""
Prefixes = tuple[str, ...]
"""The path of each scope with its dot; "" of the record. They hang on the plan alone, so that places are found once."""
Keep = Callable[[Value, Scopes], None]
Open = Callable[[Scopes], Scopes]


def make_keep(bind: str, prefixes: Prefixes) -> Keep:
    """Return what keeps a value at the path: of several, the first that stands in the document, or all in a list."""
    at, keys = _locate(bind, prefixes)
    *way, last = keys
    if last.endswith("[]"):
        name = last.removesuffix("[]")
        return lambda value, scopes: _descend(scopes[at], way).setdefault(name, []).append(value)

    def keep(value: Value, scopes: Scopes) -> None:
        scopes[at].setdefault(last, value)

    def keep_in_groups(value: Value, scopes: Scopes) -> None:
        place = scopes[at]
        for key in way:
            place = place.setdefault(key, {})
        place.setdefault(last, value)

    def keep_below(value: Value, scopes: Scopes) -> None:
        _descend(scopes[at], way).setdefault(last, value)

    if any(key.endswith("[]") for key in way):
        return keep_below
    return keep_in_groups if way else keep


def make_open(bind: str, prefixes: Prefixes) -> tuple[Open, Prefixes]:
    """Return what opens a group at the path, and the prefixes within it: a list gets one item more."""
    at, keys = _locate(bind, prefixes)
    if not bind.endswith("[]"):

        def open_one(scopes: Scopes) -> Scopes:
            _descend(scopes[at], keys)
            return scopes

        return open_one, prefixes
    *way, last = keys
    name = last.removesuffix("[]")

    def open_item(scopes: Scopes) -> Scopes:
        item: Record = {}
        _descend(scopes[at], way).setdefault(name, []).append(item)
        return (*scopes, item)

    return open_item, (*prefixes, f"{bind}.")


def _locate(bind: str, prefixes: Prefixes) -> tuple[int, list[str]]:
    """Which scope is the innermost that the path runs through, and the keys below it."""
    at = max(at for at, prefix in enumerate(prefixes) if bind.startswith(prefix))
    return at, bind[len(prefixes[at]) :].split(".")


def _descend(record: Record, keys: Sequence[str]) -> Record:
    inner: Any = record
    for key in keys:
        if key.endswith("[]"):
            # A list that no element opens: the payload holds one item of it, spread over its own fields.
            items = inner.setdefault(key.removesuffix("[]"), [])
            if not items:
                items.append({})
            inner = items[0]
        else:
            inner = inner.setdefault(key, {})
    place: Record = inner
    return place
