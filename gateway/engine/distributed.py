"""The distributed engine: one of several workers, each application under a lease, whose number fences every commit.

A job says which application to look at. The worker takes the lease, carries the application forward with every write of
the round behind the lease's number, and hands it back. While it works, the leases under way are renewed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from logging import ERROR, WARNING
from typing import Protocol

from contracts.errors import GatewayError, LeaseLost
from gateway.core.steps import WakeAt
from gateway.engine.periodic import Periodic
from gateway.logs import log_crash, log_event
from gateway.store.fleet import Taken
from gateway.store.leases import write_under
from gateway.telling import tell_changes

LEASE_SECONDS = 10.0
"""After a kill an application is free again so long after the last renewal."""
_RENEW_SECONDS = 2.0
_SWEEP_SECONDS = 0.5
_RETRY = timedelta(seconds=30)
"""After a fault of our own (a full disk, a broken row) an application is looked at again then."""


class FleetStore(Protocol):
    """Port: gateway.store.fleet says what each method promises."""

    def take(self, application_id: str) -> Taken | None: ...

    def hand_back(self, taken: Taken, due_at: datetime | None, reason: str) -> None: ...

    def give_up(self, taken: Taken) -> None: ...

    def renew(self, names: Collection[str]) -> frozenset[str]: ...

    def sweep(self) -> int: ...


class Jobs(Protocol):
    """Port: calls the work that it was given with an application's id for each job."""

    def start(self) -> None: ...

    def stop(self) -> None:
        """Take nothing more, and wait a while for what is under way."""

    def is_working(self) -> bool: ...


class DistributedEngine:
    """Takes jobs until `stop`, which hands over to other workers what does not end in time."""

    def __init__(
        self,
        fleet: FleetStore,
        advance: Callable[[str], WakeAt | None],
        clock: Callable[[], datetime],
        open_jobs: Callable[[Callable[[str], None]], Jobs],
    ) -> None:
        self._fleet = fleet
        self._advance = advance
        self._clock = clock
        self._jobs = open_jobs(self.carry_forward)
        self._lock = threading.Lock()
        self._under_way: dict[str, Taken] = {}
        self._doubted: frozenset[str] = frozenset()
        """Leases that could not be renewed at the last look."""
        self._stopping = threading.Event()
        self._beats = (
            Periodic("leases", _RENEW_SECONDS, tell_changes("leases", self.renew)),
            Periodic("sweep", _SWEEP_SECONDS, tell_changes("sweep", fleet.sweep)),
        )

    def start(self) -> None:
        for beat in self._beats:
            beat.start()
        self._jobs.start()

    def is_working(self) -> bool:
        return self._jobs.is_working()

    def stop(self) -> None:
        self._stopping.set()
        self._jobs.stop()
        for beat in self._beats:
            beat.stop()
        with self._lock:
            left = tuple(self._under_way.values())
        for taken in left:
            try:
                self._fleet.give_up(taken)
                log_event("application_given_up", application=taken.lease.name)
            except GatewayError as error:
                # Its lease runs out by itself.
                log_event("application_not_given_up", level=WARNING, code=error.code, application=taken.lease.name)

    def renew(self) -> None:
        """Leases under way last on; one that went to another is told of, and its round can commit nothing more."""
        with self._lock:
            names = frozenset(self._under_way)
        if not names:
            return
        lost = names - self._fleet.renew(names)
        # One that was handed back at this moment is not renewed either: what is lost is so at the next look too.
        for name in sorted(lost & self._doubted):
            log_event("lease_lost", level=WARNING, application=name)
        self._doubted = lost

    def carry_forward(self, application_id: str) -> None:
        """The work of a job; raises nothing: what fails is looked at again, by this worker or another."""
        if self._stopping.is_set():
            return
        try:
            taken = self._fleet.take(application_id)
        except Exception as error:
            _tell(error, "application_not_taken", application=application_id)
            return
        if taken is None:
            return
        with self._lock:
            self._under_way[application_id] = taken
        try:
            with write_under(taken.lease):
                self._carry(taken)
        finally:
            with self._lock:
                self._under_way.pop(application_id, None)

    def _carry(self, taken: Taken) -> None:
        application_id = taken.claim.application_id
        due: datetime | None
        try:
            wake = self._advance(application_id)
            due, reason = (wake.at, wake.reason) if wake else (None, "")
        except LeaseLost:
            log_event("round_of_another", level=WARNING, application=application_id)
            return
        except Exception as error:
            # Whatever it is, the application is not lost: it is looked at again, and the fault is told without text.
            log_crash(error, event_of="round", application=application_id)
            due, reason = self._clock() + _RETRY, "round_failed"
        try:
            self._fleet.hand_back(taken, due, reason)
        except Exception as error:
            # Nobody renews the lease any more: when it is over, the sweep finds the application due.
            _tell(error, "wake_up_not_handed_back", application=application_id)


def _tell(error: Exception, event: str, **fields: str) -> None:
    if isinstance(error, GatewayError):
        log_event(event, level=ERROR, code=error.code, **fields)
    else:
        log_crash(error, event_of=event, **fields)
