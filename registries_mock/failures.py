"""Failures on demand: the rows in force, and what becomes of an exchange that one fits. The control API fills them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.passport import Passport
from registries_mock.clock import Clock
from registries_mock.failure_rows import Failure, read_failure
from registries_mock.rows_in_force import RowsInForce
from registries_mock.signals import Kind, Signal, say_code
from registries_mock.wire import HTML, NO_REPLY, XML, HttpReply, Sealing

GARBAGE: Final = b"\xff\xfenot what was asked for"
HTML_503: Final = (
    b"<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503</h1></body></html>"
)


class Failures(RowsInForce[Failure]):
    """The rows of the registries' services."""

    def __init__(self, passports: Mapping[str, Passport], clock: Clock) -> None:
        super().__init__(lambda row, times: replace(row, times=times))
        self._passports = passports
        self._clock = clock

    def add(self, wanted: Mapping[str, Any]) -> Failure:
        """Put a row into force; raises ValueError with a sentence for one that cannot be."""
        return self.put(lambda number: read_failure(wanted, number, self._passports.values()))

    def take(self, passport: Passport, iin: str) -> Failure | None:
        """The oldest row that fits now; its count goes down."""
        now = self._clock()
        return self.use(lambda row: row.fits(passport, iin, now))


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
            return HttpReply(503, HTML_503, HTML)
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
