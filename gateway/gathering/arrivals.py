"""Late replies: kept first, acknowledged after; paired with the exchange that they answer, duplicates told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from logging import WARNING
from typing import Protocol

from adapters.ports import Deadline
from contracts.errors import AnswerOfAnother, GatewayError, RegistryError
from contracts.exchange import Arrival, Reply
from contracts.passport import Passport
from gateway.core.calendar import local_day
from gateway.core.case import Case
from gateway.core.decide import schedule_retry
from gateway.core.echoes import is_about_subject
from gateway.core.law import FindLaw
from gateway.gathering.asking import close_with
from gateway.gathering.news import make_tell
from gateway.logs import log_event
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore, Matched
from gateway.store.gathering import ExchangeResult, GatheringStore
from gateway.store.wakeups import Wakeups

_SECONDS = 10.0
"""Total time of one delivery notification or one fetch."""


class LateChannel(Protocol):
    """Port: the asynchronous side of the bus."""

    def read_arrival(self, raw: bytes) -> Arrival: ...

    def answer_push(self, arrival: Arrival) -> bytes: ...

    def read_reply(self, passport: Passport, arrival: Arrival) -> Reply | None: ...

    def notify_delivery(self, arrival: Arrival, accepted: bool, deadline: Deadline) -> None: ...

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]: ...


@dataclass(frozen=True)
class Arrivals:
    channel: LateChannel
    passports: Mapping[str, Passport]
    kept: ArrivalStore
    store: GatheringStore
    applications: Applications
    wakeups: Wakeups
    find_law: FindLaw
    clock: Callable[[], datetime]
    pool: Executor
    """Sends delivery notifications beside the work."""

    def receive(self, raw: bytes) -> bytes:
        """A message that the bus pushed to us; the SOAP answer, given only after the message is committed."""
        arrival = self.channel.read_arrival(raw)
        self.take_in(arrival)
        return self.channel.answer_push(arrival)

    def fetch_pending(self) -> int:
        """PULL, for those whom the bus cannot reach: new messages of every service that a reply is awaited from."""
        count = 0
        for key in self.kept.list_pending_passports():
            for arrival in self.channel.fetch(self.passports[key].service_id, deadline=Deadline(_SECONDS)):
                count += self.take_in(arrival)
        return count

    def take_in(self, arrival: Arrival) -> bool:
        """Keep a message, close what it answers, and owe the bus a delivery notification; False for a duplicate."""
        matched, fresh = self.kept.keep(arrival, self.clock())
        if fresh and matched is not None:
            self._answer(matched, arrival)
        if fresh and matched is None:
            log_event("arrival_unmatched", level=WARNING, service_id=arrival.service_id)
        self.pool.submit(self._notify, arrival)
        return fresh

    def match_early(self, correlation_id: str, exchange_id: str, application_id: str) -> None:
        """Replies that came before the bus's acceptance was committed find their exchange now."""
        for raw in self.kept.take_unmatched(correlation_id, exchange_id):
            arrival = self.channel.read_arrival(raw)
            exchange = self.applications.read(application_id).case.exchanges[exchange_id]
            self._answer(Matched(exchange_id, application_id, exchange.passport), arrival)

    def notify_owed(self) -> None:
        """Notifications that a kill has left unsent; a message told of twice does no harm."""
        for owed in self.kept.list_owed():
            self._notify(self.channel.read_arrival(owed.raw))

    def _answer(self, matched: Matched, arrival: Arrival) -> None:
        passport = self.passports[matched.passport]
        if passport.service_id != arrival.service_id:
            log_event("arrival_of_another_service", level=WARNING, service_id=arrival.service_id)
            return
        at = self.clock()
        case = self.applications.read(matched.application_id).case
        try:
            reply = self.channel.read_reply(passport, arrival)
            if reply is None:
                return
            if not is_about_subject(passport, self.store.read_question(matched.exchange_id), reply.record):
                raise AnswerOfAnother
        except RegistryError as error:
            result = self._fail(case, matched.exchange_id, error, at)
        else:
            result = close_with(matched.exchange_id, reply, at, tried=False)
        self.store.save_results(case.id, [result], at, make_tell(case, [result]))
        self.wakeups.wake(case.id, at, "late_reply")
        self.applications.announce()

    def _fail(self, case: Case, exchange_id: str, error: RegistryError, at: datetime) -> ExchangeResult:
        """Sent again where another try may help; else stopped, but a right answer that still comes closes it."""
        law = self.find_law(case.service.code, local_day(case.accepted_at))
        state, next_try_at = schedule_retry(max(1, case.exchanges[exchange_id].tries), error.retryable, at, law)
        return ExchangeResult(exchange_id, state, at, cause=error.code, next_try_at=next_try_at, tried=False)

    def _notify(self, arrival: Arrival) -> None:
        try:
            self.channel.notify_delivery(arrival, True, deadline=Deadline(_SECONDS))
        except GatewayError as error:
            # Owed still: the next start tells the bus.
            log_event("delivery_notification_owed", level=WARNING, code=error.code)
            return
        self.kept.set_notified(arrival.message_id, self.clock())
