"""Legal rules as dated data: the set in force on a day, pinned by its version.

A deployment may lay a file of its own over the packaged one: each rule that it tells takes the place of the packaged
rule of that id, on the days on which it is in force.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from contracts.errors import CatalogueInvalid
from contracts.tables import PACKAGED, Row, read_row, read_toml

LONGEST_VERSION = 40
"""A case keeps the version it is judged by."""


class Rule(Row):
    id: str
    value: Any
    options: tuple[Any, ...] = Field(min_length=1)
    """What the rule may say; of a rule that is a word the program knows no others than the packaged ones."""
    clause: str
    source: str
    confidence: int = Field(ge=1, le=4)
    service: str = ""
    """"" = every service."""
    region: str = ""
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _is_an_option(self) -> Rule:
        if self.value not in self.options:
            raise ValueError(f"the value of {self.id} is none of its options")
        return self


class _File(Row):
    version: str = Field(min_length=1)
    rule: tuple[Rule, ...]


@dataclass(frozen=True)
class Rules:
    """The rules of one service on one day; a case pins `version`."""

    version: str
    """Of the packaged file, then of each file laid over it: `2026-11-01+north-3`."""
    by_id: dict[str, Rule]
    _read: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Times of the day that were read out of their words before."""

    def rule(self, rule_id: str) -> Rule:
        """The rule in force; raises CatalogueInvalid where none of that id is."""
        rule = self.by_id.get(rule_id)
        if rule is None:
            raise CatalogueInvalid(f"there is no rule {rule_id} in version {self.version}")
        return rule

    def value(self, rule_id: str) -> Any:
        """Its value; raises CatalogueInvalid where no rule of that id is."""
        rule = self.by_id.get(rule_id)
        return rule.value if rule is not None else self.rule(rule_id).value

    def number(self, rule_id: str) -> int:
        value = self.value(rule_id)
        if not isinstance(value, int):
            raise CatalogueInvalid(f"rule {rule_id} is not a whole number")
        return value

    def numbers(self, rule_id: str) -> tuple[int, ...]:
        value = self.value(rule_id)
        if not isinstance(value, list | tuple) or not all(isinstance(item, int) for item in value):
            raise CatalogueInvalid(f"rule {rule_id} is not a list of whole numbers")
        return tuple(value)

    def word(self, rule_id: str) -> str:
        return str(self.value(rule_id))

    def words(self, rule_id: str) -> tuple[str, ...]:
        value = self.value(rule_id)
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise CatalogueInvalid(f"rule {rule_id} is not a list of words")
        return tuple(value)

    def times(self, rule_id: str) -> tuple[time, ...]:
        """Times of the day, ascending."""
        known: tuple[time, ...] | None = self._read.get(f"times {rule_id}")
        if known is None:
            words = self.words(rule_id)
            known = self._read[f"times {rule_id}"] = tuple(sorted(time.fromisoformat(word) for word in words))
        return known

    def hours(self, rule_id: str) -> tuple[time, time]:
        known: tuple[time, time] | None = self._read.get(f"hours {rule_id}")
        if known is None:
            start, end = self.value(rule_id)
            known = self._read[f"hours {rule_id}"] = time.fromisoformat(start), time.fromisoformat(end)
        return known


def dump_rules(rules: Rules) -> str:
    """The rules as JSON, the same text for the same rules: what a case pins."""
    rows = [rule.model_dump(mode="json") for _, rule in sorted(rules.by_id.items())]
    return json.dumps({"version": rules.version, "rules": rows}, ensure_ascii=False, sort_keys=True)


def parse_rules(text: str) -> Rules:
    """What `dump_rules` wrote; raises CatalogueInvalid where it is nothing of the kind."""
    try:
        plain = json.loads(text)
        rules = [Rule.model_validate_json(json.dumps(row)) for row in plain["rules"]]
        return Rules(str(plain["version"]), {rule.id: rule for rule in rules})
    except (ValueError, KeyError, TypeError) as error:
        raise CatalogueInvalid("pinned rules cannot be read") from error


def load_rules(service: str, on: date, folders: Iterable[Path] = ()) -> Rules:
    """The rules in force on a day: the packaged ones, then those of each `<folder>/legal/rules.toml` in their place.

    Of the rules of one file, one for the service wins over one for all, and the later `valid_from` over the earlier.
    Raises CatalogueInvalid for a file that cannot be read, a rule that the packaged file does not have, or a word that
    it does not know.
    """
    packaged, *laid_over = (_read(PACKAGED / "legal" / "rules.toml"), *map(_read, find_files(folders, "rules.toml")))
    for file in laid_over:
        _check(file, packaged)
    version = "+".join(file.version for file in (packaged, *laid_over))
    if len(version) > LONGEST_VERSION:
        raise CatalogueInvalid(f"the versions of the rules are together longer than {LONGEST_VERSION} characters")
    chosen: dict[str, Rule] = {}
    for file in (packaged, *laid_over):
        for rule in sorted(file.rule, key=lambda r: (bool(r.service), r.valid_from)):
            if (
                rule.service in ("", service)
                and rule.valid_from <= on
                and (rule.valid_to is None or on <= rule.valid_to)
            ):
                chosen[rule.id] = rule
    return Rules(version, chosen)


def read_packaged_rules() -> tuple[Rule, ...]:
    """Every rule of the packaged file, whenever it is in force."""
    return _read(PACKAGED / "legal" / "rules.toml").rule


def find_files(folders: Iterable[Path], name: str) -> tuple[Path, ...]:
    """The files `legal/<name>` of the folders that have one, in their order."""
    return tuple(file for folder in folders if (file := folder / "legal" / name).is_file())


def _read(file: Path) -> _File:
    return read_row(_File, read_toml(file), file.name)


def _is_sound(value: Any) -> bool:
    """No number below 0, no empty list, and in a list no 0: each would stop the work, or never let it rest."""
    if isinstance(value, list | tuple):
        return bool(value) and all(item > 0 for item in value if isinstance(item, int))
    return not isinstance(value, int) or value >= 0


def _check(file: _File, packaged: _File) -> None:
    known: dict[str, list[Any]] = {}
    for rule in packaged.rule:
        known.setdefault(rule.id, []).extend(rule.options)
    for rule in file.rule:
        options = known.get(rule.id)
        if options is None:
            raise CatalogueInvalid(f"rules {file.version}: there is no rule {rule.id} to replace")
        if {type(rule.value)} != {type(option) for option in options}:
            raise CatalogueInvalid(f"rules {file.version}: {rule.id} is of another kind")
        if not _is_sound(rule.value):
            raise CatalogueInvalid(f"rules {file.version}: {rule.id} has a number below 0, or a list of nothing")
        if isinstance(rule.value, str) and rule.value not in options:
            raise CatalogueInvalid(f"rules {file.version}: {rule.id} knows no such word")
