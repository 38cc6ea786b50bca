"""What is promised of a load, judged by what was seen of it. Pure: a breach is planted in a test of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from tests.chaos.expected import Broken
from tests.load.metrics import Asked
from tests.load.sending import ACCEPTED, Sent

INTAKE: Final = "every application is accepted, no call is answered by an error"
DRAINED: Final = "what waited for the registry that was down is through within 15 minutes of its return"
NO_STORM: Final = "the registry that is back is asked no more than its quota"
BUDGET: Final = "retries stay within the budget of each registry"
DRAIN_SECONDS: Final = 900.0
RATIO, RESERVE = 0.1, 10.0
"""Of retries: so many an ask, and so many beside that."""
_MINUTE: Final = 60.0
_MOST_AT_ONCE: Final = 10
LATE_SECONDS: Final = 0.5
"""A message may be seen so much later than its turn: the machine has two cores, and others work on them."""


def judge_intake(sent: Sequence[Sent]) -> Iterator[Broken]:
    for status, times in sorted(Counter(one.status for one in sent if one.status != ACCEPTED).items()):
        yield Broken(INTAKE, f"{times} times HTTP {status}" if status else f"{times} times no answer")


def judge_drain(seconds: float | None) -> Iterator[Broken]:
    """`seconds`: from the return of the registry until nothing waits for it; None where that did not come."""
    if seconds is None or seconds > DRAIN_SECONDS:
        yield Broken(DRAINED, "it did not end" if seconds is None else f"it took {seconds:.0f} s")


def judge_rate(
    moments: Sequence[datetime], per_minute: int, missed: int = 0, late: float = LATE_SECONDS
) -> Iterator[Broken]:
    """`moments`: of each message to the registry, as it came there; `missed`: how many of all nobody saw come."""
    if missed:
        yield Broken(NO_STORM, f"{missed} exchanges were not seen")
    for window in (1.0, _MINUTE):
        most, allowed = find_peak(moments, window), allow(window, per_minute, late)
        if most > allowed:
            yield Broken(NO_STORM, f"{most} messages within {window:.0f} s, where {allowed} are the most")


def allow(window: float, per_minute: int, late: float = LATE_SECONDS) -> int:
    """The most messages in so many seconds by a quota: a tenth of it, at most 10, at once; the others evenly."""
    at_once = min(max(1, per_minute // 10), _MOST_AT_ONCE)
    evenly = (per_minute - at_once + 1) / _MINUTE
    return int(at_once + (window + late) * evenly)


def find_peak(moments: Sequence[datetime], window: float) -> int:
    """The most of them within so many seconds, wherever these begin."""
    ordered, first, most = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while (moment - ordered[first]).total_seconds() >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


def judge_budget(asked: Mapping[str, Asked], lowest: Mapping[str, float]) -> Iterator[Broken]:
    """`lowest`: the budget of each registry when it was lowest, of all looks."""
    for registry, one in sorted(asked.items()):
        most = RESERVE + RATIO * (one.messages - one.retries)
        if one.retries > most:
            yield Broken(BUDGET, f"{registry} had {one.retries} retries, where {most:.0f} are the most")
        if lowest.get(registry, 0.0) < 0.0:
            yield Broken(BUDGET, f"{registry} was at {lowest[registry]:.1f}")
