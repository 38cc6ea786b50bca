"""Which fault comes when: drawn by a seed, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_SOONEST, _LATEST = 0.5, 3.0
"""Seconds between one fault and the next."""


@dataclass(frozen=True)
class Planned:
    at: float
    """Seconds after the load began."""
    kind: str
    draw: int
    """The seed of whatever else the fault draws."""


def draw_plan(seed: int, kinds: Sequence[str], rounds: int) -> tuple[Planned, ...]:
    """Each kind once a round, in an order and at moments of the seed's choosing."""
    dice = Random(seed)  # noqa: S311 - faults that can be repeated are wanted, no secrets
    planned: list[Planned] = []
    at = 1.0
    for _ in range(rounds):
        for kind in dice.sample(list(kinds), len(kinds)):
            at += dice.uniform(_SOONEST, _LATEST)
            planned.append(Planned(round(at, 2), kind, dice.getrandbits(32)))
    return tuple(planned)
