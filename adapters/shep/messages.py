"""AsyncChannel v10, the messages: what is written, and what is read of a message that came (shep-protocol 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, cast, get_args

from lxml import etree

from adapters.payloads.forms import append_string
from adapters.payloads.nodes import XmlNode, local_name
from adapters.payloads.parsing import parse_xml
from adapters.ports import Opened
from adapters.shep.envelopes import (
    ASYNC,
    INQUIRY,
    append_inquiry,
    append_sender,
    append_texts,
    first_child,
    first_text,
    moment,
    new_body,
    open_envelope,
    to_bytes,
)
from adapters.words import OurSide
from contracts.errors import ContractBroken
from contracts.exchange import Arrival, DeliveryState, LaterKind, StatusChange

Kind = Literal["REQUEST", "NOTIFICATION", "UPDATE", "RESPONSE"]
CLIENT = f"{ASYNC}/Client"
"""Of what the bus alone calls."""
_NOT_ACCEPTED = "MESSAGE_NOT_ACCTEPTED"
"""Misspelt so in the protocol."""


def write_send(
    append_data: Callable[[etree._Element], None],
    *,
    service_id: str,
    route_id: str,
    inquiry_id: str,
    side: OurSide,
    at: datetime,
) -> bytes:
    """Return sendMessage of a REQUEST: messageId and correlationId are the bus's to give, so both stay out."""
    envelope, request = new_body(ASYNC, "sendMessage", "request")
    info = etree.SubElement(request, "messageInfo")
    append_texts(
        info,
        (("serviceId", service_id), ("messageType", "REQUEST"), ("routeId", route_id), ("messageDate", moment(at))),
    )
    append_sender(info, side.sender_id, side.sender_password)
    append_inquiry(info, inquiry_id)
    append_data(etree.SubElement(request, "messageData"))
    return to_bytes(envelope)


def write_later(
    document: bytes, *, kind: LaterKind, correlation_id: str, service_id: str, side: OurSide, at: datetime
) -> bytes:
    """Return sendMessage of a later message of a chain that a participant began: its document, as a string."""
    envelope, request = new_body(ASYNC, "sendMessage", "request")
    info = etree.SubElement(request, "messageInfo")
    append_texts(
        info,
        (
            ("correlationId", correlation_id),
            ("serviceId", service_id),
            ("messageType", kind),
            ("messageDate", moment(at)),
        ),
    )
    append_sender(info, side.sender_id, side.sender_password)
    append_string(etree.SubElement(request, "messageData"), document)
    return to_bytes(envelope)


def write_delivery(
    arrival: Arrival, *, accepted: bool, side: OurSide, at: datetime, resend: bool = True, fault: str = ""
) -> bytes:
    """Return sendDeliveryNotification: accepted; or not accepted, to be sent again or not, with our code of why."""
    envelope, request = new_body(ASYNC, "sendDeliveryNotification", "request")
    notification = etree.SubElement(request, "notification")
    append_texts(
        notification,
        (("messageId", arrival.message_id), ("serviceId", arrival.service_id), ("notificationDate", moment(at))),
    )
    status = etree.SubElement(notification, "deliveryStatus")
    append_texts(
        status,
        (
            ("receiveStatus", "MESSAGE_ACCEPTED" if accepted else _NOT_ACCEPTED),
            ("statusDate", moment(at)),
            ("resendMessage", "RESEND" if resend and not accepted else "NOT_RESEND"),
        ),
    )
    if fault:
        append_texts(
            etree.SubElement(status, "error"),
            (("errorCode", fault), ("errorMessage", fault), ("errorDate", moment(at))),
        )
    append_texts(request, (("requestDate", moment(at)),))
    append_sender(request, side.sender_id, side.sender_password)
    return to_bytes(envelope)


def write_status_query(message_id: str, *, side: OurSide, at: datetime) -> bytes:
    envelope, request = new_body(ASYNC, "getMessageStatus", "request")
    append_texts(request, (("messageId", message_id), ("requestDate", moment(at))))
    append_sender(request, side.sender_id, side.sender_password)
    return to_bytes(envelope)


def write_fetch(service_id: str, *, amount: int, side: OurSide, at: datetime) -> bytes:
    envelope, request = new_body(ASYNC, "getMessages", "request")
    append_texts(request, (("requestDate", moment(at)), ("serviceId", service_id)))
    append_sender(request, side.sender_id, side.sender_password)
    append_texts(request, (("amount", str(amount) if amount else ""),))
    return to_bytes(envelope)


def write_receipt(arrival: Arrival, *, at: datetime) -> bytes:
    """Return sendMessageResponse: what the bus gets for a message that it pushed."""
    envelope, response = new_body(ASYNC, "sendMessageResponse", "response")
    for name, text in (("messageId", arrival.message_id), ("correlationId", arrival.correlation_id)):
        etree.SubElement(response, name).text = text
    append_texts(response, (("responseDate", moment(at)),))
    return to_bytes(envelope)


def read_push(raw: bytes, opened: Opened) -> Arrival:
    """Return the message that the bus pushed to us, whose bytes `raw` are kept as evidence; raises ContractBroken."""
    inside = open_envelope(opened.content)
    if local_name(str(inside.tag)) != "sendMessage":
        raise ContractBroken("the Body holds no sendMessage")
    return _arrival(XmlNode(inside), raw, opened)


def read_status_change(inside: etree._Element) -> StatusChange:
    """Return what became of a message of ours; raises ContractBroken."""
    node = XmlNode(inside)
    request = first_child(node, "request") or node
    told = first_child(request, "notification") or request
    message_id, state = first_text(told, "messageId"), first_text(told, "messageState")
    if not message_id or state not in get_args(DeliveryState):
        raise ContractBroken("the notification names no message, or no state of the protocol's")
    return StatusChange(message_id, cast(DeliveryState, state), first_text(request, "sessionId"))


def write_status_receipt(change: StatusChange, *, at: datetime) -> bytes:
    """Return what the bus gets for its notification of a changed state."""
    envelope, response = new_body(CLIENT, "changeMassageStatusNotificationResponse", "response")
    append_texts(response, (("responseDate", moment(at)), ("sessionId", change.session_id)))
    return to_bytes(envelope)


def read_fetched(inside: etree._Element, opened: Opened) -> list[Arrival]:
    """Return the messages of getMessagesResponse that can be read, each with its own bytes.

    One that cannot be read has no id to be told of by; it is left with the bus and keeps none of the others back.
    Raises ContractBroken where there are messages and none of them can be read.
    """
    if local_name(str(inside.tag)) != "getMessagesResponse":
        raise ContractBroken("the Body holds no getMessagesResponse")
    node = XmlNode(inside)
    response = first_child(node, "response") or node
    arrivals: list[Arrival] = []
    broken: ContractBroken | None = None
    for found in response.children("messages"):
        try:
            own = etree.tostring(found.element, encoding="utf-8", with_tail=False)
            arrivals.append(_arrival(found, own, opened))
        except ContractBroken as error:
            broken = error
    if broken is not None and not arrivals:
        raise broken
    return arrivals


def read_data(raw: bytes, open_message: Callable[[bytes], Opened]) -> etree._Element | None:
    """Return `data` of an arrival's bytes: a pushed envelope (its signature looked at again), or a message that was
    fetched out of one."""
    root = parse_xml(raw)
    if local_name(str(root.tag)) == "Envelope":
        root = open_envelope(open_message(raw).content)
    message = _message(XmlNode(root))
    data = first_child(message, "messageData")
    found = first_child(data, "data") if data else None
    return found.element if found else None


def _arrival(node: XmlNode, raw: bytes, opened: Opened) -> Arrival:
    info = first_child(_message(node), "messageInfo")
    if info is None:
        raise ContractBroken("the message has no messageInfo")
    kind = first_text(info, "messageType")
    if kind not in get_args(Kind):
        raise ContractBroken("the message's type is none of the protocol's")
    message_id = first_text(info, "messageId")
    if not message_id:
        raise ContractBroken("the message has no messageId")
    return Arrival(
        message_id=message_id,
        correlation_id=first_text(info, "correlationId"),
        service_id=first_text(info, "serviceId"),
        kind=cast(Kind, kind),
        message_date=_moment(first_text(info, "messageDate")),
        inquiry_id=_property(info, INQUIRY),
        raw=raw,
        vouched_by=("bus",) if opened.signed else (),
        sender_id=first_text(info, "sender", "senderId"),
    )


def _property(info: XmlNode, key: str) -> str:
    found = (first_text(each, "value") for each in info.children("properties") if first_text(each, "key") == key)
    return next(found, "")


def _message(node: XmlNode) -> XmlNode:
    return first_child(node, "request") or node


def _moment(text: str) -> datetime | None:
    """The message's date; None where it is unreadable or has no zone: nothing of ours hangs on it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
