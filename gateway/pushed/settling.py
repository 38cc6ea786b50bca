"""What the bus is owed for a message that it pushed: the receipt of the delivery, and an answer on the chain.

It is told beside the work and, where that fails, by the sweep until it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime
from logging import ERROR

from adapters.ports import Deadline
from contracts.exchange import Arrival, LaterKind
from contracts.intakes import IntakeProfile
from gateway.bus_pauses import grow_pause
from gateway.logs import log_event
from gateway.pushed.chain import Chain, log_failure
from gateway.pushed.forms.table import FORMS
from gateway.pushed.messages import ChainIds, write_refusal
from gateway.store.pushed import PushedStore
from gateway.store.pushed_rows import PushedMessage, PushedState

_SECONDS = 10.0
"""Total time of one message to the bus."""
_WAITING_AT_MOST = 200
"""So many wait for the pool; a bus that hangs does not make them more."""
_TRIES_AT_MOST = 40
"""More than a day and a half: then the bus has given the message up too."""


@dataclass(frozen=True)
class Settling:
    chain: Chain
    profiles: Mapping[str, IntakeProfile]
    """By the bus's service id."""
    kept: PushedStore
    organisation: str
    clock: Callable[[], datetime]
    pool: Executor
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_WAITING_AT_MOST))
    _under_way: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def settle_soon(self, message: PushedMessage) -> None:
        if not self._room.acquire(blocking=False):
            # More wait than can be told soon: the sweep tells it.
            return
        try:
            self.pool.submit(self._settle, message).add_done_callback(lambda _: self._room.release())
        except RuntimeError:
            # The pool is closed: the next start tells the bus.
            self._room.release()

    def recover(self) -> None:
        """For the start of a process: what a killed one left undone is due at once."""
        self.kept.make_due(self.clock())

    def settle_owed(self) -> None:
        """The sweep: what the bus is still owed, each message by itself."""
        for message in self.kept.list_owed(self.clock()):
            self._settle(message)

    def _settle(self, message: PushedMessage) -> None:
        """Nothing is told twice where the sweep and who took the message meet, or the bus has brought it again."""
        with self._lock:
            if message.message_id in self._under_way:
                return
            self._under_way.add(message.message_id)
        try:
            self._settle_alone(message)
        finally:
            with self._lock:
                self._under_way.discard(message.message_id)

    def _settle_alone(self, message: PushedMessage) -> None:
        try:
            # What waited for its turn may have been answered meanwhile.
            now = self.kept.find(message.message_id) or message
            message = replace(message, answered_at=now.answered_at)
            if message.notified_at is None:
                self._notify(message)
                self.kept.set_notified(message.message_id, self.clock())
            answered = message.answered_at is None and self._answer(message)
            self.kept.set_settled(message.message_id, self.clock(), answered=answered)
        except Exception as error:
            log_failure(error, "push_settlement_owed", message.service_id)
            self._postpone(message)

    def _notify(self, message: PushedMessage) -> None:
        arrival = Arrival(
            message_id=message.message_id,
            correlation_id=message.correlation_id,
            service_id=message.service_id,
            kind="REQUEST",
            message_date=None,
            inquiry_id="",
            raw=b"",
        )
        if message.state is PushedState.STALE:
            self.chain.refuse_delivery(arrival, message.code, Deadline(_SECONDS))
        else:
            self.chain.accept_delivery(arrival, Deadline(_SECONDS))

    def _answer(self, message: PushedMessage) -> bool:
        """Tell the chain of a refusal or of an announcement; False where it is told otherwise, or of nothing."""
        profile = self.profiles.get(message.service_id)
        if profile is None:
            # A profile that is gone since: nobody knows any more how its chain is told.
            return False
        form = FORMS[profile.form]
        chain = ChainIds(message.message_id, message.correlation_id, message.reference, self.organisation, self.clock())
        kind: LaterKind
        told = message.state in (PushedState.REFUSED, PushedState.STALE)
        if told and self.kept.has_application(message):
            # The application stands: neither is its chain ended nor is it itself said not to be taken.
            kind, document = "NOTIFICATION", write_refusal(message.code, message.problems, chain)
        elif told:
            kind, document = "RESPONSE", form.write_refusal(message.code, message.problems, chain)
        elif message.state is PushedState.ANNOUNCED and form.write_announced is not None:
            kind, document = "NOTIFICATION", form.write_announced(chain)
        else:
            return False
        self.chain.send(
            document,
            kind=kind,
            correlation_id=message.correlation_id,
            service_id=message.service_id,
            deadline=Deadline(_SECONDS),
        )
        return True

    def _postpone(self, message: PushedMessage) -> None:
        given_up = message.tries >= _TRIES_AT_MOST
        if given_up:
            log_event(
                "push_settlement_given_up", level=ERROR, message=message.message_id, service_id=message.service_id
            )
        due_at = None if given_up else self.clock() + grow_pause(message.tries)
        try:
            self.kept.postpone(message.message_id, due_at)
        except Exception as error:
            # It stays due, and the next sweep takes it up.
            log_failure(error, "push_not_postponed", message.service_id)
