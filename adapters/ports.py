"""What an adapter is handed from outside: transport, deadline, clock, ids, callables of the trust it does not know."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

Monotonic = Callable[[], float]
"""Seconds that only grow: what deadlines are counted in, whatever the legal clock says."""
Clock = Callable[[], datetime]
"""The moment with its zone, for message dates and evidence."""
NewId = Callable[[], str]
"""A new message id: at most 36 Latin letters, digits and hyphens."""
Sleep = Callable[[float], None]
"""Waits that many seconds between two tries."""
Wrap = Callable[[bytes], bytes]
"""Signs an envelope of ours (WS-Security), or passes it through."""
Unwrap = Callable[[bytes, str], "Opened"]
"""(envelope, registry) -> what may be read of it: the signed bytes alone where there is a signature.

The registry is the one whose signature is expected; "" for the bus's. Raises UntrustedAnswer for a signature that does
not hold, ContractBroken for what is no envelope.
"""
SignPayload = Callable[[bytes], bytes]
"""Appends the enveloped ds:Signature to a business document."""
CheckPayload = Callable[[str, bytes], bytes]
"""(registry, document) -> the bytes that the registry's ds:Signature covers; raises UntrustedAnswer."""

TellTrace = Callable[[], str]
"""The `traceparent` (W3C Trace Context) of what is under way in this thread; "" where there is none."""
IsSwitchedOff = Callable[[str], bool]
"""registry -> True where an operator wants it not to be asked; called before every ask: it answers at once."""


@dataclass(frozen=True)
class Opened:
    """An envelope that may be read."""

    content: bytes = field(repr=False)
    signed: bool
    """True where `content` holds signed bytes alone, and the signature holds."""


def untouched(message: bytes) -> bytes:
    """Return the bytes as they are: the wrap of an unsigned bus."""
    return message


def unlooked(message: bytes, registry: str) -> Opened:
    """Return the envelope as one that nobody vouches for: the unwrap of an unsigned bus."""
    return Opened(message, signed=False)


def never_switched_off(registry: str) -> bool:
    """Return False: the kill switch of a set-up that has none."""
    return False


def untraced() -> str:
    """Return "": no trace is under way in a set-up that keeps none."""
    return ""


class Deadline:
    """The moment by which a call has ended, retries and waits included; shared by all that the call runs through."""

    def __init__(self, seconds: float, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, never below 0."""
        return max(0.0, self._end - self._monotonic())

    @property
    def expired(self) -> bool:
        return self.remaining() <= 0.0

    def within(self, seconds: float) -> Deadline:
        """Return a deadline of at most that many seconds from now, and never later than this one."""
        return Deadline(min(seconds, self.remaining()), self._monotonic)


@dataclass(frozen=True)
class HttpReply:
    """What came back over HTTP, whatever its status."""

    status: int
    content_type: str
    body: bytes = field(repr=False)


class Transport(Protocol):
    """Port: one POST, over by the deadline whatever the other side does.

    Returns a reply of any status; raises RegistryTimedOut, RegistryUnavailable, ContractBroken (a reply longer than
    `max_bytes`) or UntrustedAnswer (TLS).
    """

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: Deadline, max_bytes: int
    ) -> HttpReply: ...

    def close(self) -> None: ...
