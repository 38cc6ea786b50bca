"""Stairs of a rate, each higher than the one before it, until what has not been gathered grows: there it gives way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import Final

from tests.load.watching import Look

_LEFT_OVER: Final = 0.1
"""Of those that come within a third of a stair: so many more that are not gathered in it are a backlog that grows."""
_DEVIATIONS: Final = 2.0
"""Who comes by chance is under way by chance: so many standard deviations of that are no growth."""


@dataclass(frozen=True)
class Climb:
    """Which rates (applications a second), how long each, and how long the last one that held is gone on with."""

    rates: Sequence[float]
    seconds: float
    hold_seconds: float

    def count(self, rate: float) -> int:
        return max(1, round(rate * self.seconds))


@dataclass(frozen=True)
class Stair:
    """One rate, as it went."""

    rate: float
    came: int
    middle: float
    """Applications that had come and were not gathered, in the mean of the second third of its time; nan where nobody
    looked then."""
    last: float
    """And of the third third."""
    seconds: float

    @property
    def has_held(self) -> bool:
        allowed = max(_LEFT_OVER * self.rate * self.seconds / 3, _DEVIATIONS * sqrt(max(1.0, self.middle)))
        # Nothing is below nan: what nobody looked at has not held.
        return self.last - self.middle <= allowed


def judge_stair(
    rate: float, moments: Sequence[float], seconds: float, began: float, before: int, looks: Sequence[Look]
) -> Stair:
    """`moments`: when each was due to come, after `began` on the watch; `before`: how many had come in the run.

    Counted is from when an application was due: who waits for a gateway to take it is not gathered either.
    """

    def mean(first: float, last: float) -> float:
        found = [
            before + bisect_right(moments, look.at - began) - look.registered
            for look in looks
            if first <= (look.at - began) / seconds < last
        ]
        return sum(found) / len(found) if found else nan

    return Stair(rate, len(moments), mean(1 / 3, 2 / 3), mean(2 / 3, 1.0), seconds)
