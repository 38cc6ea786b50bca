"""One delivery of a notice by text message: its neutral words, sent under one id however often it is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adapters.ports import Deadline
from contracts.errors import DeliveryRefused, GatewayError
from contracts.sms import Receipt, SmsMessage
from gateway.core.case import Case
from gateway.core.law import FindLaw, law_of
from gateway.core.notices import schedule_delivery
from gateway.core.proceedings import DeliveryState, Notice
from gateway.core.steps import DeliverNotice
from gateway.logs import log_event
from gateway.store.deliveries import DeliveryResult, DeliveryStore

SECONDS = 15.0
"""Total time of one try."""
MOST_TRIES = 200
"""More than a week of hourly tries: past it another way must do."""


class TextGateway(Protocol):
    """Port: the same id is never sent twice. Raises GatewayError, retryable or not."""

    def send(self, message: SmsMessage, *, deadline: Deadline) -> Receipt: ...


@dataclass(frozen=True)
class Deliverer:
    """Port of the round: `deliver`."""

    texts: TextGateway
    write_text: Callable[[Case, Notice], str]
    """The neutral words of a notice, in the applicant's language."""
    store: DeliveryStore
    find_law: FindLaw
    clock: Callable[[], datetime]

    def deliver(self, case: Case, step: DeliverNotice) -> None:
        notice = next(one for one in case.proceedings.notices if one.n == step.n)
        delivery = next(one for one in notice.deliveries if one.channel is step.channel)
        try:
            text = self.write_text(case, notice)
            phone = case.application.applicant.phone
            if phone is None:
                raise DeliveryRefused("the applicant has given no phone")
            message = SmsMessage(name_message(case.id, notice.n), phone, text)
            receipt = self.texts.send(message, deadline=Deadline(SECONDS))
            result = DeliveryResult(DeliveryState.DELIVERED, self.clock(), receipt=receipt.provider_id[:120])
        except GatewayError as error:
            result = self._fail(case, delivery.tries + 1, error)
            log_event("notice_not_delivered", code=error.code, application=case.id)
        self.store.save(case.id, notice.n, step.channel, result)

    def _fail(self, case: Case, tries: int, error: GatewayError) -> DeliveryResult:
        at = self.clock()
        if not error.retryable or tries >= MOST_TRIES:
            return DeliveryResult(DeliveryState.FAILED, at, cause=error.code)
        again = schedule_delivery(tries, at, law_of(case, self.find_law))
        return DeliveryResult(DeliveryState.WAITING, at, cause=error.code, next_try_at=again)


def name_message(application_id: str, notice: int) -> str:
    """The id of a notice's message in every try: of at most 36 letters, digits and hyphens."""
    return f"{application_id.removeprefix('app_').replace('_', '-')[:30]}-{notice}"
