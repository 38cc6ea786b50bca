"""Virtual time: a clock that stands until it is stepped, and a timer whose work falls due by that clock alone.

Work is done by one thread, in the order in which it falls due; meanwhile the clock stands at the moment of that work.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from registries_mock.clock import KAZAKHSTAN
from registries_mock.timer import run_guarded

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=KAZAKHSTAN)
LATEST: Final = datetime(2200, 1, 1, tzinfo=KAZAKHSTAN)
"""No virtual clock begins before the one or is stepped beyond the other: there is room for all that comes later."""

_BOUNDS: Final = f"between {EARLIEST.year} and {LATEST.year - 1}"

Work = Callable[[], None]


@dataclass(frozen=True)
class Standing:
    """Where a virtual clock stands; quiet: nothing that has fallen due is still to be done, and no step under way."""

    now: datetime
    quiet: bool
    next: datetime | None = None
    """When the next work falls due: who steps several clocks together steps no further at a time."""


def check_start(start: datetime) -> None:
    """Raises ValueError with a sentence for a moment at which no virtual clock begins."""
    if not EARLIEST <= start < LATEST:
        raise ValueError(f"a virtual clock begins {_BOUNDS}")


class VirtualTime:
    """A Clock and a Timer in one."""

    def __init__(self, start: datetime) -> None:
        """Raises ValueError for a start out of bounds."""
        check_start(start)
        self._changed = threading.Condition()
        self._now = self._target = start.astimezone(KAZAKHSTAN)
        self._due: list[tuple[datetime, int, Work]] = []
        self._order = itertools.count()
        self._working = False
        self._started = False
        self._closed = False

    def __call__(self) -> datetime:
        with self._changed:
            return self._now

    def standing(self) -> Standing:
        with self._changed:
            return self._stand()

    def after(self, seconds: float, work: Work) -> None:
        """Do the work so much later; what is due now begins at once, without a step."""
        with self._changed:
            if not self._closed:
                heapq.heappush(self._due, (self._now + timedelta(seconds=seconds), next(self._order), work))
                self._wake()

    def advance(self, step: timedelta, wait_seconds: float) -> Standing:
        """Step forward, and wait until all is quiet, in real seconds; a step that takes longer goes on by itself.

        Steps of several callers add up. Raises ValueError for a step out of bounds.
        """
        with self._changed:
            if not timedelta() < step <= LATEST - self._target:
                raise ValueError(f"a virtual clock goes forward, and stays {_BOUNDS}")
            self._target += step
            self._wake()
            self._changed.wait_for(lambda: self._closed or self._is_quiet(), wait_seconds)
            return self._stand()

    def reset(self) -> None:
        with self._changed:
            self._due.clear()
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()

    def _stand(self) -> Standing:
        return Standing(self._now, self._is_quiet(), self._due[0][0] if self._due else None)

    def _is_quiet(self) -> bool:
        return not self._working and self._now == self._target and not self._is_due()

    def _is_due(self) -> bool:
        return bool(self._due) and self._due[0][0] <= self._target

    def _wake(self) -> None:
        if not self._started:
            self._started = True
            threading.Thread(target=self._run, name="virtual-time", daemon=True).start()
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._is_due() or self._now < self._target)
                if self._closed:
                    return
                if not self._is_due():
                    self._now = self._target
                    self._changed.notify_all()
                    continue
                self._now, _, work = heapq.heappop(self._due)
                self._working = True
            run_guarded(work)
            with self._changed:
                self._working = False
                self._changed.notify_all()
