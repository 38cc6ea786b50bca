"""A chain on the asynchronous channel: a REQUEST is sent, its messages are fetched until the RESPONSE is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from contracts.passport import Passport
from registries_mock.conform.errors import NotTried
from registries_mock.conform.messages import ASYNC_TYPES, write_async, write_data
from registries_mock.conform.seen import Seen
from registries_mock.conform.visit import Visit
from registries_mock.payloads.xml_in import child, children, text_of

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 2.0
_RESPONSE: Final = "RESPONSE"


@dataclass(frozen=True)
class Message:
    """One message that was fetched."""

    info: etree._Element = field(repr=False)
    data: etree._Element | None = field(repr=False)

    @property
    def id(self) -> str:
        return text_of(self.info, "messageId")

    @property
    def kind(self) -> str:
        return text_of(self.info, "messageType")


@dataclass(frozen=True)
class Chain:
    """What came of one REQUEST."""

    passport: Passport
    sent: Seen
    fetched: Seen
    """The last exchange that fetched something, or tried to."""
    messages: tuple[Message, ...]

    @property
    def responses(self) -> tuple[Message, ...]:
        return tuple(one for one in self.messages if one.kind == _RESPONSE)


def tag(name: str) -> str:
    return f"{{{ASYNC_TYPES}}}{name}"


def call(visit: Visit, what: str, operation: str, content: str) -> Seen:
    """One operation of the channel."""
    return visit.see(what, visit.target.url(visit.target.async_path), lambda: write_async(operation, content))


def write_message(
    visit: Visit, service_id: str, data: str, *, kind: str = "REQUEST", chain: str = "", sender: str = ""
) -> str:
    """The content of sendMessage."""
    correlation = f"<correlationId>{escape(chain)}</correlationId>" if chain else ""
    return (
        f"<messageInfo>{correlation}<serviceId>{escape(service_id)}</serviceId><messageType>{kind}</messageType>"
        f"<messageDate>{visit.moment}</messageDate>{sender or visit.sender}</messageInfo>"
        f"<messageData>{data}</messageData>"
    )


def send(visit: Visit, passport: Passport) -> Seen:
    """The REQUEST to a service, sent once."""
    visit.check_askable(passport)
    content = write_message(visit, passport.service_id, write_data(passport, visit.question(passport)))
    return call(visit, f"the REQUEST to {passport.key}", "sendMessage", content)


def ids_of(sent: Seen) -> tuple[str, str]:
    """messageId and correlationId that the bus gave out; NotTried where it did not."""
    response = child(sent.answer(tag("sendMessageResponse")), "response")
    message_id, chain = text_of(response, "messageId"), text_of(response, "correlationId")
    if not message_id or not chain:
        raise NotTried("the bus gave out no messageId or no correlationId")
    return message_id, chain


def follow(visit: Visit, passport: Passport) -> Chain:
    """The chain until its RESPONSE is there, or the time for late answers is over; followed once."""
    return visit.keep(f"chain of {passport.key}", lambda: _follow(visit, passport))


def _follow(visit: Visit, passport: Passport) -> Chain:
    sent = send(visit, passport)
    _, chain = ids_of(sent)
    until = visit.world.ticks() + visit.target.late_seconds
    pause, number = _FIRST_PAUSE, 0
    while True:
        number += 1
        fetched = fetch(visit, f"fetch {number} of the chain of {passport.key}", passport.service_id, chain)
        messages = read_messages(fetched)
        found = Chain(passport, sent, fetched, messages)
        if found.responses or visit.world.ticks() + pause > until:
            return found
        visit.world.pause(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


def fetch(visit: Visit, what: str, service_id: str, chain: str, amount: int = 0) -> Seen:
    """getMessages of one chain."""
    most = f"<amount>{amount}</amount>" if amount else ""
    asked = (
        f"<correlationId>{escape(chain)}</correlationId><requestDate>{visit.moment}"
        f"</requestDate><serviceId>{escape(service_id)}</serviceId>{visit.sender}{most}"
    )
    return call(visit, what, "getMessages", asked)


def read_messages(fetched: Seen) -> tuple[Message, ...]:
    """The messages of a getMessagesResponse; NotTried where it is none."""
    response = child(fetched.answer(tag("getMessagesResponse")), "response")
    return tuple(
        Message(info, child(child(one, "messageData"), "data"))
        for one in children(response, "messages")
        if (info := child(one, "messageInfo")) is not None
    )
