"""The type tables of SHEP typed a second time, by hand, as the witness against the XSDs, and the messages they rule.

Source: the operator's integration sample for SyncChannel v10 and AsyncChannel v10. A field is `name`, then `?` (0..1)
or `*` (0..n), then `:` and its type unless that is a string.
"""

from copy import deepcopy
from pathlib import Path
from typing import NamedTuple

from lxml import etree

import contracts

COMMON = "http://bip.bee.kz/common/v10/Types"
SYNC = "http://bip.bee.kz/SyncChannel/v10/Types"
ASYNC = "http://bip.bee.kz/AsyncChannel/v10/Types"
CLIENT = "http://bip.bee.kz/AsyncChannel/v10/Types/Client"

SAMPLES = Path(contracts.__file__).parent / "samples" / "shep"

TYPES = {
    "SyncSendMessageRequest": "requestInfo:SyncMessageInfo requestData:SyncData",
    "SyncSendMessageResponse": "responseInfo:SyncMessageInfoResponse responseData:SyncData",
    "SyncData": "data?:any",
    "SyncMessageInfo": "messageId correlationId? serviceId messageDate:dateTime routeId? sender:SenderInfo"
    " properties*:Property sessionId?:guid",
    "SyncMessageInfoResponse": "messageId correlationId? responseDate:dateTime status:StatusInfo sessionId?:guid",
    "SenderInfo": "senderId password?",
    "Property": "key:text30 value:text500",
    "StatusInfo": "code message:text250",
    "ErrorInfo": "errorCode errorMessage errorData? errorDate:dateTime subError?:ErrorInfo sessionId?:guid",
    "AsyncSendMessageRequest": "messageInfo:AsyncMessageInfo messageData:MessageData",
    "AsyncMessage": "messageInfo:AsyncMessageInfo messageData:MessageData",
    "MessageData": "data:any",
    "AsyncMessageInfo": "messageId? correlationId? serviceId messageType:messageType routeId? messageDate:dateTime"
    " sender:SenderInfo properties*:Property sessionId?:guid",
    "AsyncSendMessageResponse": "messageId correlationId responseDate:dateTime sessionId?:guid",
    "AsyncSendDeliveryNotificationRequest": "notification:DeliveryNotification requestDate:dateTime sender?:SenderInfo",
    "DeliveryNotification": "messageId serviceId notificationDate:dateTime deliveryStatus:DeliveryStatusInfo",
    "DeliveryStatusInfo": "receiveStatus:receiveStatus statusDate:dateTime resendMessage:resendMessage"
    " error?:ErrorInfo",
    "AsyncSendDeliveryNotificationResponse": "notificationId responseDate:dateTime sessionId:guid",
    "AsyncGetMessageStatusRequest": "messageId requestDate:dateTime sender:SenderInfo properties*:Property",
    "AsyncGetMessageStatusResponse": "messageState:MessageState status:MessageStatusInfo responseDate:dateTime"
    " sessionId?",
    "MessageStatusInfo": "statusCode statusMessage statusDate:dateTime",
    "AsyncGetMessagesRequest": "messageId? correlationId? requestDate?:dateTime serviceId sender?:SenderInfo"
    " amount?:int properties*:Property",
    "AsyncGetMessagesResponse": "responseDate:dateTime sessionId:guid messages*:AsyncMessage",
    "AsyncChangeStatusNotifyRequest": "notification:ChangeStatusNotification requestDate:dateTime sessionId?:guid",
    "ChangeStatusNotification": "notificationId messageId notificationDate:dateTime messageState:MessageState"
    " status:MessageStatusInfo error?:ErrorInfo",
    "AsyncChangeStatusNotifyResponse": "responseDate:dateTime sessionId:guid",
}

ROOTS = {
    f"{{{SYNC}}}SendMessage": "SyncSendMessage",
    f"{{{ASYNC}}}sendMessage": "AsyncSendMessage",
    f"{{{ASYNC}}}sendDeliveryNotification": "AsyncSendDeliveryNotification",
    f"{{{ASYNC}}}getMessageStatus": "AsyncGetMessageStatus",
    f"{{{ASYNC}}}getMessages": "AsyncGetMessages",
    f"{{{CLIENT}}}sendMessage": "AsyncSendMessage",
    f"{{{CLIENT}}}changeMassageStatusNotification": "AsyncChangeStatusNotify",
}

_GUID = "{0a1B2c3D-4e5f-4a6b-8c7d-9e0f1a2b3c4d}"
# For every type of a value: texts that the table allows, and texts that it forbids.
VALUES: dict[str, tuple[list[str], list[str]]] = {
    "string": (["", "x" * 5000, "MESSAGE_NOT_ACCTEPTED", "{x}"], []),
    "any": (["", "text"], []),
    "text30": (["", "x" * 30], ["x" * 31]),
    "text250": (["", "ж" * 250], ["ж" * 251]),
    "text500": (["", "x" * 500], ["x" * 501]),
    "dateTime": (
        ["2025-03-14T10:15:30", "2025-03-14T10:15:30.123Z", "2025-03-14T10:15:30+05:00"],
        ["", "2025-03-14", "14.03.2025", "2025-02-30T00:00:00"],
    ),
    "guid": (
        [_GUID],
        ["", _GUID[1:-1], _GUID[1:], _GUID[:-1], _GUID.replace("0a", "0g"), f" {_GUID}", _GUID.replace("-", "")],
    ),
    "int": (["0", "10", "-1", "2147483647"], ["", "ten", "1.5", "2147483648"]),
    "messageType": (["REQUEST", "NOTIFICATION", "UPDATE", "RESPONSE"], ["", "request", "FAULT"]),
    "MessageState": (["ON_DELIVERY", "DELIVERED", "NOT_DELIVERED", "DELIVERY_STOPPED"], ["", "STOPPED", "DELIVERED "]),
    "receiveStatus": (["MESSAGE_ACCEPTED", "MESSAGE_NOT_ACCTEPTED"], ["", "MESSAGE_NOT_ACCEPTED"]),
    "resendMessage": (["RESEND", "NOT_RESEND"], ["", "resend"]),
}


class Field(NamedTuple):
    """One line of a type table."""

    name: str
    optional: bool
    repeated: bool
    kind: str


def fields(type_name: str) -> list[Field]:
    """Return the fields of a type in their order."""
    result = []
    for line in TYPES[type_name].split():
        name, _, kind = line.partition(":")
        result.append(Field(name.rstrip("?*"), name[-1] in "?*", name[-1] == "*", kind or "string"))
    return result


def placed(message: etree._Element) -> list[tuple[etree._Element, str]]:
    """Return every element of the message whose type is in `TYPES`, with the name of that type."""
    name = etree.QName(message).localname
    found: list[tuple[etree._Element, str]] = []
    if "Fault1_" in name:
        todo = [(message, "ErrorInfo")]
    else:
        role = "Response" if name.endswith("Response") else "Request"
        tag = str(message.tag).removesuffix("Response")
        todo = [(message[0], ROOTS[tag] + role)]
    while todo:
        element, type_name = todo.pop()
        found.append((element, type_name))
        kinds = {field.name: field.kind for field in fields(type_name)}
        todo += [(child, kinds[str(child.tag)]) for child in element if kinds[str(child.tag)] in TYPES]
    return found


def body_child(path: Path) -> etree._Element:
    """Return what the SOAP body of a file holds; for a fault, its detail."""
    envelope = etree.parse(str(path), etree.XMLParser(remove_blank_text=True)).getroot()
    body = next(child for child in envelope if etree.QName(child).localname == "Body")
    message = body[0]
    detail = message.find("detail")
    return deepcopy(message if detail is None else detail[0])


def all_messages() -> dict[str, etree._Element]:
    """Return one full message for each root: those typed by hand, and faults and repeated roots renamed from them."""
    messages = {str(message.tag): message for message in map(body_child, sorted(SAMPLES.glob("*.xml")))}
    fault = messages[f"{{{ASYNC}}}sendMessageFault1_sendMessageFault"]
    for root in ROOTS:
        namespace, name = root[1:].split("}")
        messages.setdefault(
            f"{{{namespace}}}{name}Fault1_{name}Fault", _renamed(fault, namespace, f"{name}Fault1_{name}Fault")
        )
    for name in ("sendMessage", "sendMessageResponse"):
        messages[f"{{{CLIENT}}}{name}"] = _renamed(messages[f"{{{ASYNC}}}{name}"], CLIENT, name)
    return messages


def _renamed(message: etree._Element, namespace: str, name: str) -> etree._Element:
    renamed = etree.Element(f"{{{namespace}}}{name}")
    renamed.extend(deepcopy(list(message)))
    return renamed
