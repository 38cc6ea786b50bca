"""What a look of the doctor brings: one finding a subject, and where something ran into an error, that too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.ports import Deadline
from contracts.errors import GatewayError
from gateway.settings import Settings
from gateway.watching.bounded import BoundedLook

OK, WARNING, FAULT = "ok", "warning", "fault"
SOON: Final = timedelta(days=30)
"""What runs out before then is a warning."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `state` is ok, warning or fault."""

    subject: str
    state: str
    detail: str


@dataclass(frozen=True)
class Visit:
    """What every look is given."""

    settings: Settings
    at: datetime
    deadline: Deadline
    """By which all looks have ended; they run beside each other."""


Look = Callable[[Visit], Iterator[Finding]]


def judge_end(end: datetime, at: datetime) -> str:
    """The state of a certificate that runs out at `end`."""
    return FAULT if end <= at else WARNING if end - at < SOON else OK


def examine(looks: tuple[Look, ...], visit: Visit) -> tuple[Finding, ...]:
    """The findings of all looks, in their order; one that fails or hangs is a fault, and hides none of the others."""
    begun = {look: BoundedLook(lambda look=look: tuple(look(visit)), look.__name__).begin() for look in looks}  # type: ignore[misc]
    return tuple(finding for look, future in begun.items() for finding in _await(_name(look), future, visit))


def _await(subject: str, future: Future[tuple[Finding, ...]], visit: Visit) -> tuple[Finding, ...]:
    try:
        return future.result(visit.deadline.remaining())
    except WaitedTooLong:
        return (Finding(subject, FAULT, "the look did not end in time"),)
    except GatewayError as error:
        return (Finding(subject, FAULT, error.detail),)
    except Exception as error:
        return (Finding(subject, FAULT, f"the look broke by a fault of our own: {type(error).__name__}"),)


def _name(look: Look) -> str:
    return look.__name__.removeprefix("look_at_").replace("_", " ")
