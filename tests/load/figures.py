"""What the figures of a run are made of: percentiles, rates of each registry, and the backlog at some moments."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tests.load.judges import RATIO, RESERVE, count_again, find_peak
from tests.load.metrics import Asked
from tests.load.watching import Look, Watch

PERCENTS: Final = (50, 95, 99, 100)
PERCENT_NEEDS: Final = 100
"""So many values have percentiles: of fewer, 99 % would be the most of them."""


@dataclass(frozen=True)
class RegistryLoad:
    """What one registry was asked in the whole run."""

    registry: str
    messages: int
    in_a_second: int
    """The most within a second, wherever it begins."""
    in_a_minute: int
    again: int
    """Messages whose very bytes had come before."""
    asked: Asked
    lowest_budget: float

    @property
    def most_retries(self) -> int:
        return int(RESERVE + RATIO * (self.asked.messages - self.asked.retries))


def find_percentile(values: Sequence[float], percent: int) -> float | None:
    """The smallest value that so many percent do not exceed; None where there is none at all."""
    ordered = sorted(values)
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1] if ordered else None


def tell_percentiles(values: Sequence[float]) -> list[str]:
    """The most of them is told, however few they are."""
    told = [percent for percent in PERCENTS if percent == max(PERCENTS) or len(values) >= PERCENT_NEEDS]
    found = (find_percentile(values, percent) if percent in told else None for percent in PERCENTS)
    return ["–" if value is None else f"{value:.2f}" for value in found]


def read_loads(watch: Watch) -> Iterator[RegistryLoad]:
    """The busiest first. What the suite could give to no registry belongs to the bus itself, and is left out."""
    again = count_again((message.registry, message.digest) for message in watch.messages)
    for registry, moments in sorted(_moments_of(watch).items(), key=lambda pair: -len(pair[1])):
        asked = watch.asked.get(registry, Asked())
        peaks = find_peak(moments, 1.0), find_peak(moments, 60.0)
        yield RegistryLoad(
            registry, len(moments), *peaks, again[registry][1], asked, watch.lowest_budget.get(registry, RESERVE)
        )


def pick_looks(looks: Sequence[Look], most: int) -> list[Look]:
    """At most so many of them, evenly: the first and the last among them."""
    if len(looks) <= most:
        return list(looks)
    return [looks[round(n * (len(looks) - 1) / (most - 1))] for n in range(most)]


def _moments_of(watch: Watch) -> Mapping[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for message in watch.messages:
        if message.registry:
            found.setdefault(message.registry, []).append(message.at)
    return found
