"""Failures on demand: rows that say which service fails whom, how, and how often. The control API fills them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, get_args

from contracts.passport import Passport
from registries_mock.signals import Kind, Signal, say_code
from registries_mock.wire import HTML, XML, HttpReply

FailureKind = Literal["silence", "fault", "status", "slow", "garbage", "no_record", "html_503", "truncated"]
SILENCE_SECONDS: Final = 60.0
"""The longest that a reply is held back: nothing waits for ever."""
GARBAGE: Final = b"\xff\xfenot what was asked for"
_HTML: Final = b"<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>"


@dataclass(frozen=True)
class Failure:
    """One row. An empty passport, service id or iin fits all."""

    id: int
    kind: FailureKind
    passport: str = ""
    service_id: str = ""
    iin: str = ""
    code: str = ""
    """Of the fault, or of the status."""
    seconds: float = 0.0
    times: int | None = None
    """How many exchanges are left to fail; None: until it is taken away."""

    def fits(self, passport: Passport, iin: str) -> bool:
        return (
            self.passport in ("", passport.key)
            and self.service_id in ("", passport.service_id)
            and self.iin in ("", iin)
        )


class Failures:
    """The rows in force, and the waiting that they cause."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[int, Failure] = {}
        self._ids = itertools.count(1)
        self._released = threading.Event()

    def add(self, wanted: Mapping[str, Any]) -> Failure:
        """Put a row into force; raises ValueError with a sentence for one that cannot be."""
        row = _read(wanted, next(self._ids))
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
        """The oldest row that fits; its count goes down."""
        with self._lock:
            found = next((row for row in self._rows.values() if row.fits(passport, iin)), None)
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
        """Hold a reply back, for a minute at most, or until the next reset."""
        if seconds > 0:
            with self._lock:
                released = self._released
            released.wait(min(seconds, SILENCE_SECONDS))


AnswerWith = Callable[[Kind | Signal | None], HttpReply]
"""How one protocol sends a registry's answer: the subject's own, or a forced one."""


def fail(failure: Failure | None, passport: Passport, answer: AnswerWith, failures: Failures) -> HttpReply:
    """The reply of a synchronous exchange, spoiled as the row says."""
    if failure is None:
        return answer(None)
    match failure.kind:
        case "silence":
            failures.wait(SILENCE_SECONDS)
            return HttpReply(504, b"")
        case "slow":
            failures.wait(failure.seconds)
            return answer(None)
        case "garbage":
            return HttpReply(200, GARBAGE, XML)
        case "html_503":
            return HttpReply(503, _HTML, HTML)
        case "truncated":
            whole = answer(None)
            return HttpReply(whole.status, whole.body[: len(whole.body) // 2], whole.content_type)
        case _:
            return answer(forced_by(failure, passport))


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


def _read(wanted: Mapping[str, Any], number: int) -> Failure:
    texts = ("kind", "passport", "service_id", "iin", "code")
    unknown = set(wanted) - {*texts, "seconds", "times"}
    if unknown:
        raise ValueError(f"{min(unknown)} is not a word of a failure")
    if wanted.get("kind") not in get_args(FailureKind):
        raise ValueError(f"kind is one of {', '.join(get_args(FailureKind))}")
    if not all(isinstance(wanted.get(name, ""), str) for name in texts):
        raise ValueError(f"{', '.join(texts)} are texts")
    seconds, times = wanted.get("seconds", 0), wanted.get("times")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= SILENCE_SECONDS:
        raise ValueError(f"seconds is a number from 0 to {SILENCE_SECONDS:g}")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError("times is a whole number from 1")
    return Failure(id=number, seconds=seconds, times=times, **{name: wanted[name] for name in texts if name in wanted})
