"""What one process of several does for all (sweeps, notifications, webhooks): whoever has the lease, while it lasts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from typing import Protocol

from gateway.logs import log_event
from gateway.store.leases import Lease, write_under


class DutyStore(Protocol):
    """Port: gateway.store.fleet says what each method promises."""

    def take_duty(self, name: str) -> Lease | None: ...

    def end_duty(self, lease: Lease) -> None: ...

    def renew(self, names: Collection[str]) -> frozenset[str]: ...


class Duty:
    """`look` takes the duty where nobody has it, and renews it; called again and again, sooner than a lease is over."""

    def __init__(
        self,
        store: DutyStore,
        name: str,
        on_taken: Callable[[], object],
        *,
        trusted_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`on_taken`: done first by whoever takes it over, before anything else of the duty.

        `trusted_seconds`: how long after a renewal was asked for the lease is certainly ours: less than it lasts.
        """
        self._store = store
        self._name = name
        self._on_taken = on_taken
        self._trusted_seconds = trusted_seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._renewed_at = 0.0

    def look(self) -> None:
        """Raises GatewayError where the database is away; the duty is then nobody's once the lease is over."""
        asked_at = self._monotonic()
        lease = self.find_lease(trusted=False)
        if lease is not None and self._store.renew([self._name]):
            self._keep(lease, asked_at)
            return
        self._keep(None, asked_at)
        lease = self._store.take_duty(self._name)
        if lease is not None:
            log_event("duty_taken", duty=self._name)
            with write_under(lease):
                self._on_taken()
            self._keep(lease, asked_at)

    def is_mine(self) -> bool:
        return self.find_lease() is not None

    def find_lease(self, *, trusted: bool = True) -> Lease | None:
        with self._lock:
            fresh = self._monotonic() - self._renewed_at < self._trusted_seconds
            return self._lease if fresh or not trusted else None

    def only(self, work: Callable[[], object]) -> Callable[[], None]:
        """The work, done where the duty is ours and left alone where not; its writes are refused once it is lost."""

        def run() -> None:
            lease = self.find_lease()
            if lease is not None:
                with write_under(lease):
                    work()

        return run

    def leave(self) -> None:
        """Another may take it at once."""
        lease = self.find_lease(trusted=False)
        self._keep(None, self._monotonic())
        if lease is not None:
            self._store.end_duty(lease)

    def _keep(self, lease: Lease | None, renewed_at: float) -> None:
        with self._lock:
            self._lease, self._renewed_at = lease, renewed_at
