"""The journal: the last exchanges in memory, in the order in which they began; whoever waits for one is woken."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from registries_mock.clock import Clock
from registries_mock.journal.entry import Channel, Entry
from registries_mock.journal.line import CURRENT, Line
from registries_mock.web.turns import give_way

KEPT: Final = 2000
"""Exchanges; the oldest is forgotten first."""
WITH_MESSAGES: Final = 500
"""So many of them with their messages."""
MOST_WAITING: Final = 16
"""At one time: half of the threads that a suite in a test has."""
WAIT_SECONDS: Final = 60.0
"""The longest that anybody waits for an exchange."""


class TooManyWait(Exception):
    """As many wait for exchanges as may."""


class Journal:
    """Safe to share among threads."""

    def __init__(self, clock: Clock, kept: int = KEPT) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._appending = threading.Lock()
        self._waiting = 0
        self._numbers = itertools.count(1)
        self._lines: deque[Line] = deque(maxlen=kept)

    @contextmanager
    def begin(self, channel: Channel, address: str) -> Iterator[Line]:
        """A line for the exchange that this thread now serves; what fails in it ends it with HTTP 500."""
        line = self._append(channel, address)
        before = CURRENT.set(line)
        try:
            yield line
        except BaseException as failure:
            # Its kind alone: a message's text must not get out this way.
            line.note(refused=type(failure).__name__)
            line.end(500, b"")
            raise
        finally:
            CURRENT.reset(before)

    def _append(self, channel: Channel, address: str) -> Line:
        with self._appending:
            line = Line(next(self._numbers), self._clock(), channel, address, self._wake)
            self._lines.append(line)
            if len(self._lines) > WITH_MESSAGES:
                self._lines[-WITH_MESSAGES - 1].forget_messages()
            return line

    def entries(self) -> list[Entry]:
        """All that are kept, the oldest first."""
        return [line.entry() for line in list(self._lines)]

    def find(self, number: int) -> Entry | None:
        return next((line.entry() for line in list(self._lines) if line.number == number), None)

    def wait(self, holds: Callable[[list[Entry]], bool], seconds: float) -> list[Entry]:
        """The entries as soon as they are such, or when the time is over (real seconds, a minute at most).

        Raises TooManyWait: who waits holds a thread of the web server, and exchanges need theirs.
        """
        give_way()
        with self._changed:
            if seconds > 0 and self._waiting >= MOST_WAITING:
                raise TooManyWait(f"{MOST_WAITING} wait already")
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: holds(self.entries()), min(max(seconds, 0.0), WAIT_SECONDS))
            finally:
                self._waiting -= 1
        return self.entries()

    def reset(self) -> None:
        """Forget all; numbers begin anew, so that a run repeats."""
        with self._appending:
            self._lines.clear()
            self._numbers = itertools.count(1)
        self._wake()

    def _wake(self) -> None:
        # Who looks and then waits holds the lock meanwhile; without one who waits, a note costs no lock.
        if self._waiting:
            with self._changed:
                self._changed.notify_all()
