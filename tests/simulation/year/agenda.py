"""What people and registries will do of themselves, by its moment: late answers, letters, papers, decisions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush

Act = Callable[[datetime], None]
_MINUTE = timedelta(minutes=1)


class Agenda:
    """Steppable: runs what is due on the stepper's own thread, in the order of moments, applications and their acts."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._acts: list[tuple[datetime, str, int, Act]] = []
        self._counts: dict[str, int] = {}

    def put(self, at: datetime, application_id: str, act: Act) -> None:
        """At a whole minute, so that what happens in one minute is one step of the clock."""
        moment = at.replace(second=0, microsecond=0)
        moment += _MINUTE if moment < at else timedelta()
        with self._lock:
            n = self._counts[application_id] = self._counts.get(application_id, 0) + 1
            heappush(self._acts, (moment, application_id, n, act))

    def next_due(self) -> datetime | None:
        with self._lock:
            return self._acts[0][0] if self._acts else None

    def run_due(self) -> None:
        now = self._clock()
        while (act := self._pop(now)) is not None:
            act(now)

    def is_quiet(self) -> bool:
        due = self.next_due()
        return due is None or due > self._clock()

    def _pop(self, now: datetime) -> Act | None:
        with self._lock:
            return heappop(self._acts)[-1] if self._acts and self._acts[0][0] <= now else None
