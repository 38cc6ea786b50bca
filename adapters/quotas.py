"""The quota of a registry: so many messages a minute, evenly paced, each waiting for its turn within the deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from adapters.ports import Deadline, Monotonic, Sleep
from contracts.errors import QuotaUsedUp
from contracts.passport import Passport

MINUTE = 60.0
_MOST_AT_ONCE = 10


class Quota:
    """A token bucket, kept as the moment by which it is full again: in no 60 seconds more turns than `per_minute`.

    A tenth of a minute's turns, at most 10, may be taken at once after a pause; the others come evenly.
    """

    def __init__(self, per_minute: float, *, monotonic: Monotonic = time.monotonic) -> None:
        at_once = max(1, min(int(per_minute / 10), _MOST_AT_ONCE))
        # What is taken at once is no more there for the rest of the minute.
        self._step = MINUTE / (per_minute - at_once + 1)
        self._slack = self._step * (at_once - 1)
        self._monotonic = monotonic
        self._full_at = monotonic()
        self._lock = threading.Lock()

    def reserve(self, longest: float) -> float | None:
        """Take the next turn and return the seconds until it comes; None, and no turn, where that is too long.

        Turns are given in the order of asking, so those who wait are never more than come within `longest`.
        """
        with self._lock:
            now = self._monotonic()
            full_at = max(self._full_at, now)
            wait = max(0.0, full_at - self._slack - now)
            if wait > longest:
                return None
            self._full_at = full_at + self._step
            return wait


class Quotas:
    """One quota a registry that has one. Safe for threads."""

    def __init__(
        self,
        per_minute: Mapping[str, int] | None = None,
        *,
        share: int = 1,
        sleep: Sleep = time.sleep,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """`per_minute`: messages by registry; where it names none, the first passport asked says how many.

        `share`: how many processes keep to the same quotas; each takes its part.
        """
        self._per_minute = dict(per_minute or {})
        self._share = share
        self._sleep = sleep
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._quotas: dict[str, Quota | None] = {}

    def await_turn(self, passport: Passport, deadline: Deadline) -> None:
        """Wait until a message may go out; raises QuotaUsedUp, at once, where the turn would come too late.

        At most half of what is left of the ask is spent on waiting: a turn is no use without time for the reply.
        """
        quota = self._of(passport)
        if quota is None:
            return
        wait = quota.reserve(deadline.remaining() / 2)
        if wait is None:
            raise QuotaUsedUp(f"{passport.registry} takes no more messages within the deadline")
        if wait > 0.0:
            self._sleep(wait)

    def _open(self, per_minute: int) -> Quota:
        """This process's whole turns a minute; where not even one is left for each, one in several minutes."""
        return Quota(per_minute // self._share or per_minute / self._share, monotonic=self._monotonic)

    def _of(self, passport: Passport) -> Quota | None:
        registry = passport.registry
        if registry in self._quotas:
            return self._quotas[registry]
        with self._lock:
            if registry not in self._quotas:
                number = self._per_minute.get(registry, passport.limits.per_minute)
                self._quotas[registry] = self._open(number) if number else None
            return self._quotas[registry]
