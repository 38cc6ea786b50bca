"""AsyncChannel v10, the bus's side: four operations at one address. Late replies come from bus/late_replies.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, Protocol
from xml.sax.saxutils import escape

from lxml import etree

from registries_mock.bus.credentials import Senders
from registries_mock.bus.delivery import TYPES, Delivery
from registries_mock.bus.late_replies import Taken
from registries_mock.bus.mailbox import Mailbox, Message
from registries_mock.bus.seals import Seals
from registries_mock.bus.sessions import session_of
from registries_mock.clock import Clock
from registries_mock.errors import InvalidMessage, NotUnderstood, Refused, WrongCorrelation
from registries_mock.journal.line import note
from registries_mock.payloads.xml_in import child, children, text_of
from registries_mock.ports import NewId
from registries_mock.wire import NO_REPLY, HttpReply, Sealing, body_of, error_info, root_of, soap_fault, soap_reply

_SEND: Final = "sendMessage"
_LATER_KINDS: Final = ("NOTIFICATION", "UPDATE", "RESPONSE")
_MOST: Final = 100
"""How many messages getMessages returns where the asker names no amount (assumed)."""


class Door(Protocol):
    """Port: what the bus says at once of a REQUEST."""

    @property
    def is_shut(self) -> bool:
        """Whether the request is not even taken."""
        ...

    def answer(self, acceptance: HttpReply = NO_REPLY) -> HttpReply:
        """The acceptance, or what comes in its place."""
        ...


class Provider(Protocol):
    """Port: who answers REQUESTs that no participant answers: LateReplies, or a recording."""

    def take(self, taken: Taken, data: etree._Element) -> Door:
        """Take the request, and answer it later."""
        ...


class AsyncChannel:
    """The asynchronous side of the bus, with all providers behind it."""

    def __init__(
        self,
        senders: Senders,
        mailbox: Mailbox,
        delivery: Delivery,
        replies: Provider,
        seals: Seals,
        *,
        providers: Mapping[str, str],
        clock: Clock,
        new_id: NewId,
    ) -> None:
        """`providers`: the participant who answers a service, by service id; others are of registries of this house."""
        self._senders = senders
        self._providers = providers
        self._mailbox = mailbox
        self._delivery = delivery
        self._replies = replies
        self._seals = seals
        self._clock = clock
        self._new_id = new_id
        self._operations: dict[str, Callable[[etree._Element | None, str, str], str | HttpReply]] = {
            _SEND: self._send,
            "sendDeliveryNotification": self._take_notification,
            "getMessageStatus": self._tell_status,
            "getMessages": self._give_messages,
        }
        self._roots = {f"{{{TYPES}}}{name}": name for name in self._operations}

    def handle(self, message: bytes) -> HttpReply:
        """The reply to one SOAP message, signed where that was; what is wrong with it becomes the operation's fault."""
        family = self._seals.family_of(message)
        return self._seals.close(self._reply(message, family), family)

    def _reply(self, message: bytes, family: str) -> HttpReply:
        operation, session = _SEND, session_of("", self._new_id)
        try:
            body = body_of(self._seals.open(message, family))
            operation = root_of(body, self._roots)
            note(operation=operation)
            request = child(body, "request")
            answer = self._operations[operation](request, session, family)
        except Refused as refusal:
            note(refused=refusal.code)
            fault = f"{operation}Fault1_{operation}Fault"
            inside = error_info(refusal.code, str(refusal), self._clock(), session)
            return soap_fault(refusal.blame, str(refusal), f'<t:{fault} xmlns:t="{TYPES}">{inside}</t:{fault}>')
        return answer if isinstance(answer, HttpReply) else _respond(operation, answer)

    def _send(self, request: etree._Element | None, session: str, family: str) -> str | HttpReply:
        info = child(request, "messageInfo")
        sender = self._senders.check(info)
        kind, chain = text_of(info, "messageType"), text_of(info, "correlationId")
        session = session_of(text_of(info, "sessionId"), lambda: session[1:-1])
        data = child(child(request, "messageData"), "data")
        if data is None:
            raise NotUnderstood("the message carries no data")
        message_id, service_id, moment = self._new_id(), text_of(info, "serviceId"), self._now()
        properties = tuple((text_of(one, "key"), text_of(one, "value")) for one in children(info, "properties"))
        properties = tuple(one for one in properties if one[0])
        door: Door | None = None
        if kind == "REQUEST":
            if chain:
                raise WrongCorrelation("a REQUEST has no correlation id: the gateway gives it one")
            chain, owner = self._new_id(), self._providers.get(service_id, "")
            if owner:
                self._delivery.open_chain(chain, sender, owner)
            else:
                taken = Taken(message_id, chain, service_id, sender, session, properties, family)
                door = self._replies.take(taken, data)
                if door.is_shut:
                    return door.answer()
        elif kind not in _LATER_KINDS:
            raise InvalidMessage("messageType is REQUEST, NOTIFICATION, UPDATE or RESPONSE")
        else:
            other = self._mailbox.other_end(chain, sender)
            if other is None:
                raise WrongCorrelation("there is no such chain of yours")
            owner = other
        sent = Message(
            id=message_id,
            correlation_id=chain,
            service_id=service_id,
            kind=kind,
            date=text_of(info, "messageDate") or moment,
            sender=sender,
            owner=owner,
            session=session,
            data=etree.tostring(data, encoding="unicode", with_tail=False) if owner else "",
            properties=properties,
            family=family,
            changed=moment,
        )
        note(message_id=message_id, correlation_id=chain, service_id=service_id)
        if owner:
            self._delivery.deliver(sent)
        else:
            # The provider is in the same house: what is sent to it has arrived.
            self._mailbox.put(replace(sent, state="DELIVERED"))
        accepted = (
            f"<messageId>{message_id}</messageId><correlationId>{escape(chain)}</correlationId>"
            f"<responseDate>{moment}</responseDate><sessionId>{session}</sessionId>"
        )
        return door.answer(_respond(_SEND, accepted)) if door else accepted

    def _take_notification(self, request: etree._Element | None, session: str, _: str) -> str:
        participant = self._senders.check(request)
        notification = child(request, "notification")
        message = self._mailbox.get(text_of(notification, "messageId"), participant)
        received = text_of(notification, "deliveryStatus", "receiveStatus")
        again = text_of(notification, "deliveryStatus", "resendMessage")
        if received == "MESSAGE_ACCEPTED":
            self._mailbox.mark(message.id, "DELIVERED", self._now())
        elif received != "MESSAGE_NOT_ACCTEPTED":  # the published contract misspells it
            raise InvalidMessage("receiveStatus is MESSAGE_ACCEPTED or MESSAGE_NOT_ACCTEPTED")
        elif again == "RESEND":
            self._delivery.again(message.id)
        else:
            self._mailbox.mark(message.id, "DELIVERY_STOPPED", self._now())
        self._delivery.tell_state(message.id)
        return (
            f"<notificationId>{self._new_id()}</notificationId><responseDate>{self._now()}</responseDate>"
            f"<sessionId>{session}</sessionId>"
        )

    def _tell_status(self, request: etree._Element | None, session: str, _: str) -> str:
        message = self._mailbox.get(text_of(request, "messageId"), self._senders.check(request))
        return (
            f"<messageState>{message.state}</messageState><status><statusCode>{message.state}</statusCode>"
            f"<statusMessage>{message.kind}</statusMessage><statusDate>{message.changed or message.date}</statusDate>"
            f"</status><responseDate>{self._now()}</responseDate><sessionId>{session}</sessionId>"
        )

    def _give_messages(self, request: etree._Element | None, session: str, _: str) -> HttpReply:
        owner = self._senders.check(request)
        message_id, chain = text_of(request, "messageId"), text_of(request, "correlationId")
        amount = text_of(request, "amount")
        most = int(amount) if amount.isascii() and amount.isdigit() else 0
        waiting = [
            message
            for message in self._mailbox.waiting(owner, text_of(request, "serviceId"))
            if message_id in ("", message.id) and chain in ("", message.correlation_id)
        ]
        sealing = _shared_sealing(waiting)
        given = islice((one for one in waiting if one.sealing is sealing), most or _MOST)
        found = "".join(f"<messages>{one.content()}</messages>" for one in given)
        reply = f"<responseDate>{self._now()}</responseDate><sessionId>{session}</sessionId>{found}"
        return replace(_respond("getMessages", reply), sealing=sealing)

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def _shared_sealing(messages: Sequence[Message]) -> Sealing:
    """One reply has one signature: a badly signed message goes only when no other is there to be held up by it."""
    sealings = [one.sealing for one in messages]
    return sealings[0] if sealings and Sealing.OWN not in sealings else Sealing.OWN


def _respond(operation: str, answer: str) -> HttpReply:
    name = f"{operation}Response"
    return soap_reply(f'<ns2:{name} xmlns:ns2="{TYPES}"><response>{answer}</response></ns2:{name}>')
