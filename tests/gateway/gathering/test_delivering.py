"""One delivery by text message, where there is nobody to send it to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from adapters.ports import Deadline
from contracts.sms import Receipt, SmsMessage
from gateway.core.proceedings import DeliveryChannel, DeliveryState
from gateway.core.steps import DeliverNotice
from gateway.gathering.delivering import Deliverer
from gateway.store.deliveries import DeliveryResult
from tests.gateway.core.builders import LAW, T0
from tests.gateway.core.two_registries import start


@dataclass
class Kept:
    results: list[DeliveryResult] = field(default_factory=list)

    def save(self, application_id: str, n: int, channel: DeliveryChannel, result: DeliveryResult) -> None:
        self.results.append(result)


@dataclass
class Texts:
    messages: list[SmsMessage] = field(default_factory=list)

    def send(self, message: SmsMessage, *, deadline: Deadline) -> Receipt:
        self.messages.append(message)
        return Receipt("gw-1")


def test_a_message_to_nobody_has_failed_for_good_and_is_not_tried_again() -> None:
    case = start(medical={}, phones=False).send(1).case
    applicant = case.application.applicant.model_copy(update={"phone": None})
    case = replace(case, application=case.application.model_copy(update={"applicant": applicant}))
    kept, texts = Kept(), Texts()
    store: Any = kept
    deliverer = Deliverer(texts, lambda case, notice: "Есть уведомление", store, lambda service, on: LAW, lambda: T0)
    deliverer.deliver(case, DeliverNotice(1, DeliveryChannel.SMS))
    assert texts.messages == []
    assert [(one.state, one.cause) for one in kept.results] == [(DeliveryState.FAILED, "delivery-refused")]
