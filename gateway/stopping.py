"""A stop that ends: nothing new is begun, what is under way may finish, and when the time is over it is handed back.

What is cut short is safe: whatever a process leaves behind when it is killed is gone on with, and so is this.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from logging import WARNING

from gateway.logs import log_crash, log_event

_HAND_BACK_SECONDS = 5.0
"""How long handing back may take, after which the process ends all the same: leases run out by themselves."""


_LOOK_SECONDS = 0.2


FAULT = 1
"""The exit code of a process that nobody told to end."""


class Stop:
    """One stop of one process. Safe for threads; `begin` may be called by a signal's handler."""

    def __init__(self, seconds: float, end: Callable[[int], None] = os._exit) -> None:
        """`end` ends the process at once with an exit code, whatever other threads do."""
        self._seconds = seconds
        self._end = end
        self._exit_code = 0
        self._begun = threading.Event()
        self._done = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._hand_backs: list[Callable[[], None]] = []

    @property
    def seconds(self) -> float:
        """How long what is under way has."""
        return self._seconds

    def listen(self, listener: Callable[[], None]) -> None:
        """Have a listener called as the stop begins: it sees to it that nothing new is begun, and returns."""
        self._listeners.append(listener)

    def hand_back_by(self, hand_back: Callable[[], None]) -> None:
        """Have this called where the time is over before all is done."""
        self._hand_backs.append(hand_back)

    def wait(self) -> None:
        """Return once the stop has begun; for the main thread, whose waits a signal's handler comes into."""
        idle = threading.Event()
        while not self.is_begun():
            # Not on the event that the handler sets: it could come while this very thread holds its lock.
            idle.wait(_LOOK_SECONDS)

    def watch(self) -> None:
        """Begin to keep the time of a stop, on a thread that is there before any signal can come."""
        threading.Thread(target=self._run, name="stop", daemon=True).start()

    def begin(self) -> None:
        # No more than this: a handler may come between any two steps of the main thread, whatever lock it holds.
        self._begun.set()

    def begin_at_fault(self) -> None:
        """The same, where nobody told the process to end."""
        self._exit_code = FAULT
        self.begin()

    def end_at_once(self) -> None:
        """Not even what is under way goes on: what is left behind is gone on with, as after a kill."""
        self._end(FAULT)

    @property
    def exit_code(self) -> int:
        """What the process is to end with."""
        return self._exit_code

    def is_begun(self) -> bool:
        return self._begun.is_set()

    def finish(self) -> None:
        """All that was under way is done."""
        self._done.set()

    def _run(self) -> None:
        self._begun.wait()
        log_event("stopping", seconds=self._seconds)
        _call_all(self._listeners)
        if self._done.wait(self._seconds):
            return
        log_event("stop_cut_short", level=WARNING, seconds=self._seconds)
        handing = threading.Thread(target=_call_all, args=(self._hand_backs,), daemon=True)
        handing.start()
        handing.join(_HAND_BACK_SECONDS)
        self._end(self._exit_code)


def _call_all(calls: list[Callable[[], None]]) -> None:
    for call in calls:
        try:
            call()
        except Exception as error:
            log_crash(error, event_of="stop")
