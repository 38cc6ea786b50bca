"""How applications come: rates with their source, and moments of arrival drawn by a seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

HOUR: Final = 3600.0


@dataclass(frozen=True)
class Shape:
    """Applications of the whole country within a stretch of time."""

    title: str
    count: int
    seconds: float

    @property
    def a_second(self) -> float:
        return self.count / self.seconds


ORDINARY_DAY: Final = Shape("the busiest hour of an ordinary day of 2025", 207, HOUR)
"""Assumed: 551 a day in 8 hours are 0.02 a second, and the peak is three times the mean."""
QUARTER_START: Final = Shape("the busiest hour at the start of a quarter", 1_800, HOUR)
"""Assumed: 50 000 in 10 working days of 8 hours are 0.17 a second, and the peak is three times the mean."""
RECORD_DAY: Final = Shape("the busiest hour of the record day, 1 and 2 April 2019", 5_760, HOUR)
"""Published: 33 432 were filed in two days. Assumed: in 9 hours of each, and the peak is three times the mean."""
FIFTY_THOUSAND: Final = Shape("the busiest hour, where 50 000 come in one day", 18_750, HOUR)
"""Stress: in 8 hours 1.7 a second, and the peak is three times the mean."""
FAMILIES_2024: Final = Shape("the busiest hour, where all families of 2024 come in one day", 29_288, HOUR)
"""Stress: 78 100, the families that had the aid in 2024; in 8 hours 2.7 a second, the peak three times that."""
OUTAGE: Final = Shape("two hours at the start of a quarter, a registry down", 1_250, 2 * HOUR)
"""The mean of the start of a quarter: 0.17 a second."""


def draw_moments(seed: int, count: int, seconds: float) -> tuple[float, ...]:
    """So many arrivals within so many seconds, each whenever it likes: many callers who know nothing of each other."""
    dice = Random(seed)  # noqa: S311 - arrivals that can be repeated are wanted, no secrets
    return tuple(sorted(dice.uniform(0.0, seconds) for _ in range(count)))
