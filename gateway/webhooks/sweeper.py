"""The sweeper of webhooks: looks for what is due and has it sent, a few at a time for each client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from datetime import datetime, timedelta
from logging import ERROR, WARNING
from typing import Protocol

from contracts.errors import GatewayError
from gateway.logs import log_crash, log_event
from gateway.store.webhook_queue import Owed
from gateway.webhooks.backoff import schedule_try

AT_ONCE = 64
AT_ONCE_PER_CLIENT = 4
"""A portal that hangs holds these places and no others."""
_LEASE = timedelta(minutes=2)
"""Longer than a try may take."""


class Queue(Protocol):
    """Port: gateway.store.webhook_queue says what each method promises."""

    def next_due(self) -> datetime | None: ...

    def list_due_clients(self, now: datetime) -> tuple[str, ...]: ...

    def claim(
        self, client_id: str, now: datetime, limit: int, lease: timedelta, without: Collection[str] = ()
    ) -> tuple[Owed, ...]: ...

    def set_taken(self, owed: Owed, at: datetime) -> None: ...

    def postpone(self, owed: Owed, due_at: datetime, cause: str, at: datetime) -> None: ...

    def give_up(self, owed: Owed, cause: str, at: datetime) -> None: ...

    def release_all(self) -> None: ...


class WebhookSweeper:
    """`start` begins on a thread of its own, `poke` makes it look at once, `stop` waits for the tries under way."""

    def __init__(
        self,
        queue: Queue,
        send: Callable[[Owed], None],
        clock: Callable[[], datetime],
        pool: Executor,
        *,
        look_every: float = 0.5,
        after_commit: Callable[[], None] = lambda: None,
        on_duty: Callable[[], bool] = lambda: True,
    ) -> None:
        """`pool` has AT_ONCE workers and is shut down by `stop`; `after_commit`: called when an event was added.

        `on_duty`: whether this process, of several, is the one that tells clients.
        """
        self._queue = queue
        self._send = send
        self._clock = clock
        self._pool = pool
        self._look_every = look_every
        self._after_commit = after_commit
        self._on_duty = on_duty
        self._poked = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._under_way: dict[str, str] = {}
        """Client by application: two tries of one application at a time would break its order."""
        self._unsettled = threading.Event()
        """A try is over, and what came of it could not be written down: its lease is nobody's any more."""
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        """Begin; leases that a killed process left behind end when this one comes on duty."""
        self._thread.start()

    def poke(self) -> None:
        self._poked.set()

    def stop(self) -> None:
        self._stopping.set()
        self._poked.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def run_due(self) -> None:
        self.poke()

    def is_quiet(self) -> bool:
        """Whether nothing is due or under way at the moment of the clock."""
        due = self._queue.next_due()
        return due is None or due > self._clock()

    def next_due(self) -> datetime | None:
        """When something is to be sent next; a moment that has passed where something is due or under way."""
        return self._queue.next_due()

    def sweep(self) -> int:
        """Have sent what is due and finds a place; how many tries were begun."""
        if self._unsettled.is_set():
            # What is still under way here is not claimed all the same: the claim leaves it out.
            self._unsettled.clear()
            try:
                self._queue.release_all()
            except GatewayError:
                self._unsettled.set()
                raise
        now = self._clock()
        begun = 0
        for client_id in self._queue.list_due_clients(now):
            with self._lock:
                under_way = tuple(self._under_way)
                places = AT_ONCE_PER_CLIENT - sum(one == client_id for one in self._under_way.values())
            places = min(places, AT_ONCE - len(under_way))
            if places <= 0:
                continue
            try:
                claimed = self._queue.claim(client_id, now, places, _LEASE, under_way)
            except GatewayError as error:
                # A secret that cannot be opened is its client's matter alone.
                log_event("webhook_not_claimed", level=ERROR, client=client_id, code=error.code)
                continue
            for owed in claimed:
                with self._lock:
                    self._under_way[owed.application_id] = client_id
                self._pool.submit(self._work, owed)
            begun += len(claimed)
        return begun

    def _run(self) -> None:
        was_on_duty = False
        while not self._stopping.is_set():
            # Cleared before the look: a poke during it is kept for the wait behind it.
            self._poked.clear()
            on_duty = self._on_duty()
            try:
                if on_duty and not was_on_duty:
                    self._queue.release_all()
                begun = self.sweep() if on_duty else 0
                was_on_duty = on_duty
            except Exception as error:
                log_crash(error, event_of="webhooks_cannot_look")
                self._stopping.wait(self._look_every)
                begun = 0
            if self._unsettled.is_set():
                # Nothing pokes it awake: a database that is away is not asked again and again.
                self._stopping.wait(self._look_every)
            elif not begun:
                self._poked.wait(self._look_every)

    def _work(self, owed: Owed) -> None:
        try:
            cause = self._try(owed)
            self._settle(owed, cause)
        except Exception as error:
            # It was taken, perhaps, and cannot be written down: as soon as the database is back it is sent once more.
            log_crash(error, event_of="webhook_not_settled", application=owed.application_id)
            self._unsettled.set()
        finally:
            with self._lock:
                self._under_way.pop(owed.application_id, None)
            self._poked.set()

    def _try(self, owed: Owed) -> str:
        """ "" where the portal took it, else why it did not."""
        try:
            self._send(owed)
        except GatewayError as error:
            return f"{error.code}: {error.detail}"
        except Exception as error:
            log_crash(error, event_of="webhook", application=owed.application_id)
            return "internal-error"
        return ""

    def _settle(self, owed: Owed, cause: str) -> None:
        at = self._clock()
        if not cause:
            self._queue.set_taken(owed, at)
            return
        told = {"client": owed.client_id, "application": owed.application_id, "seq": owed.event.seq, "cause": cause}
        again = schedule_try(owed.tries + 1, owed.failing_since or at, at)
        if again is None:
            self._queue.give_up(owed, cause, at)
            log_event("webhook_gave_up", level=ERROR, **told)
            self._after_commit()
            return
        self._queue.postpone(owed, again, cause, at)
        if not owed.tries:
            # Told once, not at every try.
            log_event("webhook_not_taken", level=WARNING, **told)
