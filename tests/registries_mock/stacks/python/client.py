"""zeep: `python client.py URL SENDER PASSWORD SYNC_SERVICE DATA ASYNC_SERVICE DOCUMENT`.

Prints one JSON object of what it read.
"""

import json
import sys
import time
from datetime import UTC, datetime

import zeep
from lxml import etree


def main() -> None:
    url, sender_id, password, sync_service, data, async_service, document = sys.argv[1:]
    now = datetime(2026, 2, 3, 9, 15, tzinfo=UTC)
    sender = {"senderId": sender_id, "password": password}

    bus = zeep.Client(f"{url}/bip-sync-wss-gost/?wsdl").service
    # zeep writes elements into an xs:anyType only as a value of some type: here of the one that says nothing.
    any_type = etree.QName("http://www.w3.org/2001/XMLSchema", "anyType")
    anything = zeep.xsd.ComplexType([zeep.xsd.Any(max_occurs="unbounded")], qname=any_type)
    inside = zeep.xsd.AnyObject(anything, anything(_value_1=list(etree.fromstring(data))))
    info = {"messageId": "zeep-1", "serviceId": sync_service, "messageDate": now, "sender": sender}
    question = {"requestInfo": info, "requestData": {"data": inside}}
    reply = bus.SendMessage(request=question)
    person = next(one for one in reply.responseData.data if one.tag == "persons").find("person")
    told = {
        "status": reply.responseInfo.status.code,
        "iin": person.findtext("iin"),
        "surname": person.findtext("surname"),
    }
    info["sender"] = sender | {"password": "wrong"}
    try:
        bus.SendMessage(request=question)
    except zeep.exceptions.Fault as fault:
        told["fault"] = fault.detail.findtext(".//errorCode")

    bus = zeep.Client(f"{url}/bip-async-wss-gost/?wsdl").service
    info = {"serviceId": async_service, "messageType": "REQUEST", "messageDate": now, "sender": sender}
    taken = bus.sendMessage(request={"messageInfo": info, "messageData": {"data": document}})
    told["state"] = bus.getMessageStatus(
        request={"messageId": taken.messageId, "requestDate": now, "sender": sender}
    ).messageState
    wanted = {"correlationId": taken.correlationId, "serviceId": async_service, "sender": sender}
    for _ in range(100):
        time.sleep(0.02)  # noqa: TID251 - a program of its own, which PULL tells of nothing
        got = bus.getMessages(request=wanted).messages
        if len(got) > 1:
            break
    told["messages"] = {one.messageInfo.messageType: one.messageData.data for one in got}
    told["receipts"] = []
    for one in got:
        accepted = {"receiveStatus": "MESSAGE_ACCEPTED", "statusDate": now, "resendMessage": "NOT_RESEND"}
        notification = {
            "messageId": one.messageInfo.messageId,
            "serviceId": async_service,
            "notificationDate": now,
            "deliveryStatus": accepted,
        }
        receipt = bus.sendDeliveryNotification(
            request={"notification": notification, "requestDate": now, "sender": sender}
        )
        told["receipts"].append(receipt.notificationId)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
