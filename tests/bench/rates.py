"""How often a second something can be done: ways that take turns, and documents of 3 kB for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.bench.measuring import Series

CONTENT = b"x" * 3000
DOCUMENT = b"<document><text>" + CONTENT + b"</text></document>"
ENVELOPE = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><data>'
    + CONTENT
    + b"</data></soap:Body></soap:Envelope>"
)


@dataclass(frozen=True)
class Effort:
    """How much is measured: rounds, the seconds of one figure, and how often xmlsec1 repeats."""

    rounds: int
    seconds: float
    repeats: int

    def rate(self, work: Callable[[], object]) -> float:
        """How often a second, over about so long; once at least."""
        work()
        count, started = 0, time.perf_counter()
        while not count or time.perf_counter() - started < self.seconds:
            work()
            count += 1
        return count / (time.perf_counter() - started)


def take_rates(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, Series]:
    """Each way's figure in each round; in a round they take turns."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, measure in ways.items():
            found[name].append(measure())
    return {name: Series(name, "a second", tuple(values)) for name, values in found.items()}
