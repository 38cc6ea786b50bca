"""The line of the exchange that this thread serves: whoever comes to know something about it notes it down here.

A context variable, because what is known of an exchange comes from a dozen places, none of which needs it for its work.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from contracts.passport import Passport
from registries_mock.journal.entry import Channel, Entry, Facts

LARGEST_KEPT: Final = 65_536
"""Bytes of a message that are kept; of a larger one its size is."""
_KEY: Final = secrets.token_bytes(32)
"""A digest without a key could be compared with those of guessed passwords."""
_NOTHING: Final[tuple[bytes | None, int]] = (None, 0)
CURRENT: Final[ContextVar[Line | None]] = ContextVar("journal_line", default=None)


class Line:
    """An entry while it is being written, by one thread; others look at it as it stands.

    Nothing is made of it until somebody looks: writing it down must cost an exchange next to nothing.
    """

    def __init__(self, number: int, at: datetime, channel: Channel, address: str, changed: Callable[[], None]) -> None:
        self.number: Final = number
        self._at, self._channel, self._address = at, channel, address
        self._changed = changed
        self._notes: dict[str, Any] = {}
        self._secrets: list[str] = []
        self._request, self._request_size = _NOTHING
        self._digest = ""
        self._reply, self._reply_size = _NOTHING
        self._status, self._dropped, self._done = 0, "", False
        self._held = self._took = 0.0
        self._begun = time.monotonic()

    def entry(self) -> Entry:
        """As it stands."""
        return Entry(
            self.number,
            self._at,
            self._channel,
            self._address,
            Facts(**self._notes),
            done=self._done,
            status=self._status,
            dropped=self._dropped,
            took_ms=round(self._took * 1000, 3),
            held_ms=round(self._held * 1000, 3),
            request_digest=self._digest,
            request_size=self._request_size,
            reply_size=self._reply_size,
            request=self._request,
            reply=self._reply,
            secrets=frozenset(one for one in self._secrets if one),
        )

    def note(self, **facts: Any) -> None:
        if not self._done:
            self._notes |= facts
            self._changed()

    def hide(self, *secrets: str) -> None:
        self._secrets += secrets

    def hold(self, seconds: float) -> None:
        self._held += seconds

    def came(self, request: bytes) -> None:
        """The request as it came."""
        self._request, self._request_size = _kept(request)
        self._digest = blake2b(request, key=_KEY, digest_size=8).hexdigest()

    def forget_messages(self) -> None:
        """Keep the facts alone."""
        self._request = self._reply = None

    def end(self, status: int, reply: bytes, dropped: str = "") -> None:
        """What went back; the first end counts."""
        if self._done:
            return
        self._took = time.monotonic() - self._begun
        self._status, self._dropped = 0 if dropped else status, dropped
        self._reply, self._reply_size = _kept(b"" if dropped else reply)
        self._done = True
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


def _kept(message: bytes) -> tuple[bytes | None, int]:
    """The message, where it is small enough, and its size."""
    return (message if len(message) <= LARGEST_KEPT else None), len(message)
