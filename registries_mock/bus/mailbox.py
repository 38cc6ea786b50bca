"""What the asynchronous bus holds, in memory: messages with their owners and states, chains with theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal
from xml.sax.saxutils import escape

from registries_mock.errors import UnknownMessage
from registries_mock.wire import Sealing

State = Literal["ON_DELIVERY", "DELIVERED", "NOT_DELIVERED", "DELIVERY_STOPPED"]
Property = tuple[str, str]


@dataclass(frozen=True)
class Message:
    """One message on its way to `owner`, the participant who may pull it."""

    id: str
    correlation_id: str
    service_id: str
    kind: str
    """REQUEST, NOTIFICATION, UPDATE or RESPONSE."""
    date: str
    sender: str
    owner: str
    session: str
    data: str
    """The element `<data>` as text."""
    properties: tuple[Property, ...] = ()
    family: str = ""
    """In which it is signed when it is pushed; "" where its chain began unsigned."""
    sealing: Sealing = Sealing.OWN
    is_held: bool = False
    """It is not pushed, whatever address its owner has: it waits to be fetched."""
    state: State = "ON_DELIVERY"
    changed: str = ""
    """When the state was last changed."""

    def content(self) -> str:
        """messageInfo and messageData; the sender's password does not travel on."""
        properties = "".join(
            f"<properties><key>{escape(key)}</key><value>{escape(value)}</value></properties>"
            for key, value in self.properties
        )
        return (
            f"<messageInfo><messageId>{escape(self.id)}</messageId>"
            f"<correlationId>{escape(self.correlation_id)}</correlationId>"
            f"<serviceId>{escape(self.service_id)}</serviceId><messageType>{self.kind}</messageType>"
            f"<messageDate>{self.date}</messageDate><sender><senderId>{escape(self.sender)}</senderId></sender>"
            f"{properties}<sessionId>{self.session}</sessionId></messageInfo>"
            f"<messageData>{self.data}</messageData>"
        )


class Mailbox:
    """All messages since the start or the last reset."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: dict[str, Message] = {}
        self._chains: dict[str, tuple[str, str]] = {}

    def open_chain(self, correlation_id: str, sender: str, provider: str = "") -> None:
        """`provider` is the participant at the other end; "" where a registry of this house is."""
        with self._lock:
            self._chains[correlation_id] = (sender, provider)

    def other_end(self, correlation_id: str, participant: str) -> str | None:
        """Who is at the other end of a participant's chain; None where the chain is not one of its own."""
        with self._lock:
            sender, provider = self._chains.get(correlation_id, ("", ""))
        if not participant or participant not in (sender, provider):
            return None
        return provider if participant == sender else sender

    def put(self, message: Message) -> None:
        with self._lock:
            self._messages[message.id] = message

    def get(self, message_id: str, participant: str) -> Message:
        """A message that the participant sent or is to get; raises UnknownMessage for any other."""
        with self._lock:
            found = self._messages.get(message_id)
        if found is None or participant not in (found.sender, found.owner):
            raise UnknownMessage("there is no such message of yours")
        return found

    def find(self, message_id: str) -> Message | None:
        with self._lock:
            return self._messages.get(message_id)

    def mark(self, message_id: str, state: State, moment: str) -> None:
        with self._lock:
            found = self._messages.get(message_id)
            if found is not None:
                self._messages[message_id] = replace(found, state=state, changed=moment)

    def waiting(self, owner: str, service_id: str) -> Iterator[Message]:
        """The owner's messages that were not accepted yet, oldest first."""
        with self._lock:
            messages = list(self._messages.values())
        for message in messages:
            waits = message.state in ("ON_DELIVERY", "NOT_DELIVERED")
            if waits and message.owner == owner and message.service_id == service_id:
                yield message

    def all_messages(self) -> list[Message]:
        """Every message, oldest first."""
        with self._lock:
            return list(self._messages.values())

    def reset(self) -> None:
        with self._lock:
            self._messages.clear()
            self._chains.clear()
