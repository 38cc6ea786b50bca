"""A scenario as its text says it: seed, title, and entries in whose place in the text every complaint is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from registries_mock.durations import read_duration
from registries_mock.failure_rows import TEXTS
from registries_mock.failure_words import LATE_SECONDS, MOMENTS
from registries_mock.scenario.tree import Path, ScenarioInvalid, Tree, read_tree

_WORDS: Final = ("seed", "title", "timeline", "personas")
_TIMES: Final = ("at", "for", "until")
_MOST_ENTRIES: Final = 1000
_MOST_SEED: Final = 2**63 - 1
_LONGEST: Final = timedelta(seconds=LATE_SECONDS)

When = timedelta | datetime | None
"""So long after the beginning of the scenario, at that moment, or where nothing is said."""


@dataclass(frozen=True)
class Entry:
    """One failure of the timeline, or of a persona."""

    place: str
    """Where it stands in the text: `line 12, entry 3`."""
    begins: When
    ends: When
    words: Mapping[str, Any]
    """Those of a failure, without its window."""

    def window(self, start: datetime) -> dict[str, str]:
        """`from` and `until` as a failure says them, for a scenario that begins at `start`."""
        moments = {"from": _resolve(self.begins, start), "until": _resolve(self.ends, start)}
        return {name: moment.isoformat() for name, moment in moments.items() if moment is not None}


@dataclass(frozen=True)
class Scenario:
    seed: int
    title: str
    entries: tuple[Entry, ...]


def read_scenario(content: bytes, *, is_json: bool = False) -> Scenario:
    """Raises ScenarioInvalid; whether its entries can happen to a suite's services only that suite can say."""
    tree = read_tree(content, is_json=is_json)
    told = tree.value
    if not isinstance(told, dict):
        raise ScenarioInvalid("a scenario is a mapping with seed and timeline")
    for name in told:
        if name not in _WORDS:
            raise ScenarioInvalid(f"{tree.place((name,), name)} is not a word of a scenario: {', '.join(_WORDS)}")
    seed, title = told.get("seed", 1), told.get("title", "")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= _MOST_SEED:
        raise ScenarioInvalid(f"{tree.place(('seed',), 'seed')} is a whole number from 0 to {_MOST_SEED}")
    if not isinstance(title, str):
        raise ScenarioInvalid(f"{tree.place(('title',), 'title')} is a text")
    entries = (*_read_timeline(tree), *_read_personas(tree))
    if not entries:
        raise ScenarioInvalid("a scenario has a timeline, or personas, with at least one entry")
    if len(entries) > _MOST_ENTRIES:
        raise ScenarioInvalid(f"a scenario has at most {_MOST_ENTRIES} entries")
    return Scenario(seed, title, entries)


def _read_timeline(tree: Tree) -> Iterator[Entry]:
    timeline = tree.value.get("timeline", [])
    if not isinstance(timeline, list):
        raise ScenarioInvalid(f"{tree.place(('timeline',), 'timeline')} is a list of entries")
    for nth, told in enumerate(timeline):
        yield _read_entry(told, tree.place(("timeline", nth), f"entry {nth + 1}"))


def _read_personas(tree: Tree) -> Iterator[Entry]:
    personas = tree.value.get("personas", {})
    if not isinstance(personas, dict):
        raise ScenarioInvalid(f"{tree.place(('personas',), 'personas')} is a mapping of names to their failures")
    for name, told in personas.items():
        path: Path = ("personas", name)
        rows = told if isinstance(told, list) else [told]
        for nth, row in enumerate(rows):
            place = tree.place((*path, nth) if isinstance(told, list) else path, f"persona {name}")
            if isinstance(row, dict) and "persona" in row:
                raise ScenarioInvalid(f"{place}: persona is said twice")
            yield _read_entry({**row, "persona": name} if isinstance(row, dict) else row, place)


def _read_entry(told: Any, place: str) -> Entry:
    if not isinstance(told, dict):
        raise ScenarioInvalid(f"{place}: an entry is a mapping with kind, and what narrows it down")
    for name in MOMENTS:
        if name in told and name not in _TIMES:
            raise ScenarioInvalid(f"{place}: {name} is not a word of an entry: at says when it begins")
    begins, lasts, ends = (_read_when(told, name, place) for name in _TIMES)
    if lasts is not None and ends is not None:
        raise ScenarioInvalid(f"{place}: for and until are not said both")
    if isinstance(lasts, datetime):
        raise ScenarioInvalid(f"{place}: for is a duration like PT2H")
    if lasts is not None:
        ends = _add(begins, lasts, place)
    elif isinstance(begins, datetime) and isinstance(ends, timedelta):
        raise ScenarioInvalid(f"{place}: at is a moment, so until is one too; or say for")
    elif isinstance(begins, timedelta) and isinstance(ends, datetime):
        raise ScenarioInvalid(f"{place}: until is a moment, so at is one too, or is not said")
    words = {name: value for name, value in told.items() if name not in _TIMES}
    numbers = {name: str(value) for name, value in words.items() if name in TEXTS and type(value) is int}
    return Entry(place, begins, ends, words | numbers)


def _read_when(told: Mapping[str, Any], name: str, place: str) -> When:
    text = told.get(name)
    if text is None:
        return None
    try:
        if not isinstance(text, str):
            raise ValueError("it is no text")
        found = read_duration(text) if text.startswith("P") else datetime.fromisoformat(text)
        if isinstance(found, datetime) and found.tzinfo is None:
            raise ValueError("it has no zone")
    except ValueError as failure:
        what = f"{name} is a duration like PT2H, or a moment with its zone like 2026-10-05T10:00:00+05:00"
        raise ScenarioInvalid(f"{place}: {what}") from failure
    if isinstance(found, timedelta) and found > _LONGEST:
        raise ScenarioInvalid(f"{place}: {name} is at most {_LONGEST.days} days")
    return found


def _add(begins: When, lasts: timedelta, place: str) -> When:
    try:
        return (begins or timedelta()) + lasts
    except OverflowError as failure:
        raise ScenarioInvalid(f"{place}: it ends after the last year that there is") from failure


def _resolve(when: When, start: datetime) -> datetime | None:
    return start + when if isinstance(when, timedelta) else when
