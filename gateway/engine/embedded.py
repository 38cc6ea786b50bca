"""The embedded engine: one process, a scheduler thread over the wake-ups in the database, a few workers."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from logging import ERROR
from typing import Protocol

from contracts.errors import GatewayError
from gateway.core.steps import WakeAt
from gateway.logs import log_crash, log_event
from gateway.store.wakeups import Claim

_LEASE = timedelta(minutes=10)
"""Longer than any round may take: every exchange in it has a deadline of its own."""
_RETRY = timedelta(seconds=30)
"""After a fault of our own (a full disk, a broken row) an application is looked at again then."""
_SILENCE_SECONDS = 120.0
"""A scheduler that has not looked for so long hangs: it waits for nothing that takes longer."""


class WakeupStore(Protocol):
    """Port: gateway.store.wakeups says what each method promises."""

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]: ...

    def hand_back(self, claim: Claim, due_at: datetime | None, reason: str) -> None: ...

    def release_all(self) -> None: ...

    def next_ahead(self) -> datetime | None: ...


class EmbeddedEngine:
    """Claims what is due and carries it forward; `poke` makes it look at once, `stop` waits for what is running.

    `pool` runs the rounds; without one they have threads of their own, `workers` many.
    """

    def __init__(
        self,
        wakeups: WakeupStore,
        advance: Callable[[str], WakeAt | None],
        clock: Callable[[], datetime],
        *,
        workers: int = 32,
        look_every: float = 0.5,
        pool: Executor | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wakeups = wakeups
        self._advance = advance
        self._clock = clock
        self._workers = workers
        self._look_every = look_every
        self._monotonic = monotonic
        self._poked = threading.Event()
        self._stopping = threading.Event()
        self._free = threading.Semaphore(workers)
        self._counting = threading.Lock()
        self._under_way = 0
        """Rounds claimed and not handed back, and a look at what is due."""
        self._looks = 0
        self._looking = threading.Lock()
        self._unreturned: queue.SimpleQueue[tuple[Claim, datetime | None, str]] = queue.SimpleQueue()
        """Claims whose round is over, but which could not be handed back yet."""
        self._pool = pool or ThreadPoolExecutor(workers, thread_name_prefix="round")
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._looked_at = monotonic()

    def start(self) -> None:
        """Begin; leases that a killed process of this engine left behind end now."""
        self._wakeups.release_all()
        self._looked_at = self._monotonic()
        self._thread.start()

    def poke(self) -> None:
        self._poked.set()

    def run_due(self) -> None:
        """Look at once; while a round is under way its end makes for the next look."""
        if not self._count_under_way():
            self.poke()

    def next_due(self) -> datetime | None:
        """The earliest wake-up, past or ahead."""
        return self._wakeups.next_ahead()

    def is_quiet(self) -> bool:
        """True where no round is under way and none is due."""
        if self._count_under_way() or not self._unreturned.empty():
            return False
        due = self._wakeups.next_ahead()
        return due is None or due > self._clock()

    def _count_under_way(self) -> int:
        with self._counting:
            return self._under_way

    def is_working(self) -> bool:
        """Whether the scheduler runs and has looked at the wake-ups lately: what readiness asks."""
        return self._thread.is_alive() and self._monotonic() - self._looked_at < _SILENCE_SECONDS

    def hold(self) -> None:
        """Claim nothing any more; what is under way goes on."""
        self._stopping.set()
        self._poked.set()

    def stop(self) -> None:
        self.hold()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            # Cleared before the look: a poke during it is kept for the wait behind it.
            self._poked.clear()
            try:
                claimed = self.look()
            except Exception as error:
                _tell(error, "scheduler_cannot_look")
                self._stopping.wait(self._look_every)
                claimed = 0
            self._looked_at = self._monotonic()
            if not claimed:
                self._poked.wait(self._look_every)

    def look(self) -> int:
        """Hand back what could not be handed back before, and begin what is due: how many rounds that is.

        The scheduler does it again and again. Who steps the time himself, with a pool that runs at once, needs no
        scheduler's thread: each look then does what is due.
        """
        with self._looking:
            self._return_claims()
            return self._claim()

    def hold_looks(self) -> AbstractContextManager[object]:
        """As long as it lasts nothing is begun; rounds that are under way go on."""
        return self._looking

    def _count(self, change: int) -> None:
        with self._counting:
            self._under_way += change

    def _read_counts(self) -> tuple[int, int]:
        with self._counting:
            return self._under_way, self._looks

    def _claim(self) -> int:
        self._count(1)
        with self._counting:
            self._looks += 1
        try:
            return self._claim_free()
        finally:
            self._count(-1)

    def _claim_free(self) -> int:
        free = 0
        while free < self._workers and self._free.acquire(blocking=False):
            free += 1
        claims: tuple[Claim, ...] = ()
        try:
            claims = self._wakeups.claim_due(self._clock(), free, _LEASE) if free else ()
        finally:
            for _ in range(free - len(claims)):
                self._free.release()
        for claim in claims:
            self._count(1)
            self._pool.submit(self._work, claim)
        return len(claims)

    def _work(self, claim: Claim) -> None:
        try:
            due, reason = self._carry_forward(claim)
            self._hand_back(claim, due, reason)
        finally:
            self._free.release()
            self._count(-1)
            self._poked.set()

    def _carry_forward(self, claim: Claim) -> tuple[datetime | None, str]:
        try:
            wake = self._advance(claim.application_id)
        except Exception as error:
            # Whatever it is, the application is not lost: it is looked at again, and the fault is told without text.
            log_crash(error, event_of="round", application=claim.application_id)
            return self._clock() + _RETRY, "round_failed"
        return (wake.at, wake.reason) if wake else (None, "")

    def _hand_back(self, claim: Claim, due: datetime | None, reason: str) -> None:
        try:
            self._wakeups.hand_back(claim, due, reason)
        except Exception as error:
            _tell(error, "wake_up_not_handed_back", application=claim.application_id)
            self._unreturned.put((claim, due, reason))

    def _return_claims(self) -> None:
        """Hand back what could not be handed back before; where that fails again, the lease runs out by itself."""
        for _ in range(self._unreturned.qsize()):
            self._hand_back(*self._unreturned.get())


def _tell(error: Exception, event: str, **fields: str) -> None:
    if isinstance(error, GatewayError):
        log_event(event, level=ERROR, code=error.code, **fields)
    else:
        log_crash(error, event_of=event, **fields)
