"""What is tried again, and how often: tenacity around "post and read the answer", within deadline, tries and budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import tenacity

from adapters.ports import Deadline, Sleep
from contracts.errors import GatewayError, RegistryError, RegistryTimedOut
from contracts.passport import Passport

R = TypeVar("R")
Wait = Callable[[tenacity.RetryCallState], float]
"""Seconds to wait before the next try."""
SPENT = "not tried again: this registry's retry budget is spent"


def exponential_jitter(base: float = 0.2, longest: float = 2.0) -> Wait:
    """Return the usual waits: between 0 and 0.2, 0.4, 0.8 … seconds, so that callers do not all come back at once."""
    return tenacity.wait_random_exponential(multiplier=base, max=longest)


class RetryBudget:
    """Tokens of one registry: each call brings a part of one, each retry takes one, so that retries stay a fraction of
    calls, and a registry that is down is not asked three times as often as one that works."""

    def __init__(self, ratio: float = 0.1, reserve: float = 10.0) -> None:
        self._ratio = ratio
        self._reserve = reserve
        self._tokens = reserve
        self._lock = threading.Lock()

    def deposit(self) -> None:
        with self._lock:
            self._tokens = min(self._reserve, self._tokens + self._ratio)

    def withdraw(self) -> bool:
        """Take a token; False where there is none."""
        with self._lock:
            if self._tokens < 1.0:
                return False
            self._tokens -= 1.0
            return True


class Retrying:
    """Runs attempts with a registry's budget and bulkhead. One for all adapters, so that a registry has one of each."""

    def __init__(
        self,
        *,
        places: Mapping[str, int] | None = None,
        ratio: float = 0.1,
        reserve: float = 10.0,
        wait: Wait | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        """`places`: exchanges at one time by registry; where it names none, the first passport asked says how many."""
        self._places = dict(places or {})
        self._ratio = ratio
        self._reserve = reserve
        self._wait = wait or exponential_jitter()
        self._sleep = sleep
        self._lock = threading.Lock()
        self._budgets: dict[str, RetryBudget] = {}
        self._bulkheads: dict[str, threading.BoundedSemaphore] = {}

    def run(self, passport: Passport, deadline: Deadline, attempt: Callable[[Deadline], R]) -> R:
        """Return what an attempt brought; raises its last error once no other try may help.

        Each attempt gets its own part of the deadline; waiting for a free place counts against it.
        """
        budget, bulkhead = self._of(passport)
        budget.deposit()
        whole = deadline.within(passport.limits.timeout_seconds)
        spent = False

        def stop(state: tenacity.RetryCallState) -> bool:
            nonlocal spent
            if state.attempt_number >= passport.limits.tries or state.upcoming_sleep >= whole.remaining():
                return True
            spent = not budget.withdraw()
            return spent

        def once() -> R:
            if not bulkhead.acquire(timeout=whole.remaining()):
                error = RegistryTimedOut(f"no free place at {passport.registry} within the deadline")
                error.may_have_arrived = False
                raise error
            try:
                return attempt(whole.within(passport.limits.attempt_seconds))
            finally:
                bulkhead.release()

        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_help), stop=stop, wait=self._wait, sleep=self._sleep, reraise=True
        )
        try:
            return tries(once)
        except RegistryError as error:
            if not spent:
                raise
            last = type(error)(f"{error.detail} ({SPENT})")
            last.may_have_arrived = error.may_have_arrived
            raise last from error

    def _of(self, passport: Passport) -> tuple[RetryBudget, threading.BoundedSemaphore]:
        registry = passport.registry
        with self._lock:
            if registry not in self._budgets:
                self._budgets[registry] = RetryBudget(self._ratio, self._reserve)
                places = self._places.get(registry, passport.limits.at_once)
                self._bulkheads[registry] = threading.BoundedSemaphore(places)
            return self._budgets[registry], self._bulkheads[registry]


def _may_help(error: BaseException) -> bool:
    return isinstance(error, GatewayError) and error.retryable
