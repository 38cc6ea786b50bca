"""How many exchanges each passport has had."""

from __future__ import annotations

import threading
from collections import Counter


class Counts:
    """A tally by passport key; an asynchronous exchange counts once, when it is sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tally: Counter[str] = Counter()

    def add(self, passport: str) -> None:
        with self._lock:
            self._tally[passport] += 1

    def reset(self) -> None:
        with self._lock:
            self._tally.clear()

    def all(self) -> dict[str, int]:
        """By passport, the busiest first."""
        with self._lock:
            return dict(self._tally.most_common())
