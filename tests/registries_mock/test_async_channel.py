"""The asynchronous bus: ids, late replies by PUSH and PULL, delivery notifications, duplicates, states, own faults."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from lxml import etree

from contracts.catalogue import Catalogue
from registries_mock.settings import Settings
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import (
    HandTimer,
    Participant,
    async_message,
    request_data,
    small_app,
    suite_of,
)

KEY = "oop-labour-history"
URL = "http://127.0.0.1:9/client"
SENDERS = {"asp-gateway": "mock-password", "other": "other-password"}
DATE = "2026-02-10T09:15:00+05:00"


def sender(name: str = "asp-gateway") -> str:
    return f"<sender><senderId>{name}</senderId><password>{SENDERS[name]}</password></sender>"


@dataclass
class Bus:
    """The asynchronous channel with a participant behind it."""

    app: Flask
    participant: Participant
    timer: HandTimer
    catalogue: Catalogue

    @property
    def service(self) -> str:
        return self.catalogue.passports[KEY].service_id

    def call(self, operation: str, content: str, status: int = 200) -> etree._Element:
        reply = self.app.test_client().post("/bip-async-wss-gost/", data=async_message(operation, content))
        assert reply.status_code == status, reply.data
        return assert_envelope(reply.data, "async-types.xsd")

    def send(
        self, kind: str = "REQUEST", chain: str = "", status: int = 200, name: str = "asp-gateway"
    ) -> etree._Element:
        correlation = f"<correlationId>{chain}</correlationId>" if chain else ""
        info = (
            f"<messageInfo>{correlation}<serviceId>{self.service}</serviceId><messageType>{kind}</messageType>"
            f"<messageDate>{DATE}</messageDate>{sender(name)}"
            "<properties><key>inquiryId</key><value>q-1</value></properties></messageInfo>"
        )
        data = request_data(self.catalogue, self.catalogue.passports[KEY])
        return self.call("sendMessage", f"{info}<messageData>{data}</messageData>", status)

    def pull(self, extra: str = "", name: str = "asp-gateway", amount: int = 0) -> list[etree._Element]:
        content = f"{extra}<serviceId>{self.service}</serviceId>{sender(name)}<amount>{amount}</amount>"
        return self.call("getMessages", content).findall("response/messages")

    def notify(self, message_id: str, received: str, again: str = "NOT_RESEND", status: int = 200) -> None:
        content = (
            f"<notification><messageId>{message_id}</messageId><serviceId>{self.service}</serviceId>"
            f"<notificationDate>{DATE}</notificationDate><deliveryStatus><receiveStatus>{received}</receiveStatus>"
            f"<statusDate>{DATE}</statusDate><resendMessage>{again}</resendMessage></deliveryStatus></notification>"
            f"<requestDate>{DATE}</requestDate>{sender()}"
        )
        self.call("sendDeliveryNotification", content, status)

    def state(self, message_id: str, name: str = "asp-gateway", status: int = 200) -> str | None:
        content = f"<messageId>{message_id}</messageId><requestDate>{DATE}</requestDate>{sender(name)}"
        return self.call("getMessageStatus", content, status).findtext("response/messageState")

    def pushed(self) -> list[etree._Element]:
        return [assert_envelope(body, "async-types.xsd") for _, body in self.participant.got]


def bus(catalogue: Catalogue, *, push: bool = False, failures: int = 0) -> Bus:
    participant, timer = Participant(failures), HandTimer()
    settings = Settings(senders=SENDERS, participants={"asp-gateway": URL} if push else {})
    app = small_app(settings, push=participant.push, timer=timer)
    return Bus(app, participant, timer, catalogue)


def texts(messages: list[etree._Element], name: str) -> list[str | None]:
    return [one.findtext(f".//messageInfo/{name}") for one in messages]


def test_the_bus_gives_out_both_ids_and_answers_later_in_the_same_chain(catalogue: Catalogue) -> None:
    here = bus(catalogue)
    sent = here.send()
    chain = sent.findtext("response/correlationId")
    assert sent.findtext("response/messageId") != chain
    assert here.pull() == []
    here.timer.advance(0.2)
    messages = here.pull()
    assert texts(messages, "messageType") == ["NOTIFICATION", "RESPONSE"]
    assert texts(messages, "correlationId") == [chain, chain]
    assert len(set(texts(messages, "messageId")) | {sent.findtext("response/messageId")}) == 3
    assert [one.findtext(".//properties/value") for one in messages] == ["q-1", "q-1"]
    assert texts(messages, "sender/password") == [None, None]


def test_what_is_pushed_is_a_valid_message_and_stays_for_pull_until_it_is_accepted(catalogue: Catalogue) -> None:
    here = bus(catalogue, push=True)
    here.send()
    here.timer.advance(0.2)
    assert [url for url, _ in here.participant.got] == [URL, URL]
    ids = texts(here.pushed(), "messageId")
    assert ids == texts(here.pull(), "messageId")
    for one in ids:
        assert here.state(str(one)) == "ON_DELIVERY"
        here.notify(str(one), "MESSAGE_ACCEPTED")
        assert here.state(str(one)) == "DELIVERED"
    assert here.pull() == []


def test_a_push_that_fails_is_tried_again_with_growing_pauses_and_ends_in_pull(catalogue: Catalogue) -> None:
    here = bus(catalogue, push=True, failures=3)
    here.send()
    here.timer.advance(0.2)
    assert here.participant.got == []
    here.timer.advance(30)
    assert sorted(texts(here.pushed(), "messageType"), key=str) == ["NOTIFICATION", "RESPONSE"]

    here = bus(catalogue, push=True, failures=1000)
    here.send()
    here.timer.advance(60)
    assert here.participant.failures == 1000 - 2 * 5
    message_id = texts(here.pull(), "messageId")[0]
    assert here.state(str(message_id)) == "NOT_DELIVERED"


def test_a_message_not_accepted_comes_again_with_the_same_id_only_if_that_is_asked(catalogue: Catalogue) -> None:
    here = bus(catalogue, push=True)
    here.send()
    here.timer.advance(0.2)
    first, second = (str(one) for one in texts(here.pushed(), "messageId"))
    here.notify(first, "MESSAGE_NOT_ACCTEPTED", "RESEND")
    here.notify(second, "MESSAGE_NOT_ACCTEPTED", "NOT_RESEND")
    here.timer.advance(5)
    assert texts(here.pushed(), "messageId") == [first, second, first]
    assert here.state(second) == "DELIVERY_STOPPED"
    assert texts(here.pull(), "messageId") == [first]


def test_messages_are_pulled_by_id_by_chain_and_by_amount_and_only_by_their_owner(catalogue: Catalogue) -> None:
    here = bus(catalogue)
    chains = [here.send().findtext("response/correlationId") for _ in range(2)]
    here.timer.advance(1)
    everything = here.pull()
    assert len(everything) == 4
    assert len(here.pull(amount=3)) == 3
    assert texts(here.pull(f"<correlationId>{chains[1]}</correlationId>"), "correlationId") == [chains[1]] * 2
    one = texts(everything, "messageId")[2]
    assert texts(here.pull(f"<messageId>{one}</messageId>"), "messageId") == [one]
    assert here.pull(name="other") == []


def test_the_sender_learns_the_state_of_its_own_message_alone(catalogue: Catalogue) -> None:
    here = bus(catalogue)
    message_id = str(here.send().findtext("response/messageId"))
    assert here.state(message_id) == "DELIVERED"
    here.state(message_id, "other", 500)
    here.state("unknown", status=500)


def test_a_later_message_of_a_chain_is_taken_from_its_owner_only(catalogue: Catalogue) -> None:
    here = bus(catalogue)
    chain = str(here.send().findtext("response/correlationId"))
    here.send("UPDATE", chain)
    for kind, correlation, name in (
        ("UPDATE", "", "asp-gateway"),
        ("RESPONSE", "unknown", "asp-gateway"),
        ("UPDATE", chain, "other"),
    ):
        assert fault_code(here.send(kind, correlation, 500, name)) == "BUS-006"


def fault_code(fault: etree._Element) -> str | None:
    return fault.findtext("detail/*/errorCode")


@pytest.mark.parametrize(
    ("operation", "content", "code"),
    [
        ("sendMessage", "", "BUS-004"),
        ("sendDeliveryNotification", "<notification/>", "BUS-004"),
        ("getMessageStatus", f"{sender()}", "BUS-007"),
        ("getMessages", "<serviceId>X</serviceId>", "BUS-004"),
        ("sendMessage", f"<messageInfo>{sender()}</messageInfo><messageData><data/></messageData>", "BUS-008"),
        ("sendMessage", f"<messageInfo>{sender()}<messageType>REQUEST</messageType></messageInfo>", "999"),
    ],
)
def test_each_operation_has_its_own_fault(operation: str, content: str, code: str, catalogue: Catalogue) -> None:
    fault = bus(catalogue).call(operation, content, 500)
    detail = fault.find("detail/*")
    assert detail is not None
    assert etree.QName(detail).localname == f"{operation}Fault1_{operation}Fault"
    assert fault_code(fault) == code


def test_a_request_is_refused_for_an_unknown_service_a_correlation_id_and_a_wrong_notification(
    catalogue: Catalogue,
) -> None:
    here = bus(catalogue)
    assert fault_code(here.send(chain="mine", status=500)) == "BUS-006"
    info = f"<messageInfo><serviceId>NONE</serviceId><messageType>REQUEST</messageType>{sender()}</messageInfo>"
    fault = here.call("sendMessage", f"{info}<messageData><data/></messageData>", 500)
    assert fault_code(fault) == "BUS-005"
    here.send()
    here.timer.advance(1)
    here.notify(str(texts(here.pull(), "messageId")[0]), "PERHAPS", status=500)


def test_a_reset_forgets_what_was_to_come(catalogue: Catalogue) -> None:
    here = bus(catalogue)
    here.send()
    suite_of(here.app).reset()
    here.timer.advance(10)
    assert here.pull() == []
