"""Chains that another participant begins: the document of its REQUEST, and what we send on the chain afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.payloads.nodes import XmlNode
from adapters.payloads.parsing import parse_xml
from adapters.ports import Deadline
from adapters.shep import messages
from adapters.shep.asynchronous import AsyncChannel
from adapters.shep.envelopes import first_child, first_text
from adapters.trust import cut_out
from contracts.errors import ContractBroken
from contracts.exchange import Arrival, LaterKind


@dataclass(frozen=True)
class Chains:
    """The provider's side of AsyncChannel. Safe for threads; it remembers nothing."""

    channel: AsyncChannel

    def read_document(self, arrival: Arrival) -> bytes:
        """Return the one XML document that the message carries, as a string or as an element; raises ContractBroken.

        What stood in the envelope around an element is not part of it.
        """
        data = messages.read_data(arrival.raw, self.channel.trust.open)
        if data is None:
            raise ContractBroken("the message carries no data")
        inner = [child for child in data if isinstance(child.tag, str)]
        if len(inner) > 1:
            raise ContractBroken("the message carries more than one document")
        if inner:
            return cut_out(inner[0])
        document = (data.text or "").strip().lstrip("\ufeff").encode()
        parse_xml(document, "text/xml; charset=utf-8")
        return document

    def send(
        self, document: bytes, *, kind: LaterKind, correlation_id: str, service_id: str, deadline: Deadline
    ) -> str:
        """Send a document on the chain and return the id that the bus gave the message; raises RegistryError.

        Where the answer is lost the bus may have the message: sent again it comes twice, under another id.
        """
        body = messages.write_later(
            document,
            kind=kind,
            correlation_id=correlation_id,
            service_id=service_id,
            side=self.channel.side,
            at=self.channel.wire.clock(),
        )
        node = XmlNode(self.channel.call(body, "sendMessageResponse", deadline)[0])
        message_id = first_text(first_child(node, "response") or node, "messageId")
        if not message_id:
            raise ContractBroken("the bus accepted the message without a messageId")
        return message_id

    def fetch(self, service_id: str, deadline: Deadline) -> list[Arrival]:
        """Return the messages that wait for us under a service (PULL); raises RegistryError."""
        return self.channel.fetch(service_id, deadline)

    def accept_delivery(self, arrival: Arrival, deadline: Deadline) -> None:
        """Tell the bus that the message is committed here; raises RegistryError."""
        self.channel.notify_delivery(arrival, True, deadline)

    def refuse_delivery(self, arrival: Arrival, code: str, deadline: Deadline) -> None:
        """Tell the bus that the message is not taken, now or when it is sent again; raises RegistryError."""
        channel = self.channel
        body = messages.write_delivery(
            arrival, accepted=False, resend=False, fault=code, side=channel.side, at=channel.wire.clock()
        )
        channel.call(body, "sendDeliveryNotificationResponse", deadline)
