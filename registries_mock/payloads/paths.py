"""Paths of a passport's fields: steps with prefix, attribute and predicate (grammar: contracts/passport.py)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from contracts.errors import CatalogueInvalid

_STEP: Final = re.compile(r"(?:[^/\[]|\[[^\]]*\])+")
_SHAPE: Final = re.compile(
    r"(?P<at>@?)(?:(?P<prefix>[\w.-]*):)?(?P<name>[\w.-]+)(?:\[(?P<key_at>@?)(?P<key>[\w.:-]+)=(?P<wanted>[^\]]*)\])?"
)


@dataclass(frozen=True)
class Step:
    """One step down; two steps are the same element where they are equal."""

    name: str
    prefix: str | None = None
    """None: as the payload is qualified; "": no namespace."""
    attribute: bool = False
    key: str = ""
    """Name of the attribute or child that tells this element from its neighbours."""
    key_is_attribute: bool = False
    wanted: str = ""


def parse_path(path: str) -> tuple[Step, ...]:
    """The steps of a path; raises CatalogueInvalid for what is none."""
    steps: list[Step] = []
    for text in _STEP.findall(path):
        found = _SHAPE.fullmatch(text)
        if found is None or (steps and steps[-1].attribute):
            raise CatalogueInvalid(f"{path} is not a path of a payload")
        steps.append(
            Step(
                name=found["name"],
                prefix=found["prefix"],
                attribute=bool(found["at"]),
                key=(found["key"] or "").rpartition(":")[2],
                key_is_attribute=bool(found["key_at"]),
                wanted=found["wanted"] or "",
            )
        )
    if not steps:
        raise CatalogueInvalid(f"{path!r} is not a path of a payload")
    return tuple(steps)


def bare(path: str) -> str:
    """The path without prefixes, for comparing a reading's path with a field's."""
    return re.sub(r"(^|/)(@?)[\w.-]*:", r"\1\2", path)
