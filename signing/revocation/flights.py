"""One question for many: of those who ask the same at the same time one asks, the others wait for what it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signing.revocation.status import CertificateStatus

Key = tuple[bytes, int]
"""The DER of the authority's certificate, and the serial number of the one that is asked about."""
Wait = Callable[[threading.Event, float], bool]
"""Port: waits for the event, at most so many seconds; whether it came."""


# Compared as objects: a flight is over for those who were on it, whatever a later one is told.
@dataclass(eq=False)
class _Flight:
    as_of: datetime
    over: threading.Event = field(default_factory=threading.Event)
    status: CertificateStatus | None = None


class Flights:
    """Questions under way. Safe to share among threads; nothing is kept of a question that is over."""

    def __init__(self, window: timedelta, wait: Wait) -> None:
        """A check as of a moment more than `window` from that of the question under way is another question."""
        self._window = window
        self._wait = wait
        self._lock = threading.Lock()
        self._under_way: dict[Key, _Flight] = {}

    def share(
        self, key: Key, now: datetime, ask: Callable[[], CertificateStatus], patience_seconds: float
    ) -> CertificateStatus | None:
        """What `ask` brings, here or in the thread that is asking already; None where that one is not told in time."""
        own = _Flight(now)
        with self._lock:
            flight = self._under_way.setdefault(key, own)
        if flight is own:
            return self._lead(key, own, ask)
        if abs(now - flight.as_of) > self._window:
            return ask()
        self._wait(flight.over, patience_seconds)
        return flight.status

    def _lead(self, key: Key, flight: _Flight, ask: Callable[[], CertificateStatus]) -> CertificateStatus:
        try:
            flight.status = ask()
            return flight.status
        finally:
            # Also after an error: those who wait are not left to their deadline.
            with self._lock:
                del self._under_way[key]
            flight.over.set()
