"""A REQUEST that the bus pushed: judged like any other application, kept once, and what the bus is owed for it.

Whoever the bus does not vouch for begins nothing. What is wrong with a message is answered on its chain and kept by its
ids alone; a fault of ours, or a check that may succeed later, is a fault of the call, and the bus brings the message
again. What is owed - the receipt of the delivery, a refusal - is told beside the work and, where that fails, by the
sweep until it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from logging import WARNING
from typing import Protocol

from adapters.ports import Deadline
from contracts.errors import CallerError, ContractBroken, GatewayError, NotAllowed, NotFound, Problem, UntrustedAnswer
from contracts.exchange import Arrival, LaterKind, StatusChange
from contracts.intakes import IntakeProfile
from gateway.gathering.arrivals import check_ids
from gateway.intake.envelope import Envelope
from gateway.intake.submit import Submit
from gateway.logs import log_crash, log_event
from gateway.pushed.forms.table import FORMS
from gateway.pushed.submission import refuse_document
from gateway.store.bus_clients import BusClients
from gateway.store.pushed import PushedMessage, PushedState, PushedStore

_SECONDS = 10.0
"""Total time of one message to the bus."""
_AHEAD = timedelta(minutes=5)
"""By so much the sender's clock may run before ours."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
_TRIES_AT_MOST = 40
"""More than a day and a half: then the bus has given the message up too."""


class Chain(Protocol):
    """Port: the provider's side of the bus."""

    def read_document(self, arrival: Arrival) -> bytes: ...

    def send(
        self, document: bytes, *, kind: LaterKind, correlation_id: str, service_id: str, deadline: Deadline
    ) -> str: ...

    def accept_delivery(self, arrival: Arrival, deadline: Deadline) -> None: ...

    def refuse_delivery(self, arrival: Arrival, code: str, deadline: Deadline) -> None: ...

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]: ...


@dataclass(frozen=True)
class PushedIntake:
    chain: Chain
    profiles: Mapping[str, IntakeProfile]
    """By the bus's service id."""
    submit: Submit
    clients: BusClients
    kept: PushedStore
    clock: Callable[[], datetime]
    pool: Executor

    def take(self, arrival: Arrival) -> None:
        """Commit the application that the message carries, or its refusal; raises GatewayError where it did neither."""
        check_ids(arrival)
        if "bus" not in arrival.vouched_by:
            raise UntrustedAnswer("what begins an application must be signed by the bus")
        profile = self.profiles.get(arrival.service_id)
        if profile is None:
            raise NotFound(problems=(Problem("push-service-unknown", "", "no application comes under this service"),))
        client = self.clients.find(arrival.sender_id)
        if client is None:
            detail = "the message's sender is not one of this gateway's clients"
            raise NotAllowed(problems=(Problem("push-sender-unknown", "", detail),))
        if not arrival.correlation_id:
            raise ContractBroken("a message that the bus brings has a correlationId")
        known = self.kept.find(arrival.message_id)
        if known is not None:
            # The bus brings it again because it does not know that we have it.
            self._settle_soon(replace(known, notified_at=None))
            return
        now = self.clock()
        if not _is_fresh(arrival, profile, now):
            stale = Problem("push-stale", "", f"a message begins something for {profile.stale_hours} hours")
            self._settle_soon(self.kept.keep_refused(arrival, client, PushedState.STALE, stale.code, (stale,), now))
            return
        try:
            submission = FORMS[profile.form].read(self._read_document(arrival))
            envelope = Envelope(
                submission.content, submission.signature, "eds", "xmldsig", submission.accepted_by, submission.derive
            )
            self.submit.take(envelope, client, arrival)
        except CallerError as error:
            if error.retryable:
                raise
            log_event("push refused", level=WARNING, code=error.public_code, service_id=arrival.service_id)
            refused = PushedState.REFUSED
            told = self.kept.keep_refused(arrival, client, refused, error.public_code, error.problems, now)
            self._settle_soon(told)
            return
        kept = self.kept.find(arrival.message_id)
        if kept is not None:
            self._settle_soon(kept)

    def note_state(self, change: StatusChange) -> None:
        self.kept.note_state(change, self.clock())

    def fetch_pending(self) -> None:
        """PULL, for those whom the bus cannot reach."""
        for service_id in self.profiles:
            try:
                arrivals = self.chain.fetch(service_id, deadline=Deadline(_SECONDS))
            except Exception as error:
                _log_failure(error, "fetch_failed", service_id)
                continue
            for arrival in arrivals:
                try:
                    self.take(arrival)
                except Exception as error:
                    _log_failure(error, "fetched_message_not_taken", service_id)

    def recover(self) -> None:
        """For the start of a process: what a killed one left undone is due at once."""
        self.kept.make_due(self.clock())

    def settle_owed(self) -> None:
        """The sweep: what the bus is still owed, each message by itself."""
        for message in self.kept.list_owed(self.clock()):
            self._settle(message)

    def _read_document(self, arrival: Arrival) -> bytes:
        try:
            return self.chain.read_document(arrival)
        except ContractBroken as error:
            raise refuse_document("", error.detail) from error

    def _settle_soon(self, message: PushedMessage) -> None:
        try:
            self.pool.submit(self._settle, message)
        except RuntimeError:
            # The pool is closed: the next start tells the bus.
            return

    def _settle(self, message: PushedMessage) -> None:
        try:
            if message.notified_at is None:
                self._notify(message)
                self.kept.set_notified(message.message_id, self.clock())
            owed = message.state is PushedState.REFUSED and message.answered_at is None
            if owed:
                self._refuse(message)
            self.kept.set_settled(message.message_id, self.clock(), answered=owed)
        except Exception as error:
            _log_failure(error, "push_settlement_owed", message.service_id)
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

    def _refuse(self, message: PushedMessage) -> None:
        profile = self.profiles.get(message.service_id)
        if profile is None:
            # A profile that is gone since: nobody knows any more how its chain is told.
            return
        document = FORMS[profile.form].write_refusal(message.code, message.problems)
        self.chain.send(
            document,
            kind="RESPONSE",
            correlation_id=message.correlation_id,
            service_id=message.service_id,
            deadline=Deadline(_SECONDS),
        )

    def _postpone(self, message: PushedMessage) -> None:
        # Past 2**10 the pause is the longest anyway.
        pause = min(_FIRST_PAUSE * 2 ** min(message.tries, 10), _LONGEST_PAUSE)
        due_at = None if message.tries >= _TRIES_AT_MOST else self.clock() + pause
        try:
            self.kept.postpone(message.message_id, due_at)
        except Exception as error:
            # It stays due, and the next sweep takes it up.
            _log_failure(error, "push_not_postponed", message.service_id)


def _is_fresh(arrival: Arrival, profile: IntakeProfile, now: datetime) -> bool:
    """By the date that the sender gave it; a message without a readable one cannot be told from a replay."""
    date = arrival.message_date
    return date is not None and now - timedelta(hours=profile.stale_hours) <= date <= now + _AHEAD


def _log_failure(error: Exception, event: str, service_id: str) -> None:
    if isinstance(error, GatewayError):
        log_event(event, level=WARNING, code=error.code, service_id=service_id)
    else:
        log_crash(error, event_of=event, service_id=service_id)
