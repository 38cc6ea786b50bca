"""The paths of passports (`p:name`, `:name`, `@name`, `name[@a=v]`, `name[child=v]`) taken apart into steps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contracts.errors import CatalogueInvalid

_STEP = re.compile(r"(@?)(?:([\w.-]*):)?([\w.-]+)(?:\[(@?)(?:[\w.-]*:)?([\w.-]+)=([^\]]*)\])?")


@dataclass(frozen=True)
class Condition:
    """What tells one element from its namesakes: an attribute's value, or a child's text."""

    attribute: bool
    name: str
    value: str


@dataclass(frozen=True)
class Step:
    local: str
    prefix: str | None = None
    """None where none is written; "" for `:name`, which is in no namespace."""
    attribute: bool = False
    condition: Condition | None = None


def parse_path(path: str) -> tuple[Step, ...]:
    """Return the steps of a path; raises CatalogueInvalid where it cannot be read."""
    steps = []
    rest = path
    while rest:
        found = _STEP.match(rest)
        if found is None:
            raise CatalogueInvalid(f"the path {path} cannot be read")
        at, prefix, local, by_attribute, name, value = found.groups()
        condition = Condition(bool(by_attribute), name, value) if name else None
        steps.append(Step(local, prefix, bool(at), condition))
        rest = rest[found.end() :]
        if rest and (not rest.startswith("/") or at or rest == "/"):
            raise CatalogueInvalid(f"the path {path} cannot be read")
        rest = rest[1:]
    if not steps:
        raise CatalogueInvalid("a path is empty")
    return tuple(steps)
