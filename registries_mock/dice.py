"""Draws that depend on their key and nothing else: the same on every machine, in any order, without state."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Dice of one key; each draw has a name, and the same name falls the same way each time."""

    def __init__(self, *key: object) -> None:
        self._key = "/".join(map(str, key)) + "/"

    def of(self, *key: object) -> Dice:
        """Dice of a longer key."""
        return Dice(self._key[:-1], *key)

    def number(self, name: str, below: int) -> int:
        """A whole number from 0 to `below` - 1."""
        return int.from_bytes(blake2b((self._key + name).encode(), digest_size=8).digest(), "big") % below

    def between(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.number(name, high - low + 1)

    def share(self, name: str) -> float:
        """A number from 0 up to 1."""
        return self.number(name, 1 << 53) / (1 << 53)

    def happens(self, name: str, probability: float) -> bool:
        return self.share(name) < probability

    def pick(self, name: str, choices: Sequence[T]) -> T:
        return choices[self.number(name, len(choices))]

    def weigh(self, name: str, choices: Sequence[tuple[T, float]]) -> T:
        """One of the choices, by weights that sum to 1."""
        rest = self.share(name)
        for choice, weight in choices:
            rest -= weight
            if rest < 0:
                return choice
        return choices[-1][0]

    def digits(self, name: str, size: int) -> str:
        return f"{self.number(name, 10**size):0{size}}"
