"""What is promised of a load, judged by what was seen of it. Pure: a breach is planted in a test of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from tests.chaos.expected import Broken
from tests.chaos.promises import LOST
from tests.load.metrics import Asked
from tests.load.sending import ACCEPTED, Sent

INTAKE: Final = "every application is accepted, no call is answered by an error"
GATHERED: Final = "as many packages are registered at the end as applications were accepted"
DRAINED: Final = "what waited for the registry that was down is through within 15 minutes of its return"
NO_STORM: Final = "the registry that is back is asked no more than its quota"
PACED: Final = "the registry that is back, and of which no quota is known, is asked at the pace that is assumed"
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


def judge_rest(rested: Mapping[str, bool]) -> Iterator[Broken]:
    """`rested`: by part, whether all of it was over, or had its next date, before nobody waited any longer."""
    for title, held in rested.items():
        if not held:
            yield Broken(LOST, f"{title}: what was left was still under way when nobody waited any longer")


def judge_gathered(accepted: int, registered: int) -> Iterator[Broken]:
    if registered != accepted:
        yield Broken(GATHERED, f"{registered} of {accepted}")


def judge_drain(seconds: float | None) -> Iterator[Broken]:
    """`seconds`: from the return of the registry until nothing waits for it; None where that did not come."""
    if seconds is None or seconds > DRAIN_SECONDS:
        yield Broken(DRAINED, "it did not end" if seconds is None else f"it took {seconds:.0f} s")


def judge_rate(
    moments: Sequence[datetime],
    per_minute: int,
    missed: int = 0,
    late: float = LATE_SECONDS,
    promise: str = NO_STORM,
) -> Iterator[Broken]:
    """`moments`: of each message to the registry, as it came there; `missed`: how many of all nobody saw come."""
    if not moments:
        yield Broken(promise, "no message was seen there")
    if missed:
        yield Broken(promise, f"{missed} exchanges were not seen")
    for window in (1.0, _MINUTE):
        most, allowed = find_peak(moments, window), allow(window, per_minute, late)
        if most > allowed:
            yield Broken(promise, f"{most} messages within {window:.0f} s, where {allowed} are the most")


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


def count_again(came: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """By registry: how many messages came a first time, and how often one came again. `came`: registry and digest."""
    found = {}
    for registry, times in _tally(came).items():
        found[registry] = len(times), times.total() - len(times)
    return found


def _tally(came: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for registry, digest in came:
        if registry:
            found.setdefault(registry, Counter())[digest] += 1
    return found


def judge_again(again: Mapping[str, tuple[int, int]], asked: Mapping[str, Asked]) -> Iterator[Broken]:
    """The witness without: what came again at the suite, beside the budget and beside what the gateway counts."""
    for registry, (first, times) in sorted(again.items()):
        most, counted = int(RESERVE + RATIO * first), asked.get(registry, Asked()).retries
        if times > most:
            yield Broken(BUDGET, f"{times} messages came again at {registry}, where {most} are the most")
        # Fewer may come: a retry whose turn does not come in time is counted, and never sent.
        if times > counted:
            yield Broken(BUDGET, f"{times} messages came again at {registry}, and the gateway counts {counted}")


def judge_budget(asked: Mapping[str, Asked], lowest: Mapping[str, float]) -> Iterator[Broken]:
    """`lowest`: the budget of each registry when it was lowest, of all looks."""
    for registry, one in sorted(asked.items()):
        most = RESERVE + RATIO * (one.messages - one.retries)
        if one.retries > most:
            yield Broken(BUDGET, f"{registry} had {one.retries} retries, where {most:.0f} are the most")
        if lowest.get(registry, 0.0) < 0.0:
            yield Broken(BUDGET, f"{registry} was at {lowest[registry]:.1f}")
