"""Trees of the vocabulary: taking what stands at a path, projecting an answer out of a record, merging records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from contracts.vocabulary.terms import Coded, Record

Steps = tuple[tuple[str, bool], ...]
"""A path: names, and which of them hold lists."""
_BRANCHES = (dict, list)
_MOST_PATHS = 4096
"""Far more than a vocabulary and the passports of a deployment name."""


def take(record: Any, path: str) -> list[Any]:
    """Everything that stands at a path, through lists: `person.documents[].number` gives each number that is there."""
    return _take(record, _split(path))


def take_one(record: Any, path: str) -> Any:
    """The first thing at a path, or None."""
    found = take(record, path)
    return found[0] if found else None


def word_of(value: Any) -> str | None:
    """Our own word of a coded value; the text of any other; None where there is nothing or the code is unknown."""
    if isinstance(value, Coded):
        return value.value
    return None if value is None else str(value)


def keep_where(items: Iterable[Any], where: Mapping[str, tuple[str, ...]]) -> list[Any]:
    """The list items all of whose named leaves have one of the wanted words."""
    return [item for item in items if all(word_of(take_one(item, leaf)) in words for leaf, words in where.items())]


def cut_where(record: Record, path: str, where: Mapping[str, tuple[str, ...]]) -> Record:
    """The record with what stands at `path` (items of lists, or a group) cut to what `where` keeps; the rest stays."""
    name, _, rest = path.partition(".")
    key, listed = name.removesuffix("[]"), name.endswith("[]")
    value = record.get(key)
    if value is None:
        return record
    items = value if listed and isinstance(value, list) else [value]
    if rest:
        items = [cut_where(item, rest, where) if isinstance(item, dict) else item for item in items]
    else:
        items = keep_where(items, where)
    if listed:
        return record | {key: items}
    return record | {key: items[0]} if items else {name: kept for name, kept in record.items() if name != key}


def tells_any(record: Any, paths: Iterable[str]) -> bool:
    """Whether anything stands at one of the paths, of which `.*` at the end says nothing more."""
    for path in paths:
        for value in _take(record, _split_plain(path)):
            if is_present(value):
                return True
    return False


def is_present(value: Any) -> bool:
    """False for nothing at all: None, or a group or list without a single leaf."""
    if not isinstance(value, _BRANCHES):
        return value is not None
    return any(map(is_present, value.values() if isinstance(value, dict) else value))


def project(record: Record, paths: Iterable[str]) -> Record:
    """The part of a record that the paths name (`a.b`, `a.b.*`, `a.list[].leaf`, `a.list[].*`), in the same tree."""
    result: Record = {}
    for path in paths:
        _copy(record, result, path.removesuffix(".*").split("."))
    return result


def merge(records: Iterable[Record]) -> Record:
    """One tree of several: groups are merged, lists are joined without repeats, of two leaves the first stays."""
    result: Record = {}
    for record in records:
        _merge_into(result, record)
    return result


@lru_cache(_MOST_PATHS)
def _split(path: str) -> Steps:
    return tuple((step.removesuffix("[]"), step.endswith("[]")) for step in path.split("."))


@lru_cache(_MOST_PATHS)
def _split_plain(path: str) -> Steps:
    return _split(path.removesuffix(".*"))


def _take(node: Any, steps: Steps) -> list[Any]:
    for n, (name, listed) in enumerate(steps, start=1):
        node = node.get(name) if isinstance(node, dict) else None
        if node is None or (listed and not isinstance(node, list)):
            return []
        if listed:
            rest = steps[n:]
            return [found for item in node for found in _take(item, rest)] if rest else list(node)
    return [node]


def _copy(source: Any, target: dict[str, Any], steps: list[str]) -> None:
    if not isinstance(source, dict):
        return
    name, listed = steps[0].removesuffix("[]"), steps[0].endswith("[]")
    value = source.get(name)
    if value is None:
        return
    if len(steps) == 1:
        target[name] = _copy_tree(value)
    elif listed and isinstance(value, list):
        copies = target.setdefault(name, [{} for _ in value])
        for item, copy in zip(value, copies, strict=True):
            _copy(item, copy, steps[1:])
    elif isinstance(value, dict):
        _copy(value, target.setdefault(name, {}), steps[1:])


def _copy_tree(value: Any) -> Any:
    """Groups and lists anew; leaves (text, numbers, dates, codes) never change and are shared."""
    if isinstance(value, dict):
        return {name: _copy_tree(item) for name, item in value.items()}
    return [_copy_tree(item) for item in value] if isinstance(value, list) else value


def _merge_into(target: dict[str, Any], source: Record) -> None:
    for name, value in source.items():
        if isinstance(value, dict):
            _merge_into(target.setdefault(name, {}), value)
        elif isinstance(value, list):
            kept = target.setdefault(name, [])
            kept.extend(item for item in value if item not in kept)
        else:
            target.setdefault(name, value)
