"""Chance of one application: a sequence of its own, so that what happens to one never depends on another."""

from __future__ import annotations

import math
from random import Random

from tests.simulation.year.assumptions import Spread


class Chance:
    def __init__(self, seed: int, number: int) -> None:
        # No secret is drawn here.
        self._random = Random(seed * 1_000_003 + number)  # noqa: S311

    def happens(self, share: float) -> bool:
        return self._random.random() < share

    def draw(self, spread: Spread) -> float:
        """Of a lognormal quantity."""
        return spread.median * math.exp(spread.sigma * self._random.gauss(0.0, 1.0))

    def pick(self, count: int) -> int:
        """0 to `count` - 1."""
        return int(self._random.random() * count)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()
