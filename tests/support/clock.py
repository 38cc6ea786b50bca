"""A clock that begins at a fixed moment, goes on as time passes, and can be moved."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone

ALMATY = timezone(timedelta(hours=5))
MONDAY = datetime(2026, 10, 5, 10, 0, tzinfo=ALMATY)
"""A Monday morning inside working hours."""


class MovableClock:
    """A clock port. Every run begins at the same moment, wherever and whenever it is."""

    def __init__(self, start: datetime = MONDAY) -> None:
        self._start = start
        self._origin = time.monotonic()
        self._moved = timedelta()
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._start + self._moved + timedelta(seconds=time.monotonic() - self._origin)

    def move(self, step: timedelta) -> None:
        with self._lock:
            self._moved += step
