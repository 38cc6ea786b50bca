"""The embedded engine: one process, a scheduler thread over the wake-ups in the database, a few workers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from logging import ERROR

from contracts.errors import GatewayError
from gateway.core.steps import WakeAt
from gateway.logs import log_crash, log_event
from gateway.store.wakeups import Claim, Wakeups

_LEASE = timedelta(minutes=10)
"""Longer than any round may take: every exchange in it has a deadline of its own."""
_RETRY = timedelta(seconds=30)
"""After a fault of our own (a full disk, a broken row) an application is looked at again then."""


class EmbeddedEngine:
    """Claims what is due and carries it forward; `poke` makes it look at once, `stop` waits for what is running."""

    def __init__(
        self,
        wakeups: Wakeups,
        advance: Callable[[str], WakeAt | None],
        clock: Callable[[], datetime],
        *,
        workers: int = 8,
        look_every: float = 0.5,
        sweep: Callable[[], None] | None = None,
    ) -> None:
        self._wakeups = wakeups
        self._advance = advance
        self._clock = clock
        self._workers = workers
        self._look_every = look_every
        self._sweep = sweep
        self._poked = threading.Event()
        self._stopping = threading.Event()
        self._free = threading.Semaphore(workers)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="round")
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin; leases that a killed process of this engine left behind end now."""
        self._wakeups.release_all()
        self._thread.start()

    def poke(self) -> None:
        self._poked.set()

    def stop(self) -> None:
        self._stopping.set()
        self._poked.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._sweep is not None:
                    self._sweep()
                claimed = self._claim()
            except GatewayError as error:
                log_event("scheduler_cannot_look", level=ERROR, code=error.code)
                claimed = 0
            if not claimed:
                self._poked.wait(self._look_every)
                self._poked.clear()

    def _claim(self) -> int:
        free = 0
        while free < self._workers and self._free.acquire(blocking=False):
            free += 1
        claims = self._wakeups.claim_due(self._clock(), free, _LEASE) if free else ()
        for _ in range(free - len(claims)):
            self._free.release()
        for claim in claims:
            self._pool.submit(self._work, claim)
        return len(claims)

    def _work(self, claim: Claim) -> None:
        try:
            due, reason = self._carry_forward(claim)
            self._wakeups.hand_back(claim, due, reason)
        except GatewayError as error:
            # The lease runs out by itself, and the application is claimed again.
            log_event("wake_up_not_handed_back", level=ERROR, application=claim.application_id, code=error.code)
        finally:
            self._free.release()
            self._poked.set()

    def _carry_forward(self, claim: Claim) -> tuple[datetime | None, str]:
        try:
            wake = self._advance(claim.application_id)
        except Exception as error:
            # Whatever it is, the application must not be lost: it is looked at again, and the fault is told without text.
            log_crash(error, event_of="round", application=claim.application_id)
            return self._clock() + _RETRY, "round_failed"
        return (wake.at, wake.reason) if wake else (None, "")
