"""What must agree: one rule a function, by the name of which a broken agreement is told."""

from __future__ import annotations

from collections.abc import Iterator

from tests.coherence.family import Family
from tests.coherence.rules import acts, care, homes, identity, kin, money, papers, property, work
from tests.coherence.rules.shape import Rule

RULES: tuple[Rule, ...] = tuple(
    rule for room in (identity, kin, acts, homes, papers, property, work, money, care) for rule in room.RULES
)


def find_broken(family: Family) -> Iterator[tuple[str, str]]:
    """The name of each agreement that this family breaks, and how; what a rule looks for and nobody tells breaks it."""
    for rule in RULES:
        try:
            for how in rule(family):
                yield rule.__name__, how
        except KeyError as missing:
            yield rule.__name__, f"nobody tells {missing}"
