"""The rows by which something fails on demand: put into force, used up, taken away, and the waiting they cause."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

from registries_mock.failure_words import HELD_SECONDS
from registries_mock.journal.line import hold
from registries_mock.web.turns import give_way


class Row(Protocol):
    """One row, by its number."""

    @property
    def id(self) -> int: ...

    @property
    def times(self) -> int | None:
        """How many exchanges are left to fail; None: until it is taken away."""
        ...


R = TypeVar("R", bound=Row)


class RowsInForce(Generic[R]):
    """Safe to share among threads."""

    def __init__(self, with_times: Callable[[R, int], R]) -> None:
        """`with_times` gives the same row with so many exchanges left."""
        self._with_times = with_times
        self._lock = threading.Lock()
        self._rows: dict[int, R] = {}
        self._ids = itertools.count(1)
        self._released = threading.Event()

    def put(self, read: Callable[[int], R]) -> R:
        """Put the row into force that is read under the next number."""
        with self._lock:
            row = read(next(self._ids))
            self._rows[row.id] = row
        return row

    def swap(self, goes: Callable[[R], bool], come: Iterable[Callable[[int], R]]) -> list[R]:
        """Put these rows into force in place of those that go, all at once."""
        with self._lock:
            rows = [read(next(self._ids)) for read in come]
            self._rows = {row.id: row for row in self._rows.values() if not goes(row)} | {row.id: row for row in rows}
        return rows

    def rows(self) -> list[R]:
        with self._lock:
            return list(self._rows.values())

    def remove(self, number: int) -> bool:
        """Take one row away; False where it is not there (any more)."""
        with self._lock:
            return self._rows.pop(number, None) is not None

    def use(self, fits: Callable[[R], bool]) -> R | None:
        """The oldest row that fits; its count goes down."""
        with self._lock:
            found = next((row for row in self._rows.values() if fits(row)), None)
            if found is not None and found.times is not None:
                if found.times > 1:
                    self._rows[found.id] = self._with_times(found, found.times - 1)
                else:
                    del self._rows[found.id]
        return found

    def reset(self) -> None:
        """Take all rows away, and let every held reply go at once; numbers begin anew, so that a run repeats."""
        with self._lock:
            self._rows.clear()
            self._ids = itertools.count(1)
            released, self._released = self._released, threading.Event()
        released.set()

    def wait(self, seconds: float) -> None:
        """Hold a reply back, for a minute at most, or until the next reset: in real time, as connections are real."""
        if seconds > 0:
            with self._lock:
                released = self._released
            begun = time.monotonic()
            give_way()
            released.wait(min(seconds, HELD_SECONDS))
            hold(time.monotonic() - begun)
