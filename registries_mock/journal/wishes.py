"""What somebody looks for in the journal, read from JSON; and in what an exchange differs from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from registries_mock.journal.entry import CHANNELS, Entry, Facts

IinsOf = Callable[[str], frozenset[str]]
_TEXTS: Final = frozenset(one.name for one in fields(Facts) if one.type == "str") | {
    "channel", "address", "signature", "dropped",
}  # fmt: skip
_NUMBERS: Final = ("status", "failure_id")
_TRUTHS: Final = ("done",)
_BESIDE: Final = ("persona", "since", "matched", "contains")
NAMES: Final = tuple(sorted({*_TEXTS, *_NUMBERS, *_TRUTHS, *_BESIDE}))


@dataclass(frozen=True)
class Wanted:
    """Which exchanges are meant: all that is said must hold."""

    equal: Mapping[str, Any] = field(default_factory=dict)
    iins: frozenset[str] | None = None
    """About any of these; None: about anybody."""
    since: int = 0
    """Of a greater number."""
    matched: bool | None = None
    """Whether a part was found for it."""
    contains: str = ""
    """Stands in the request or the reply, as they are shown."""

    def differences(self, entry: Entry, shown: Callable[[Entry], str]) -> dict[str, dict[str, Any]]:
        """By name what was wanted and what is there; {} where the exchange is one of those that are meant."""
        words = entry.words()
        found = {
            name: {"wanted": wanted, "found": words[name]}
            for name, wanted in self.equal.items()
            if words[name] != wanted
        }
        if self.iins is not None and entry.facts.iin not in self.iins:
            found["persona"] = {"wanted": "one of its people", "found": entry.facts.iin or "nobody"}
        if self.matched is not None and self.matched != bool(entry.facts.passport):
            found["matched"] = {"wanted": self.matched, "found": not self.matched}
        if entry.number <= self.since:
            found["since"] = {"wanted": self.since, "found": entry.number}
        if self.contains and self.contains not in shown(entry):
            found["contains"] = {"wanted": self.contains, "found": None}
        return found


def read_wanted(said: Any, iins_of: IinsOf) -> Wanted:
    """From an object of the words of `NAMES`; raises ValueError with a sentence."""
    if not isinstance(said, dict):
        raise ValueError("what is looked for is a JSON object")
    if unknown := sorted(set(said) - set(NAMES)):
        raise ValueError(f"{unknown[0]} is none of {', '.join(NAMES)}")
    _check_types(said)
    equal = {name: said[name] for name in said if name not in _BESIDE}
    if equal.get("channel", CHANNELS[0]) not in CHANNELS:
        raise ValueError(f"channel is one of {', '.join(CHANNELS)}")
    try:
        iins = iins_of(said["persona"]) if "persona" in said else None
    except LookupError as failure:
        raise ValueError("there is no such persona") from failure
    return Wanted(equal, iins, said.get("since", 0), said.get("matched"), said.get("contains", ""))


def _check_types(said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        if name in (*_NUMBERS, "since"):
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(f"{name} is a whole number")
        elif name in (*_TRUTHS, "matched"):
            if not isinstance(value, bool):
                raise ValueError(f"{name} is true or false")
        elif not isinstance(value, str):
            raise ValueError(f"{name} is a text")


@dataclass(frozen=True)
class HowMany:
    """How many exchanges there must be."""

    at_least: int = 1
    at_most: int | None = None

    def holds(self, count: int) -> bool:
        return self.at_least <= count and (self.at_most is None or count <= self.at_most)


def read_how_many(said: Mapping[str, Any]) -> HowMany:
    """From `exactly`, or `at_least` and `at_most`; at least one where nothing is said; ValueError with a sentence."""
    for name in ("exactly", "at_least", "at_most"):
        value = said.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} is a whole number from 0")
    if "exactly" in said:
        if {"at_least", "at_most"} & set(said):
            raise ValueError("exactly goes without at_least and at_most")
        return HowMany(said["exactly"], said["exactly"])
    how_many = HowMany(said.get("at_least", 0 if "at_most" in said else 1), said.get("at_most"))
    if how_many.at_most is not None and how_many.at_least > how_many.at_most:
        raise ValueError("at_least is not above at_most")
    return how_many
