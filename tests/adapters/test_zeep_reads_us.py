"""zeep, made from the WSDL, reads what our codec writes, and our codec what zeep writes: neither knows the other."""

from datetime import datetime
from typing import Any

import pytest
import zeep
import zeep.xsd
from lxml import etree

from adapters.ports import Deadline, HttpReply
from contracts import shep
from contracts.exchange import Pending, Reply
from tests.adapters.passports import FORMS, catalogue_of, passport
from tests.adapters.rig import FOUND, NOW, answer, arrived, question, rig, take
from tests.adapters.stub_server import always, http, serving
from tests.adapters.test_async_channel import ACCEPTED, late

SERVICE = ("ISyncChannelHttpService", "SyncChannelHttpPort")
ASYNC_SERVICE = ("AsyncChannelHttpService", "AsyncChannelHttpPort")


def zeep_client(path: object) -> zeep.Client:
    return zeep.Client(str(path), settings=zeep.Settings(strict=True))


def decoded(client: zeep.Client, service: tuple[str, str], operation: str, envelope: bytes) -> Any:
    """The request of an operation, as zeep's strict reader binds it to the schema."""
    binding = client.wsdl.services[service[0]].ports[service[1]].binding
    body = etree.fromstring(envelope).find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
    assert body is not None
    element: Any = binding.get(operation).input.body
    return element.parse(body[0], client.wsdl.types)


@pytest.mark.parametrize("form", FORMS)
def test_zeep_reads_our_question(form: str) -> None:
    small = passport(form)
    with serving(always(http(200, answer(FOUND)))) as server:
        made = rig(catalogue_of(small), server.url)
        made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    client = zeep_client(shep.sync_wsdl())
    # The business types are not in SHEP's schema: zeep leaves data of xsi:type b:Answer to its caller.
    request = decoded(client, SERVICE, "SendMessage", _without_business_type(server.asked[0].body)).request
    info = request.requestInfo
    assert (info.messageId, info.serviceId) == ("id-1", small.service_id)
    assert info.messageDate == NOW and isinstance(info.messageDate, datetime)
    assert (info.sender.senderId, info.sender.password) == ("asp-gateway", "not-a-real-password")
    assert [(each.key, each.value) for each in info.properties] == [("inquiryId", "inquiry-1")]
    assert info.correlationId is None and info.sessionId is None
    assert request.requestData.data is not None


def _without_business_type(envelope: bytes) -> bytes:
    root = etree.fromstring(envelope)
    data = next(root.iter("data"))
    name = "{http://www.w3.org/2001/XMLSchema-instance}type"
    if (data.get(name) or "").startswith("b:"):
        del data.attrib[name]
    return etree.tostring(root)


def test_we_read_a_reply_that_zeep_wrote() -> None:
    client = zeep_client(shep.sync_wsdl())
    binding = client.wsdl.services[SERVICE[0]].ports[SERVICE[1]].binding
    data = etree.fromstring(f"<data>{FOUND}</data>")
    any_type = zeep.xsd.AnyObject(zeep.xsd.String(), "placeholder")
    message: Any = binding.get("SendMessage").output
    serialised = message.serialize(
        response={
            "responseInfo": {
                "messageId": "reply-1",
                "responseDate": NOW,
                "status": {"code": "SCSS001", "message": "ok"},
                "sessionId": "{0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d}",
            },
            "responseData": {"data": any_type},
        }
    )
    envelope = serialised.content
    placeholder = next(envelope.iter("data"))
    placeholder.getparent().replace(placeholder, data)
    small = passport("inline")
    with serving(always(http(200, etree.tostring(envelope)))) as server:
        made = rig(catalogue_of(small), server.url)
        reply = made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    assert isinstance(reply, Reply)
    assert reply.message_id == "reply-1" and reply.record["person"]["surname"] == "АХМЕТОВА"


def test_zeep_reads_all_that_we_send_to_the_asynchronous_bus() -> None:
    client = zeep_client(shep.async_wsdl())
    small = late()
    with serving(always(ACCEPTED)) as server:
        made = rig(catalogue_of(small), server.url)
        bus = made.adapters.shep_async
        assert isinstance(bus.ask(small, question(), deadline=Deadline(10), record=made.attempts.append), Pending)
        made.adapters.close()
    sent = decoded(client, ASYNC_SERVICE, "sendMessage", server.asked[0].body).request
    assert (sent.messageInfo.messageType, sent.messageInfo.serviceId) == ("REQUEST", "LATE")
    assert sent.messageInfo.messageId is None and sent.messageInfo.correlationId is None

    keeper = Keeper()
    bus = rig(catalogue_of(small), "http://127.0.0.1:9/", shep_transport=keeper).adapters.shep_async
    arrival = take(bus, arrived(f"<data>{FOUND}</data>".encode()))
    for call in (
        lambda: bus.notify_delivery(arrival, True, Deadline(5)),
        lambda: bus.fetch("LATE", Deadline(5), amount=3),
        lambda: bus.message_status("m-1", Deadline(5)),
    ):
        call()
    delivery, fetched, status = keeper.sent
    notification = decoded(client, ASYNC_SERVICE, "sendDeliveryNotification", delivery).request.notification
    assert notification.deliveryStatus.receiveStatus == "MESSAGE_ACCEPTED"
    asked = decoded(client, ASYNC_SERVICE, "getMessages", fetched).request
    assert (asked.serviceId, asked.amount, asked.sender.senderId) == ("LATE", 3, "asp-gateway")
    assert decoded(client, ASYNC_SERVICE, "getMessageStatus", status).request.messageId == "m-1"


class Keeper:
    """A transport that keeps what is sent and answers each operation with its empty response."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def post(self, url: str, body: bytes, headers: object, *, deadline: Deadline, max_bytes: int) -> HttpReply:
        self.sent.append(body)
        operation = etree.QName(etree.fromstring(body)[0][0]).localname
        inner = f"<a:{operation}Response xmlns:a='urn:a'><response/></a:{operation}Response>"
        soap = "http://schemas.xmlsoap.org/soap/envelope/"
        return HttpReply(
            200, "text/xml", f"<s:Envelope xmlns:s='{soap}'><s:Body>{inner}</s:Body></s:Envelope>".encode()
        )

    def close(self) -> None: ...
