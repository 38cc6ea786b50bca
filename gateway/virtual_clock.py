"""A clock that stands until it is moved: for tests and demonstrations in which days pass in milliseconds."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class VirtualClock:
    """Port `Clock`; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._lock = threading.Lock()
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        with self._lock:
            return self._now

    def move_to(self, moment: datetime) -> None:
        with self._lock:
            self._now = max(self._now, moment.astimezone(UTC))
