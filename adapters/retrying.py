"""What is tried again, and how often: tenacity around "post and read the answer", within deadline, tries and budget.

On its way to the wire an ask is admitted (kill switch, maintenance, breaker), and each of its messages waits for its
turn (quota) and for a free place (bulkhead).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import tenacity

from adapters.admission import Admission
from adapters.breakers import Entry
from adapters.ports import Deadline, Sleep
from adapters.quotas import Quotas
from contracts.errors import GatewayError, QuotaUsedUp, RegistryError, RegistryTimedOut
from contracts.passport import Passport

R = TypeVar("R")
Wait = Callable[[tenacity.RetryCallState], float]
"""Seconds to wait before the next try."""
SPENT = "not tried again: this registry's retry budget is spent"
NO_TURN = "not tried again: this registry takes no more messages within the deadline"


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

    def read(self) -> float:
        """Return the tokens that are left."""
        with self._lock:
            return self._tokens

    def withdraw(self) -> bool:
        """Take a token; False where there is none."""
        with self._lock:
            if self._tokens < 1.0:
                return False
            self._tokens -= 1.0
            return True


class Retrying:
    """Runs attempts with a registry's breaker, quota, budget and bulkhead. One for all adapters, so that a registry has
    one of each."""

    def __init__(
        self,
        *,
        admission: Admission,
        quotas: Quotas,
        places: Mapping[str, int] | None = None,
        ratio: float = 0.1,
        reserve: float = 10.0,
        wait: Wait | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        """`places`: exchanges at one time by registry; where it names none, the first passport asked says how many."""
        self._admission = admission
        self._quotas = quotas
        self._places = dict(places or {})
        self._ratio = ratio
        self._reserve = reserve
        self._wait = wait or exponential_jitter()
        self._sleep = sleep
        self._lock = threading.Lock()
        self._budgets: dict[str, RetryBudget] = {}
        self._bulkheads: dict[str, threading.BoundedSemaphore] = {}

    def read_budgets(self) -> dict[str, float]:
        """Return the retries that each registry which was asked may have now, by its name."""
        with self._lock:
            known = dict(self._budgets)
        return {registry: budget.read() for registry, budget in known.items()}

    def run(self, passport: Passport, deadline: Deadline, attempt: Callable[[Deadline], R]) -> R:
        """Return what an attempt brought; raises its last error once no other try may help, or RegistryNotAsked where
        nothing may be sent now.

        Each attempt gets its own part of the deadline; waiting for a turn and a free place counts against it. The ask
        that tries a resting registry is one message.
        """
        with self._admission.admit(passport) as entry:
            return self._try(passport, deadline, attempt, entry)

    def _try(self, passport: Passport, deadline: Deadline, attempt: Callable[[Deadline], R], entry: Entry) -> R:
        budget, bulkhead = self._of(passport)
        budget.deposit()
        whole = deadline.within(passport.limits.timeout_seconds)
        usual = min(passport.limits.attempt_seconds, passport.limits.timeout_seconds)
        most = 1 if entry.is_probe else passport.limits.tries
        spent = False
        heard: RegistryError | None = None
        """The last error that came from the wire."""

        def stop(state: tenacity.RetryCallState) -> bool:
            nonlocal spent
            if state.attempt_number >= most or state.upcoming_sleep >= whole.remaining():
                return True
            spent = not budget.withdraw()
            return spent

        def once() -> R:
            nonlocal heard
            self._quotas.await_turn(passport, whole)
            if not bulkhead.acquire(timeout=whole.remaining()):
                error = RegistryTimedOut(f"no free place at {passport.registry} within the deadline")
                error.may_have_arrived = False
                raise error
            left = whole.within(passport.limits.attempt_seconds)
            in_time = left.remaining() >= usual / 2
            try:
                result = attempt(left)
            except RegistryError as error:
                heard = error
                entry.hear(error, in_time=in_time)
                raise
            finally:
                bulkhead.release()
            entry.hear()
            return result

        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(_may_help), stop=stop, wait=self._wait, sleep=self._sleep, reraise=True
        )
        try:
            return tries(once)
        except QuotaUsedUp as error:
            if heard is None:
                raise
            raise _add_reason(heard, NO_TURN) from error
        except RegistryError as error:
            if not spent:
                raise
            raise _add_reason(error, SPENT) from error

    def _of(self, passport: Passport) -> tuple[RetryBudget, threading.BoundedSemaphore]:
        registry = passport.registry
        with self._lock:
            if registry not in self._budgets:
                self._budgets[registry] = RetryBudget(self._ratio, self._reserve)
                places = self._places.get(registry, passport.limits.at_once)
                self._bulkheads[registry] = threading.BoundedSemaphore(places)
            return self._budgets[registry], self._bulkheads[registry]


def _may_help(error: BaseException) -> bool:
    # Our turn will not come within this deadline: what is left is the next ask's.
    return isinstance(error, GatewayError) and error.retryable and not isinstance(error, QuotaUsedUp)


def _add_reason(error: RegistryError, reason: str) -> RegistryError:
    """Return the same error again, whose detail says why that was all."""
    last = type(error)(f"{error.detail} ({reason})")
    last.may_have_arrived = error.may_have_arrived
    return last
