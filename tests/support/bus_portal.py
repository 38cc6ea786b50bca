"""A portal on the bus: sends REQUESTs through AsyncChannel with its own key, and fetches what comes on its chains.

It is written from the protocol, and shares nothing with what it tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import requests
from lxml import etree

from gateway.settings import read_settings
from gateway.wiring import open_bus_clients, open_store
from signing.keys import SigningKey, load_p12
from signing.wsse.signing import sign_envelope
from tests.support.authority import PASSWORD

TYPES = "http://bip.bee.kz/AsyncChannel/v10/Types"
PORTAL, PORTAL_PASSWORD = "pep", "invented-portal-password"
SERVICE = "ASP_APPLICATION"


@dataclass(frozen=True)
class Told:
    """A message on a chain."""

    message_id: str
    correlation_id: str
    kind: str
    root: etree._Element = field(repr=False)

    @property
    def name(self) -> str:
        return etree.QName(self.root).localname

    def text(self, *path: str) -> str:
        """The text at the end of the path, names without their namespace."""
        node: etree._Element | None = self.root
        for step in path:
            node = next((one for one in node if etree.QName(one).localname == step), None) if node is not None else None
        return (node.text or "") if node is not None else ""


@dataclass(frozen=True)
class BusPortal:
    url: str
    key: SigningKey | None
    clock: Any
    sender: str = PORTAL
    password: str = field(default=PORTAL_PASSWORD, repr=False)

    def send(
        self,
        document: bytes,
        *,
        service: str = SERVICE,
        kind: str = "REQUEST",
        correlation_id: str = "",
        at: datetime | None = None,
        inline: bool = False,
    ) -> str:
        """The correlation id of the chain."""
        moment = (at or self.clock()).isoformat(timespec="milliseconds")
        data = document.decode() if inline else escape(document.decode())
        chain = f"<correlationId>{correlation_id}</correlationId>" if correlation_id else ""
        answer = self._call(
            "sendMessage",
            f"<messageInfo>{chain}<serviceId>{service}</serviceId><messageType>{kind}</messageType>"
            f"<messageDate>{moment}</messageDate>{self._me()}</messageInfo>"
            f"<messageData><data>{data}</data></messageData>",
        )
        return _text(answer, "correlationId")

    def fetch(self, service: str = SERVICE) -> list[Told]:
        """What waits, accepted at once."""
        now = self.clock().isoformat(timespec="milliseconds")
        wanted = f"<requestDate>{now}</requestDate><serviceId>{service}</serviceId>{self._me()}"
        found = list(_read(self._call("getMessages", wanted)))
        for one in found:
            self.accept(one.message_id, service)
        return found

    def accept(self, message_id: str, service: str = SERVICE) -> None:
        now = self.clock().isoformat(timespec="milliseconds")
        self._call(
            "sendDeliveryNotification",
            f"<notification><messageId>{message_id}</messageId><serviceId>{service}</serviceId>"
            f"<notificationDate>{now}</notificationDate><deliveryStatus><receiveStatus>MESSAGE_ACCEPTED</receiveStatus>"
            f"<statusDate>{now}</statusDate><resendMessage>NOT_RESEND</resendMessage></deliveryStatus></notification>"
            f"<requestDate>{now}</requestDate>{self._me()}",
        )

    def _me(self) -> str:
        return f"<sender><senderId>{self.sender}</senderId><password>{self.password}</password></sender>"

    def _call(self, operation: str, request: str) -> etree._Element:
        message = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            f'<t:{operation} xmlns:t="{TYPES}"><request>{request}</request></t:{operation}>'
            "</soap:Body></soap:Envelope>"
        ).encode()
        if self.key is not None:
            message = sign_envelope(message, self.key)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        answer = requests.post(f"{self.url}/bip-async-wss-gost/", data=message, headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.content)


def open_bus_portal(mock_url: str, key_file: Path | None, clock: Any, sender: str = PORTAL) -> BusPortal:
    key = load_p12(key_file.read_bytes(), PASSWORD) if key_file is not None else None
    return BusPortal(mock_url, key, clock, sender)


def let_in(environ: dict[str, str], key: str, sender: str = PORTAL) -> None:
    """The client of this key submits over the bus from now on."""
    settings = read_settings(environ)
    with open_store(settings) as store:
        client = store.find_client(key)
        assert client is not None
    with open_bus_clients(settings) as clients:
        clients.set_sender(client.id, sender)


def _read(answer: etree._Element) -> Iterator[Told]:
    for message in answer.iter("messages"):
        data = next(message.iter("data"))
        inner = next(iter(data), None)
        root = inner if inner is not None else etree.fromstring((data.text or "").encode())
        yield Told(_text(message, "messageId"), _text(message, "correlationId"), _text(message, "messageType"), root)


def _text(node: etree._Element, name: str) -> str:
    return next((one.text or "" for one in node.iter(name)), "")
