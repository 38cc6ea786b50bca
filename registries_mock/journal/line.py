"""The line of the exchange that this thread serves: whoever comes to know something about it notes it down here.

A context variable, because what is known of an exchange comes from a dozen places, none of which needs it for its work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from contracts.passport import Passport
from registries_mock.journal.entry import Channel, Entry, Facts

LARGEST_KEPT: Final = 65_536
"""Bytes of a message that are kept; of a larger one its size is."""
CURRENT: Final[ContextVar[Line | None]] = ContextVar("journal_line", default=None)


class Line:
    """An entry while it is being written, by one thread; others look at it as it stands."""

    def __init__(self, number: int, at: datetime, channel: Channel, address: str, changed: Callable[[], None]) -> None:
        self._entry = Entry(number, at, channel, address, Facts(), done=False)
        self._notes: dict[str, Any] = {}
        self._secrets: list[str] = []
        self._held = 0.0
        self._begun = time.monotonic()
        self._changed = changed

    @property
    def number(self) -> int:
        return self._entry.number

    def entry(self) -> Entry:
        """As it stands."""
        entry = self._entry
        return entry if entry.done else replace(entry, facts=Facts(**self._notes), secrets=frozenset(self._secrets))

    def note(self, **facts: Any) -> None:
        self._notes |= facts
        self._changed()

    def hide(self, *secrets: str) -> None:
        self._secrets += secrets

    def hold(self, seconds: float) -> None:
        self._held += seconds

    def came(self, request: bytes) -> None:
        """The request as it came."""
        self._entry = replace(self._entry, request_size=len(request), request=_kept(request))

    def forget_messages(self) -> None:
        """Keep the facts alone."""
        self._entry = replace(self._entry, request=None, reply=None)

    def end(self, status: int, reply: bytes, dropped: str = "") -> None:
        """What went back; the first end counts."""
        if self._entry.done:
            return
        sent = b"" if dropped else reply
        self._entry = replace(
            self._entry,
            facts=Facts(**self._notes),
            done=True,
            status=0 if dropped else status,
            dropped=dropped,
            reply_size=len(sent),
            reply=_kept(sent),
            took_ms=round((time.monotonic() - self._begun) * 1000, 3),
            held_ms=round(self._held * 1000, 3),
            secrets=frozenset(one for one in self._secrets if one),
        )
        self._changed()


def note(**facts: Any) -> None:
    """Note facts of the exchange under way, by the names of `Facts`; outside any exchange nothing is noted."""
    if (line := CURRENT.get()) is not None:
        line.note(**facts)


def note_service(passport: Passport) -> None:
    """Which part is asked."""
    note(passport=passport.key, service_id=passport.service_id, registry=passport.registry)


def hide(*secrets: str) -> None:
    """Let these passwords or tokens never be shown with the exchange under way."""
    if (line := CURRENT.get()) is not None:
        line.hide(*secrets)


def hold(seconds: float) -> None:
    """So many real seconds of the exchange under way were held back on purpose."""
    if (line := CURRENT.get()) is not None:
        line.hold(seconds)


def _kept(message: bytes) -> bytes | None:
    return message if len(message) <= LARGEST_KEPT else None
