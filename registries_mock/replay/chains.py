"""Recorded chains of the asynchronous channel: a REQUEST that was recorded gets its messages again, by PULL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from contracts.passport import Passport
from registries_mock.bus.delivery import Delivery
from registries_mock.bus.late_replies import Taken
from registries_mock.bus.mailbox import Message
from registries_mock.clock import Clock
from registries_mock.errors import NotRecorded, Refused
from registries_mock.payloads.xml_in import child, children, parse_bytes, text_of
from registries_mock.ports import NewId
from registries_mock.record.storing import Exchange
from registries_mock.record.subjects import read_question
from registries_mock.replay.library import Library, NotThere
from registries_mock.wire import NO_REPLY, SOAP, HttpReply

_SEND = "sendMessage"
_FETCH = "getMessages"


@dataclass(frozen=True)
class Late:
    """A message that was recorded when it was fetched."""

    id: str
    kind: str
    data: str = field(repr=False)
    """The element `<data>` as text."""


@dataclass(frozen=True)
class Door:
    """What is said at once of a request: that it is taken, or what was recorded in place of that."""

    instead: HttpReply | None = None

    @property
    def is_shut(self) -> bool:
        return self.instead is not None

    def answer(self, acceptance: HttpReply = NO_REPLY) -> HttpReply:
        return self.instead or acceptance


class Chains:
    """Answers REQUESTs from the recording; in the place of the registries of this house."""

    def __init__(
        self,
        exchanges: Iterable[Exchange],
        library: Library,
        passports: Mapping[str, Passport],
        delivery: Delivery,
        *,
        play: Callable[[Exchange], HttpReply],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._library = library
        self._passports = passports
        self._delivery = delivery
        self._play = play
        self._clock = clock
        self._new_id = new_id
        self._late: dict[str, dict[str, Late]] = {}
        for one in exchanges:
            if one.channel == "async" and one.operation == _FETCH:
                self._keep(one.reply.encode())

    def take(self, taken: Taken, data: etree._Element) -> Door:
        """Put the recorded messages into the asker's box; raises NotRecorded."""
        passport = next((one for one in self._passports.values() if one.service_id == taken.service_id), None)
        question = read_question(_envelope(data), passport)
        try:
            found = self._library.take(("async", _SEND, taken.service_id), question.subjects)
        except NotThere as failure:
            raise NotRecorded(str(failure)) from failure
        chain = _chain_of(found)
        if not chain:
            return Door(self._play(found))
        self._delivery.open_chain(taken.correlation_id, taken.sender)
        for late in self._late.get(chain, {}).values():
            moment = self._clock().isoformat(timespec="milliseconds")
            self._delivery.deliver(
                Message(
                    id=self._new_id(),
                    correlation_id=taken.correlation_id,
                    service_id=taken.service_id,
                    kind=late.kind,
                    date=moment,
                    sender="registry",
                    owner=taken.sender,
                    session=taken.session,
                    data=late.data,
                    properties=taken.properties,
                    family=taken.family,
                    changed=moment,
                )
            )
        return Door()

    def _keep(self, reply: bytes) -> None:
        try:
            body = child(parse_bytes(reply), "Body")
        except Refused:
            return
        for one in children(child(body[0] if body is not None and len(body) else None, "response"), "messages"):
            info, data = child(one, "messageInfo"), child(child(one, "messageData"), "data")
            message = Late(
                text_of(info, "messageId"),
                text_of(info, "messageType"),
                "<data/>" if data is None else etree.tostring(data, encoding="unicode", with_tail=False),
            )
            # Whoever fetched a chain several times recorded the same message as often.
            self._late.setdefault(text_of(info, "correlationId"), {}).setdefault(message.id, message)


def _chain_of(exchange: Exchange) -> str:
    try:
        body = child(parse_bytes(exchange.reply.encode()), "Body")
    except Refused:
        return ""
    return text_of(body[0] if body is not None and len(body) else None, "response", "correlationId")


def _envelope(data: etree._Element) -> bytes:
    """The data as a message around it would hold them."""
    inside = etree.tostring(data, encoding="unicode", with_tail=False)
    return f'<S:Envelope xmlns:S="{SOAP}"><S:Body><r>{inside}</r></S:Body></S:Envelope>'.encode()
