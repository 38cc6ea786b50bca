"""Steps of virtual time: from one moment at which something is due to the next, and at each until all is quiet.

The clocks of followers (the mock suite) are stepped to the same moments, so that what both sides do at one moment is
done before the time goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from contracts.errors import Overloaded

_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.016
"""Seconds between looks whether all is quiet: short work ends a step at once, and long work is left its processor."""
_MOST_MOMENTS = 100_000


class Steppable(Protocol):
    """Something whose work falls due by the clock."""

    def next_due(self) -> datetime | None:
        """The earliest moment at which it has something to do, past or ahead; None where nothing waits."""

    def run_due(self) -> None:
        """Begin what is due now, or do it."""

    def is_quiet(self) -> bool:
        """True where nothing is under way or due."""


class Follower(Protocol):
    """Another program with a virtual clock."""

    def move_to(self, moment: datetime) -> None:
        """Step its clock there and wait until it is quiet; no step back. Raises GatewayError."""

    def next_due(self) -> datetime | None: ...


class MovableClock(Protocol):
    def __call__(self) -> datetime: ...

    def move_to(self, moment: datetime) -> None: ...


@dataclass(frozen=True)
class Standing:
    now: datetime
    quiet: bool
    next: datetime | None


class TimeSteps:
    def __init__(
        self,
        clock: MovableClock,
        workers: Sequence[Steppable],
        followers: Sequence[Follower] = (),
        *,
        hold: Callable[[], AbstractContextManager[object]] = nullcontext,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Under `hold` nobody begins what is due."""
        self._clock = clock
        self._hold = hold
        self._workers = workers
        self._followers = followers
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()

    def standing(self) -> Standing:
        return Standing(self._clock(), self._is_quiet(), self._find_next())

    def advance(self, step: timedelta, seconds: float) -> Standing:
        """Move the clock by a step, and return when all is quiet; `seconds` of real time bound it.

        Raises Overloaded where another step is under way, or the time is over: the clock then stands where it came to.
        """
        end = self._monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise Overloaded("another step of the clock is under way")
        try:
            target = self._clock() + step
            self._settle(end)
            for _ in range(_MOST_MOMENTS):
                now = self._clock()
                if now >= target:
                    # It was quiet a moment ago; an idle look of the engine since then is no work.
                    return Standing(now, True, self._find_next())
                ahead = self._find_next()
                self._move(target if ahead is None else min(max(ahead, now), target))
                self._settle(end)
                if ahead is not None and ahead <= now:
                    # What was due at this very moment has been done; the time goes on even if it is due again.
                    self._move(min(now + timedelta(seconds=1), target))
                    self._settle(end)
            raise Overloaded("the step has too many moments")
        finally:
            self._lock.release()

    def _move(self, moment: datetime) -> None:
        # Our own clock first: what a follower pushes at that moment is received at that moment. Held, because a
        # follower that is asked before it stands there would answer as of the moment before.
        with self._hold():
            self._clock.move_to(moment)
            for follower in self._followers:
                follower.move_to(moment)

    def _settle(self, end: float) -> None:
        """Until nothing is under way: what falls due meanwhile at this moment is done too."""
        pause = _FIRST_PAUSE
        # Asked before they are stirred: who is stirred looks around, and does not count as quiet meanwhile.
        while busy := [worker for worker in self._workers if not worker.is_quiet()]:
            for worker in busy:
                worker.run_due()
            if self._monotonic() > end:
                raise Overloaded("the step is not over in time")
            self._sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _is_quiet(self) -> bool:
        return all(worker.is_quiet() for worker in self._workers)

    def _find_next(self) -> datetime | None:
        told = [one.next_due() for one in self._workers] + [one.next_due() for one in self._followers]
        known = [moment for moment in told if moment is not None]
        return min(known, default=None)
