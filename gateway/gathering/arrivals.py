"""Late replies: kept first, then read as the answer of the exchange that awaits them, told of to the bus last.

A message may be left behind at any of these steps (a kill, a full disk). So each is done again until it is marked as
done: when the bus brings the message again, by the sweep, and at the start of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from logging import WARNING
from typing import Protocol

from adapters.ports import Deadline
from contracts.errors import AnswerOfAnother, ContractBroken, GatewayError
from contracts.exchange import Arrival, Reply, StatusChange
from contracts.passport import Passport
from gateway.bus_pauses import grow_pause
from gateway.core.case import Case
from gateway.core.echoes import is_about_subject
from gateway.core.law import FindLaw, law_of
from gateway.core.patience import schedule_retry
from gateway.gathering.asking import AskCrashed, close_with
from gateway.gathering.news import make_tell
from gateway.logs import log_crash, log_event
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore, Kept, Matched
from gateway.store.gathering import GatheringStore
from gateway.store.results import ExchangeResult

_SECONDS = 10.0
"""Total time of one delivery notification or one fetch."""
_NOTIFICATIONS_AT_MOST = 30
"""After so many failures (more than a day) the bus is not told any more; it asks by bringing the message again."""
BEGINS, ADDS = "REQUEST", "UPDATE"
"""What another participant sends on a chain of its own; all else answers what we asked."""
_UNMATCHED_AGE = timedelta(days=60)
"""Longer than an extension: so long an operator finds what nobody here awaited."""
_NOTIFICATIONS_WAITING = 200
_LONGEST_IDS = {"message_id": 100, "correlation_id": 100, "inquiry_id": 100, "service_id": 200}


class LateChannel(Protocol):
    """Port: the asynchronous side of the bus."""

    def read_pushed(self, raw: bytes) -> Arrival | StatusChange: ...

    def answer_push(self, arrival: Arrival) -> bytes: ...

    def answer_status(self, change: StatusChange) -> bytes: ...

    def read_reply(self, passport: Passport, arrival: Arrival) -> Reply | None: ...

    def notify_delivery(self, arrival: Arrival, accepted: bool, deadline: Deadline) -> None: ...

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]: ...


class BegunElsewhere(Protocol):
    """Port: chains that other participants begin."""

    def take(self, arrival: Arrival) -> None:
        """A message of such a chain; raises GatewayError where it is not committed."""

    def knows_chain(self, correlation_id: str) -> bool: ...

    def note_state(self, change: StatusChange) -> None:
        """What became of a message that we sent on such a chain."""

    def fetch_pending(self) -> None:
        """PULL, for those whom the bus cannot reach."""


class NothingBegun:
    """Where nobody else begins a chain."""

    def take(self, arrival: Arrival) -> None:
        raise ContractBroken("a message of type REQUEST is no answer")

    def knows_chain(self, correlation_id: str) -> bool:
        return False

    def note_state(self, change: StatusChange) -> None:
        """Of a message that is not ours nothing is kept."""

    def fetch_pending(self) -> None:
        """There is nothing."""


@dataclass(frozen=True)
class Arrivals:
    channel: LateChannel
    passports: Mapping[str, Passport]
    kept: ArrivalStore
    store: GatheringStore
    applications: Applications
    find_law: FindLaw
    clock: Callable[[], datetime]
    pool: Executor
    """Sends delivery notifications beside the work."""
    begun: BegunElsewhere = field(default_factory=NothingBegun)
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_NOTIFICATIONS_WAITING))

    def receive(self, raw: bytes) -> bytes:
        """What the bus pushed to us; the SOAP answer, given only after it is committed."""
        pushed = self.channel.read_pushed(raw)
        if isinstance(pushed, StatusChange):
            self.begun.note_state(pushed)
            return self.channel.answer_status(pushed)
        adds = pushed.kind == ADDS and self.begun.knows_chain(pushed.correlation_id)
        if pushed.kind == BEGINS or adds:
            self.begun.take(pushed)
        else:
            self.take_in(pushed)
        return self.channel.answer_push(pushed)

    def fetch_pending(self) -> int:
        """PULL, for those whom the bus cannot reach: new messages of every service that a reply is awaited from."""
        self.begun.fetch_pending()
        count = 0
        for service_id in self.kept.list_awaited_services():
            try:
                arrivals = self.channel.fetch(service_id, deadline=Deadline(_SECONDS))
            except Exception as error:
                _log_failure(error, "fetch_failed", service_id=service_id)
                continue
            for arrival in arrivals:
                try:
                    count += self.take_in(arrival)
                except Exception as error:
                    _log_failure(error, "fetched_message_not_taken", service_id=service_id)
        return count

    def take_in(self, arrival: Arrival) -> bool:
        """Keep a message and do what is owed for it; False for a duplicate. Raises where it could not be kept."""
        check_ids(arrival)
        kept = self.kept.keep(arrival, self.clock())
        if kept.matched is not None:
            self._finish(kept)
        elif kept.fresh:
            # Told low: a registry often answers before the acceptance is committed, and is matched a moment later. What
            # stays without a question is counted (asp_arrivals_unmatched).
            log_event("arrival_unmatched", service_id=arrival.service_id)
        return kept.fresh

    def answer_early(self, exchange_ids: Collection[str]) -> bool:
        """Replies that came before it was known that they are awaited; True where there were some."""
        early = self.kept.list_unanswered(exchange_ids)
        for kept in early:
            self._finish(kept)
        return bool(early)

    def recover(self) -> None:
        """For the start of a process: what a killed one left undone is due at once."""
        self.kept.make_due(self.clock())

    def finish_owed(self) -> None:
        """The sweep: what is still owed for messages that came, each by itself, whatever befalls the others."""
        now = self.clock()
        self.kept.drop_unmatched(now - _UNMATCHED_AGE)
        for kept in self.kept.list_owed(now):
            if self._answer_safely(kept):
                self._notify(kept)

    def _finish(self, kept: Kept) -> None:
        """Read it as an answer, then tell the bus beside the work; what fails is left to the sweep."""
        if not self._answer_safely(kept) or not self._room.acquire(blocking=False):
            return
        try:
            self.pool.submit(self._notify, kept).add_done_callback(lambda _: self._room.release())
        except RuntimeError:
            # The pool is closed: the next start tells the bus.
            self._room.release()

    def _answer_safely(self, kept: Kept) -> bool:
        if kept.answered or kept.matched is None:
            return True
        try:
            self._answer(kept.arrival, kept.matched)
        except Exception as error:
            _log_failure(error, "late_reply_not_answered", exchange=kept.matched.exchange_id)
            self._postpone(kept, at_most=None)
            return False
        return True

    def _answer(self, arrival: Arrival, matched: Matched) -> None:
        passport = self.passports[matched.passport]
        at = self.clock()
        case = self.applications.read(matched.application_id).case
        question = self.store.read_questions([matched.exchange_id])[matched.exchange_id]
        result: ExchangeResult | None = None
        try:
            reply = self.channel.read_reply(passport, arrival)
            if reply is not None and not is_about_subject(passport, question, reply.record):
                raise AnswerOfAnother
        except GatewayError as error:
            result = self._fail(case, matched.exchange_id, error, at)
        except Exception as error:
            log_crash(error, exchange=matched.exchange_id, passport=passport.key)
            result = self._fail(case, matched.exchange_id, AskCrashed(), at)
        else:
            if reply is not None:
                result = close_with(matched.exchange_id, reply, at, tried=False)
        tell = make_tell(case, [result] if result else [])
        if self.store.save_late_reply(case.id, arrival.message_id, result, at, tell) and result is not None:
            self.applications.announce(woken=True)

    def _fail(self, case: Case, exchange_id: str, error: GatewayError, at: datetime) -> ExchangeResult:
        """Sent again where another try may help; else stopped, but a right answer that still comes closes it."""
        law = law_of(case, self.find_law)
        state, next_try_at = schedule_retry(max(1, case.exchanges[exchange_id].tries), error.retryable, at, law)
        return ExchangeResult(exchange_id, state, at, cause=error.code, next_try_at=next_try_at, tried=False)

    def _notify(self, kept: Kept) -> None:
        try:
            self.channel.notify_delivery(kept.arrival, True, deadline=Deadline(_SECONDS))
            self.kept.set_notified(kept.arrival.message_id, self.clock())
        except Exception as error:
            _log_failure(error, "delivery_notification_owed", service_id=kept.arrival.service_id)
            self._postpone(kept, at_most=_NOTIFICATIONS_AT_MOST)

    def _postpone(self, kept: Kept, at_most: int | None) -> None:
        due_at = None if at_most is not None and kept.tries >= at_most else self.clock() + grow_pause(kept.tries)
        try:
            self.kept.postpone(kept.arrival.message_id, due_at)
        except Exception as error:
            # It stays due, and the next sweep takes it up.
            _log_failure(error, "arrival_not_postponed")


def check_ids(arrival: Arrival) -> None:
    """Raises ContractBroken: what is cut short would be taken for another's."""
    for name, longest in _LONGEST_IDS.items():
        if len(getattr(arrival, name)) > longest:
            raise ContractBroken(f"the message's {name} is longer than {longest} characters")


def _log_failure(error: Exception, event: str, **fields: str) -> None:
    if isinstance(error, GatewayError):
        log_event(event, level=WARNING, code=error.code, **fields)
    else:
        log_crash(error, event_of=event, **fields)
