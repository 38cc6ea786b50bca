"""AsyncChannel v10: a question sent now, its answer read whenever the bus brings it (shep-protocol 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from adapters.asking import refuse_without_consent
from adapters.exchanging import Message, Wire
from adapters.payloads.forms import write_data
from adapters.payloads.locating import locate
from adapters.payloads.nodes import XmlNode, local_name
from adapters.payloads.prepared import Preparations, Prepared
from adapters.payloads.verdicts import Heard
from adapters.ports import Deadline, HttpReply, NewId, Opened
from adapters.retrying import Retrying
from adapters.shep import messages
from adapters.shep.envelopes import HEADERS, first_child, first_text, is_fault, open_envelope, open_reply, read_fault
from adapters.trust import Trust
from adapters.words import OurSide, gather_words
from contracts.errors import (
    AnswerUnclassified,
    ContractBroken,
    RegistryError,
    RegistryFailed,
    RegistryTimedOut,
    RegistryUnavailable,
)
from contracts.exchange import Arrival, Attempt, Pending, Question, RecordAttempt, Reply, StatusChange
from contracts.passport import Passport

MAX_BYTES = 8_000_000
"""Of what the bus answers to our own questions about messages: a fetch may bring several. No signed envelope is read
beyond 8 MiB: one between the two bounds would be fetched, refused as a whole, and fetched again."""


@dataclass(frozen=True)
class AsyncChannel:
    """Sends over the bus, reads what it pushes, fetches what it keeps. Safe for threads; it remembers nothing."""

    url: str
    side: OurSide
    wire: Wire
    retrying: Retrying
    preparations: Preparations
    new_id: NewId
    trust: Trust

    def ask(self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt) -> Pending:
        """Return the ids under which the bus accepted the question; raises RegistryError where it surely did not.

        At least once on the bus: where a send may have arrived and no acceptance came back, the next try sends it
        again; if none is accepted, the Pending is `uncertain` and has no ids, and the answer is paired by inquiryId.
        So it is where something came in the acceptance's place that nobody can read: that is not tried again at once.
        """
        refuse_without_consent(passport, question)
        prepared = self.preparations.of(passport)
        message_id, now = self.new_id(), self.wire.clock()
        words = gather_words(passport, question, self.side, message_id=message_id, message_date=now)
        written = prepared.fill_request(words)

        def append_data(parent: etree._Element) -> None:
            write_data(parent, prepared.request, written, passport, self.trust.sign_payload)

        body = messages.write_send(
            append_data,
            service_id=passport.service_id,
            route_id=passport.route_id,
            inquiry_id=question.id,
            side=self.side,
            at=now,
        )
        message = Message(message_id, self.url, self.trust.wrap(body), HEADERS, passport.limits.reply_bytes)
        uncertain = False

        def accept(reply: HttpReply) -> Pending:
            return self._read_acceptance(prepared, reply)

        def attempt(left: Deadline) -> Pending:
            nonlocal uncertain
            try:
                return self.wire.exchange(message, deadline=left, record=record, read=accept)
            except (RegistryTimedOut, RegistryUnavailable, ContractBroken) as error:
                uncertain = uncertain or error.may_have_arrived
                raise

        try:
            return self.retrying.run(passport, deadline, attempt)
        except RegistryError:
            if uncertain:
                return Pending("", "", uncertain=True)
            raise

    def read_pushed(self, raw: bytes) -> Arrival | StatusChange:
        """Return what the bus pushed to us: a message, or what became of ours.

        Raises ContractBroken or UntrustedAnswer.
        """
        opened = self.trust.open(raw)
        self.trust.require(opened)
        inside = open_envelope(opened.content)
        if local_name(str(inside.tag)) == "changeMassageStatusNotification":
            return messages.read_status_change(inside)
        return messages.read_push(raw, opened)

    def answer_push(self, arrival: Arrival) -> bytes:
        """Return the envelope that the bus gets for the message it pushed, signed."""
        return self.trust.wrap(messages.write_receipt(arrival, at=self.wire.clock()))

    def answer_status(self, change: StatusChange) -> bytes:
        """Return the envelope that the bus gets for telling what became of our message, signed."""
        return self.trust.wrap(messages.write_status_receipt(change, at=self.wire.clock()))

    def read_reply(self, passport: Passport, arrival: Arrival) -> Reply | None:
        """Return the registry's answer, None for a message before it; raises the RegistryError that it stands for."""
        prepared = self.preparations.of(passport)
        data = messages.read_data(arrival.raw, self.trust.open)
        if arrival.kind == "RESPONSE":
            payload = locate(data, prepared.reply)
            if payload is not None:
                payload = self.trust.read_signed(passport, payload)
            answer = prepared.understand(Heard(payload=payload), message_id=arrival.message_id)
            envelope = "bus" in arrival.vouched_by
            vouched_by = self.trust.name_vouchers(passport, envelope=envelope, payload=payload is not None)
            return replace(answer, vouched_by=vouched_by)
        if arrival.kind == "REQUEST":
            raise ContractBroken("a message of type REQUEST is no answer")
        if prepared.interim is not None and prepared.interim_judge is not None and passport.interim_readings:
            prepared.interim_judge.judge(Heard(payload=locate(data, prepared.interim)))
        return None

    def notify_delivery(self, arrival: Arrival, accepted: bool, deadline: Deadline) -> None:
        """Tell the bus that the message is committed here (or is to be sent again); raises RegistryError."""
        at = self.wire.clock()
        body = messages.write_delivery(arrival, accepted=accepted, side=self.side, at=at)
        self.call(body, "sendDeliveryNotificationResponse", deadline)

    def fetch(self, service_id: str, deadline: Deadline, *, amount: int = 0) -> list[Arrival]:
        """Return the messages that wait for us under a service (PULL); amount 0 = as many as the bus gives.

        Where these are more than is read at once, the first of them alone: large ones keep nothing back for ever.
        """
        body = messages.write_fetch(service_id, amount=amount, side=self.side, at=self.wire.clock())
        try:
            inside, opened = self.call(body, "getMessagesResponse", deadline)
        except ContractBroken as broken:
            if not broken.too_long or amount == 1:
                raise
            return self.fetch(service_id, deadline, amount=1)
        return messages.read_fetched(inside, opened)

    def message_status(self, message_id: str, deadline: Deadline) -> str:
        """Return ON_DELIVERY, DELIVERED, NOT_DELIVERED or DELIVERY_STOPPED; raises RegistryError."""
        body = messages.write_status_query(message_id, side=self.side, at=self.wire.clock())
        node = XmlNode(self.call(body, "getMessageStatusResponse", deadline)[0])
        return first_text(first_child(node, "response") or node, "messageState")

    def call(self, body: bytes, expected: str, deadline: Deadline) -> tuple[etree._Element, Opened]:
        """Return the element of that name in the bus's reply to an operation of its own; raises RegistryError."""

        def read(reply: HttpReply) -> tuple[etree._Element, Opened]:
            inside, opened = open_reply(reply, self.trust.open)
            if is_fault(inside):
                raise RegistryFailed("the bus answered with a fault")
            self.trust.require(opened)
            if local_name(str(inside.tag)) != expected:
                raise ContractBroken(f"the Body holds no {expected}")
            return inside, opened

        message = Message(self.new_id(), self.url, self.trust.wrap(body), HEADERS, MAX_BYTES)
        return self.wire.exchange(message, deadline=deadline, record=_keep_nothing, read=read)

    def _read_acceptance(self, prepared: Prepared, reply: HttpReply) -> Pending:
        inside, opened = open_reply(reply, self.trust.open)
        if is_fault(inside):
            prepared.judge.judge(Heard(fault=read_fault(inside)))
            raise AnswerUnclassified("a fault in place of an acceptance cannot mean that there is no record")
        self.trust.require(opened)
        node = XmlNode(inside)
        if local_name(str(inside.tag)) != "sendMessageResponse":
            raise ContractBroken("the Body holds no sendMessageResponse")
        response = first_child(node, "response") or node
        message_id, correlation_id = first_text(response, "messageId"), first_text(response, "correlationId")
        if not correlation_id:
            raise ContractBroken("the bus accepted the message without a correlationId")
        return Pending(message_id, correlation_id)


def _keep_nothing(_: Attempt) -> None:
    """These calls ask no registry: their messages are no evidence of an answer."""
