"""Failures on demand: the rows in force, and what becomes of an exchange that one fits. The control API fills them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.passport import Passport
from registries_mock.clock import Clock
from registries_mock.failure_rows import HELD_SECONDS, Failure, read_failure
from registries_mock.signals import Kind, Signal, say_code
from registries_mock.wire import HTML, NO_REPLY, XML, HttpReply, Sealing

GARBAGE: Final = b"\xff\xfenot what was asked for"
_HTML: Final = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>"


class Failures:
    """The rows in force, and the waiting that they cause."""

    def __init__(self, passports: Mapping[str, Passport], clock: Clock) -> None:
        self._passports = passports
        self._clock = clock
        self._lock = threading.Lock()
        self._rows: dict[int, Failure] = {}
        self._ids = itertools.count(1)
        self._released = threading.Event()

    def add(self, wanted: Mapping[str, Any]) -> Failure:
        """Put a row into force; raises ValueError with a sentence for one that cannot be."""
        row = read_failure(wanted, next(self._ids), self._passports.values())
        with self._lock:
            self._rows[row.id] = row
        return row

    def rows(self) -> list[Failure]:
        with self._lock:
            return list(self._rows.values())

    def remove(self, number: int) -> None:
        """Take one row away, if it is still there."""
        with self._lock:
            self._rows.pop(number, None)

    def take(self, passport: Passport, iin: str) -> Failure | None:
        """The oldest row that fits now; its count goes down."""
        now = self._clock()
        with self._lock:
            found = next((row for row in self._rows.values() if row.fits(passport, iin, now)), None)
            if found is not None and found.times is not None:
                left = replace(found, times=found.times - 1)
                if left.times:
                    self._rows[found.id] = left
                else:
                    del self._rows[found.id]
        return found

    def reset(self) -> None:
        """Take all rows away, and let every held reply go at once."""
        with self._lock:
            self._rows.clear()
            released, self._released = self._released, threading.Event()
        released.set()

    def wait(self, seconds: float) -> None:
        """Hold a reply back, for a minute at most, or until the next reset: in real time, as connections are real."""
        if seconds > 0:
            with self._lock:
                released = self._released
            released.wait(min(seconds, HELD_SECONDS))


AnswerWith = Callable[[Kind | Signal | None], HttpReply]
"""How one protocol sends a registry's answer: the subject's own, or a forced one."""


def fail(failure: Failure | None, passport: Passport, answer: AnswerWith, failures: Failures) -> HttpReply:
    """The reply of a synchronous exchange, spoiled as the row says."""
    if failure is None:
        return answer(None)
    match failure.kind:
        case "silence":
            failures.wait(failure.seconds)
            return HttpReply(504, b"")
        case "slow":
            failures.wait(failure.seconds)
            return answer(None)
        case "reset":
            return NO_REPLY
        case "garbage":
            return HttpReply(200, GARBAGE, XML)
        case "html_503":
            return HttpReply(503, _HTML, HTML)
        case "truncated":
            whole = answer(None)
            return HttpReply(whole.status, whole.body[: len(whole.body) // 2], whole.content_type)
        case _:
            return replace(answer(forced_by(failure, passport)), sealing=sealing_of(failure))


def forced_by(failure: Failure, passport: Passport) -> Kind | Signal | None:
    """What the registry is made to say; None for a failure that is none of its words."""
    match failure.kind:
        case "no_record":
            return "no_record"
        case "fault":
            return Signal("fault", code=failure.code or "999")
        case "status":
            return say_code(passport, failure.code or "999")
        case _:
            return None


def sealing_of(failure: Failure | None) -> Sealing:
    """How the bus is made to sign the reply, where it signs it at all."""
    match failure.kind if failure else None:
        case "unsigned":
            return Sealing.NONE
        case "badly_signed" if failure:
            return Sealing(failure.variant)
        case _:
            return Sealing.OWN
