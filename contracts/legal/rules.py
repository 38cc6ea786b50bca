"""Legal rules as dated data: the set in force on a day, pinned by its version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from pydantic import Field

from contracts.errors import CatalogueInvalid
from contracts.tables import PACKAGED, Row, read_row, read_toml


class Rule(Row):
    id: str
    value: Any
    options: tuple[Any, ...] = Field(min_length=1)
    clause: str
    source: str
    confidence: int = Field(ge=1, le=4)
    service: str = ""
    """"" = every service."""
    region: str = ""
    valid_from: date
    valid_to: date | None = None


class _File(Row):
    version: str
    rule: tuple[Rule, ...]


@dataclass(frozen=True)
class Rules:
    """The rules of one service on one day; a case pins `version`."""

    version: str
    by_id: dict[str, Rule]

    def value(self, rule_id: str) -> Any:
        """The value in force; raises CatalogueInvalid where no rule of that id is."""
        rule = self.by_id.get(rule_id)
        if rule is None:
            raise CatalogueInvalid(f"there is no rule {rule_id} in version {self.version}")
        return rule.value

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

    def hours(self, rule_id: str) -> tuple[time, time]:
        start, end = self.value(rule_id)
        return time.fromisoformat(start), time.fromisoformat(end)


def load_rules(service: str, on: date, file: Path = PACKAGED / "legal" / "rules.toml") -> Rules:
    """The rules in force on a day; a row for the service wins over a row for all; the later `valid_from` wins."""
    table = read_row(_File, read_toml(file), file.name)
    chosen: dict[str, Rule] = {}
    for rule in sorted(table.rule, key=lambda r: (bool(r.service), r.valid_from)):
        if rule.service in ("", service) and rule.valid_from <= on and (rule.valid_to is None or on <= rule.valid_to):
            chosen[rule.id] = rule
    return Rules(table.version, chosen)
