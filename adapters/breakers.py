"""The breaker of a registry: after many failed asks in a row it is left alone for a while, then one ask tries it."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from adapters.ports import Monotonic
from contracts.errors import RegistryError, RegistryFailed, RegistryResting, RegistryTimedOut, RegistryUnavailable

State = Literal["closed", "open", "half-open"]
"""closed: asked as usual; open: left alone; half-open: one ask may try it, or does."""
Listener = Callable[[str], None]
"""Told the registry whose breaker has closed after it was open."""
ReportCrash = Callable[[Exception], None]
"""Port: keeps the fault of a listener where an operator finds it."""
_AWAY = (RegistryUnavailable, RegistryTimedOut, RegistryFailed)


def log_crash(error: Exception) -> None:
    # The kind alone: the text of a foreign error may quote what it was given.
    logging.getLogger(__name__).error("a listener of the breakers failed: %s", type(error).__name__)


@dataclass(frozen=True)
class BreakerRule:
    """When a registry is left alone, and for how long (seconds)."""

    failures: int = 8
    """Asks in a row, each with its retries, that brought no sign of life."""
    first_rest: float = 5.0
    """Above 0."""
    longest_rest: float = 60.0
    """A rest is twice as long as the one before it, up to this."""


@dataclass(frozen=True)
class Reading:
    """A breaker at one moment, for an operator."""

    registry: str
    state: State
    failures: int
    """Failed asks in a row, those that tried a resting registry among them."""
    rests_for: float
    """Seconds until it may be tried; 0.0 where it may be asked."""


@dataclass
class Entry:
    """An ask that was let in; whoever runs it says here what came of each message, before it leaves."""

    turn: int
    is_probe: bool
    alive: bool | None = None
    """True: the registry spoke at least once; False: no sign of life; None: nothing was learnt of it."""

    def hear(self, error: RegistryError | None = None, *, in_time: bool = True) -> None:
        """Note a message's end: an answer of any kind, a refusal and a broken shape among them, is a sign of life.

        `in_time`: False where so little time was left that silence says nothing of the registry.
        """
        if not isinstance(error, _AWAY):
            self.alive = True
        elif self.alive is None and (in_time or not isinstance(error, RegistryTimedOut)):
            self.alive = False


class Breaker:
    """The breaker of one registry. Safe for threads."""

    def __init__(self, registry: str, rule: BreakerRule, monotonic: Monotonic) -> None:
        self._registry = registry
        self._rule = rule
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = 0.0
        """Length of the present rest; 0.0 = closed."""
        self._ends = 0.0
        self._probing = False
        self._turn = 0
        """Grows whenever the state changes: a failure of an ask that was let in before says nothing of now."""

    def enter(self) -> Entry:
        """Let an ask in; raises RegistryResting, for all but one ask at a time once the rest is over."""
        with self._lock:
            if not self._rest:
                return Entry(self._turn, is_probe=False)
            left = self._ends - self._monotonic()
            if left > 0:
                times, seconds = self._failures, math.ceil(left)
                raise RegistryResting(f"{self._registry} failed {times} times in a row and rests for {seconds} s")
            if self._probing:
                raise RegistryResting(f"another question is out to see whether {self._registry} is back")
            self._probing = True
            self._turn += 1
            return Entry(self._turn, is_probe=True)

    def leave(self, entry: Entry) -> bool:
        """Take note of what an ask heard; True where the breaker has closed by it."""
        with self._lock:
            if entry.alive:
                # However old the question: the registry speaks now.
                return self._close()
            if entry.turn != self._turn:
                return False
            self._probing = False
            if entry.alive is None:
                return False
            self._failures += 1
            if self._failures >= self._rule.failures:
                self._open()
            return False

    def read(self) -> Reading:
        with self._lock:
            left = max(0.0, self._ends - self._monotonic()) if self._rest else 0.0
            state: State = "closed" if not self._rest else "open" if left else "half-open"
            return Reading(self._registry, state, self._failures, left)

    def _close(self) -> bool:
        was_open = self._rest > 0.0
        self._failures, self._rest, self._probing = 0, 0.0, False
        self._turn += was_open
        return was_open

    def _open(self) -> None:
        self._rest = min(self._rest * 2 or self._rule.first_rest, self._rule.longest_rest)
        self._ends = self._monotonic() + self._rest
        self._turn += 1


class Breakers:
    """One breaker a registry, and those who want to know when one closes. Safe for threads."""

    def __init__(
        self,
        rule: BreakerRule | None = None,
        *,
        monotonic: Monotonic = time.monotonic,
        report_crash: ReportCrash = log_crash,
    ) -> None:
        """`monotonic`: seconds that rests are counted in; may run with a virtual clock, unlike deadlines."""
        self._rule = rule or BreakerRule()
        self._monotonic = monotonic
        self._report_crash = report_crash
        self._lock = threading.Lock()
        self._breakers: dict[str, Breaker] = {}
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> None:
        """Have a listener called whenever a breaker closes after it was open.

        It is called in the thread of the ask that closed it, outside of locks, and holds that ask up: it hands on and
        returns. What it raises is reported, and harms neither the ask nor other listeners.
        """
        with self._lock:
            self._listeners += (listener,)

    def enter(self, registry: str) -> Entry:
        """Let an ask in, to be followed by `leave` whatever happens; raises RegistryResting."""
        return self._of(registry).enter()

    def leave(self, registry: str, entry: Entry) -> None:
        """Take note of what an ask heard, and tell the listeners where the breaker has closed by it."""
        if self._of(registry).leave(entry):
            for listener in self._listeners:
                try:
                    listener(registry)
                except Exception as error:
                    self._report_crash(error)

    def state(self, registry: str) -> State:
        """Return the state now; a registry that nobody has asked yet is closed."""
        known = self._breakers.get(registry)
        return known.read().state if known else "closed"

    def snapshot(self) -> tuple[Reading, ...]:
        """Return the breakers of all registries that were asked, by name."""
        with self._lock:
            known = sorted(self._breakers.items())
        return tuple(breaker.read() for _, breaker in known)

    def _of(self, registry: str) -> Breaker:
        known = self._breakers.get(registry)
        if known is None:
            with self._lock:
                known = self._breakers.setdefault(registry, Breaker(registry, self._rule, self._monotonic))
        return known
