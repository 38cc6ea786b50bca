"""Threads that serve connections: one leads, which sees who is ready and serves each at once; the others wait to lead.

Before the leader waits for anything it gives way to the next. So what takes no waiting is served without a change of
threads, threads do not fight for the interpreter, and a reply that waits holds up nobody. A connection whose replies
wait keeps the thread that it has. Decision 0022 has the figures.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from registries_mock.web.connection import Connection
from registries_mock.web.turns import take_turns

_log = logging.getLogger(__name__)
_KEPT: Final = 256
"""So many threads stay when there is nothing to do."""
_PATIENCE_SECONDS: Final = 0.02
_LEAST_PATIENCE_SECONDS: Final = 0.001
"""A leader that does not come back for so long is taken to wait for something without having said so: for less and less
while that is so of one after the other."""
_PARTS: Final = 4
"""How often, within the time that a connection may be silent, those are looked for that have been for too long."""


class Turn:
    """What a thread serves while it leads: its so manieth."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.number = 0


class Crew:
    """Serves connections from `park` until they end, which `on_end` is told of."""

    def __init__(self, on_end: Callable[[Connection], None], silence_seconds: float) -> None:
        self._on_end = on_end
        self._every = silence_seconds / _PARTS
        self._next_look = 0.0
        self._ready = select.epoll()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._ready.register(self._wake, select.EPOLLIN)
        self._due: deque[int] = deque()
        self._lead = threading.Lock()
        self._lock = threading.Lock()
        self._leader: Turn | None = None
        self._followers = self._alive = 0
        self._parked: dict[int, Connection] = {}
        self._stirs = threading.Event()
        self._over = threading.Event()
        self._ended = threading.Event()

    def start(self) -> bool:
        """Whether there were threads to be had; where not, it can be tried again."""
        with self._lock:
            try:
                if not self._alive:
                    self._begin_follower()
                if self._alive == 1:
                    self._begin(self._watch, "crew-watch")
            except RuntimeError:
                return False
        return True

    def stop(self, seconds: float) -> None:
        """Every thread ends, as soon as it has served what it serves; that is waited for so long."""
        with self._lock:
            # Under it, because who sees it may be the last, and closes.
            if self._over.is_set():
                return
            self._over.set()
            if self._alive:
                os.eventfd_write(self._wake, 1)
            else:
                self._close()
        self._stirs.set()
        self._ended.wait(seconds)

    def park(self, connection: Connection) -> None:
        """Serve it whenever something comes."""
        try:
            with self._lock:
                # Both or neither: by a number that was noted earlier the leader may find it here at once, and end it.
                self._ready.register(connection.number, select.EPOLLIN | select.EPOLLRDHUP)
                self._parked[connection.number] = connection
        except OSError:
            self._end(connection)

    def _begin_follower(self) -> None:
        """Under the lock. Raises RuntimeError where there is no thread to be had."""
        self._begin(self._follow, "exchange")
        self._followers += 1

    def _begin(self, work: Callable[[], None], name: str) -> None:
        """Under the lock."""

        def run() -> None:
            try:
                work()
            finally:
                with self._lock:
                    self._alive -= 1
                    if not self._alive:
                        self._close()

        threading.Thread(target=run, name=name, daemon=True).start()
        self._alive += 1

    def _close(self) -> None:
        """Under the lock, by the last who could need them."""
        self._ready.close()
        os.close(self._wake)
        self._ended.set()

    def _follow(self) -> None:
        turn = Turn()
        take_turns(partial(self._give_way, turn))
        stays = True
        while stays:
            self._lead.acquire()
            with self._lock:
                self._followers -= 1
                self._leader = turn
            self._serve_all(turn)
            with self._lock:
                stays = self._followers < _KEPT and not self._over.is_set()
                self._followers += stays

    def _serve_all(self, turn: Turn) -> None:
        """Until another leads, or the end."""
        while self._leader is turn:
            if self._over.is_set():
                # The next is to see the end too.
                self._leader = None
                self._lead.release()
                return
            if not self._due:
                self._due.extend(number for number, _ in self._ready.poll(self._every))
                self._end_silent()
            while self._due and self._leader is turn:
                connection = self._parked.get(self._due.popleft())
                if connection is not None:
                    self._serve(turn, connection)

    def _serve(self, turn: Turn, connection: Connection) -> None:
        turn.number += 1
        turn.connection = connection
        if not self._stirs.is_set():
            self._stirs.set()
        try:
            goes_on = connection.serve()
            while goes_on and connection.has_waited and self._leader is not turn:
                goes_on = connection.serve(may_wait=True)
        except BaseException as failure:
            # Whatever it is: who is served by a thread that dies would wait for ever. The kind alone: a message's text
            # must not get into a log.
            _log.error("a connection failed: %s", type(failure).__name__)
            goes_on = False
        with self._lock:
            turn.connection = None
            leads = self._leader is turn
        if not goes_on:
            self._end(connection)
        elif not leads:
            self.park(connection)

    def _give_way(self, turn: Turn, number: int = 0) -> bool:
        """Another leads from now on; whether that is news. `number`: only if that is still being served."""
        with self._lock:
            connection = turn.connection
            if self._leader is not turn or connection is None or (number and turn.number != number):
                return False
            if not self._followers:
                try:
                    self._begin_follower()
                except RuntimeError:
                    # There are no more threads: others are served when this one is, or when the watch gets one.
                    self._stirs.set()
                    return False
            self._unpark(connection)
            self._leader = None
        self._lead.release()
        return True

    def _watch(self) -> None:
        """Give way in the place of a leader that waits for something that nobody thought of."""
        patience = _PATIENCE_SECONDS
        while True:
            self._stirs.wait()
            self._stirs.clear()
            with self._lock:
                turn = self._leader
                number = turn.number if turn is not None and turn.connection is not None else 0
            if self._over.wait(patience):
                return
            gave_way = turn is not None and number > 0 and self._give_way(turn, number)
            patience = max(patience / 2, _LEAST_PATIENCE_SECONDS) if gave_way else _PATIENCE_SECONDS

    def _end_silent(self) -> None:
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + self._every
        due = set(self._due)
        with self._lock:
            # Who has spoken is not silent, though it may have been kept waiting.
            late = [one for one in self._parked.values() if one.silent_until <= now and one.number not in due]
        for one in late:
            self._end(one)

    def _end(self, connection: Connection) -> None:
        with self._lock:
            self._unpark(connection)
        connection.close()
        self._on_end(connection)

    def _unpark(self, connection: Connection) -> None:
        """Under the lock, and before it is closed: its number may be that of another at once."""
        if self._parked.get(connection.number) is connection:
            del self._parked[connection.number]
            with suppress(OSError):
                # It is closed already where TLS could not begin on it.
                self._ready.unregister(connection.number)
