"""Whether the gateway can do its work now, and if not, all that keeps it from it; each look bounded in time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLong
from logging import WARNING

from contracts.errors import GatewayError, Problem
from gateway.logs import log_crash, log_event
from gateway.watching.bounded import BoundedLook

Check = Callable[[], Sequence[Problem]]
"""Port: what is wrong with one thing; a GatewayError says it too. Texts name no path, address or key: anybody reads
them."""
SECONDS = 2.0
"""Of one look, however many checks hang."""
_LASTS = 1.0
"""Seconds for which an answer is given again: anybody may ask, and as often as he likes."""


class Readiness:
    """Safe for threads."""

    def __init__(
        self, checks: Mapping[str, Check], monotonic: Callable[[], float], *, seconds: float = SECONDS
    ) -> None:
        self._looks = {name: BoundedLook(check, f"check-{name}") for name, check in checks.items()}
        self._monotonic = monotonic
        self._seconds = seconds
        self._lock = threading.Lock()
        self._found: tuple[Problem, ...] = ()
        self._fresh_until = float("-inf")

    def find_problems(self) -> tuple[Problem, ...]:
        """All that is wrong, in the order of the checks; nothing where the gateway is ready."""
        with self._lock:
            if self._monotonic() >= self._fresh_until:
                found = self._look()
                if {one.code for one in found} != {one.code for one in self._found}:
                    log_event("readiness", level=WARNING, ready=not found, codes=[one.code for one in found])
                self._found, self._fresh_until = found, self._monotonic() + _LASTS
            return self._found

    def _look(self) -> tuple[Problem, ...]:
        end = self._monotonic() + self._seconds
        begun = {name: look.begin() for name, look in self._looks.items()}
        return tuple(problem for name, future in begun.items() for problem in self._await(name, future, end))

    def _await(self, name: str, future: Future[Sequence[Problem]], end: float) -> Sequence[Problem]:
        pointer = f"/{name}"
        try:
            return future.result(max(0.0, end - self._monotonic()))
        except WaitedTooLong:
            return (Problem("check-timed-out", pointer, "the check did not end in time"),)
        except GatewayError as error:
            return (Problem(error.code, pointer, error.title),)
        except Exception as error:
            log_crash(error, check=name)
            return (Problem("check-failed", pointer, "a fault of our own: the log says where"),)
