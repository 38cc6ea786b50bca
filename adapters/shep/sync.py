"""SyncChannel v10: one SendMessage, one SendMessageResponse (shep-protocol 1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from adapters.asking import refuse_without_consent
from adapters.exchanging import Message, Wire
from adapters.payloads.forms import write_data
from adapters.payloads.locating import find_below, locate
from adapters.payloads.nodes import XmlNode, local_name
from adapters.payloads.prepared import Preparations, Prepared
from adapters.payloads.verdicts import Heard
from adapters.ports import Deadline, HttpReply, NewId
from adapters.retrying import Retrying
from adapters.shep.envelopes import (
    HEADERS,
    SYNC,
    append_inquiry,
    append_sender,
    append_texts,
    first_child,
    first_text,
    is_fault,
    moment,
    new_body,
    open_reply,
    read_fault,
    to_bytes,
)
from adapters.trust import Trust
from adapters.words import OurSide, Words, gather_words
from contracts.errors import ContractBroken
from contracts.exchange import Question, RecordAttempt, Reply
from contracts.passport import Passport


@dataclass(frozen=True)
class SyncChannel:
    """Asks over the bus and waits for the answer. Safe for threads."""

    url: str
    side: OurSide
    wire: Wire
    retrying: Retrying
    preparations: Preparations
    new_id: NewId
    trust: Trust

    def ask(self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt) -> Reply:
        """Return the registry's answer; raises RegistryError, after recording every attempt.

        Built and signed once: a retry sends the same bytes, so that the registry can recognise a duplicate.
        """
        refuse_without_consent(passport, question)
        prepared = self.preparations.of(passport)
        message_id, now = self.new_id(), self.wire.clock()
        words = gather_words(passport, question, self.side, message_id=message_id, message_date=now)
        envelope = write_request(prepared, question, self.side, words, self.trust, message_id=message_id, at=now)
        body = self.trust.wrap(envelope)
        message = Message(message_id, self.url, body, HEADERS, passport.limits.reply_bytes)

        def attempt(left: Deadline) -> Reply:
            return self.wire.exchange(
                message, deadline=left, record=record, read=lambda reply: read_reply(prepared, reply, self.trust)
            )

        return self.retrying.run(passport, deadline, attempt)


def write_request(
    prepared: Prepared, question: Question, side: OurSide, words: Words, trust: Trust, *, message_id: str, at: datetime
) -> bytes:
    """Return the envelope of SendMessage, not yet signed."""
    passport = prepared.passport
    envelope, request = new_body(SYNC, "SendMessage", "request")
    info = etree.SubElement(request, "requestInfo")
    append_texts(
        info,
        (
            ("messageId", message_id),
            ("serviceId", passport.service_id),
            ("messageDate", moment(at)),
            ("routeId", passport.route_id),
        ),
    )
    append_sender(info, side.sender_id, side.sender_password)
    append_inquiry(info, question.id)
    data = etree.SubElement(request, "requestData")
    write_data(data, prepared.request, prepared.fill_request(words), passport, trust.sign_payload)
    return to_bytes(envelope)


def read_reply(prepared: Prepared, reply: HttpReply, trust: Trust) -> Reply:
    """Return what the reply says; raises the RegistryError that it stands for."""
    passport = prepared.passport
    inside, opened = open_reply(reply, lambda message: trust.open(message, passport))
    if is_fault(inside):
        # An unsigned fault may say that something failed, but never that there is no record.
        answer = prepared.understand(Heard(fault=read_fault(inside)))
        trust.require(opened, passport)
        return replace(answer, vouched_by=trust.name_vouchers(passport, envelope=opened.signed, payload=False))
    trust.require(opened, passport)
    if local_name(str(inside.tag)).lower() not in ("sendmessageresponse", "syncsendmessageresponse"):
        raise ContractBroken("the Body holds neither a SendMessageResponse nor a Fault")
    node = XmlNode(inside)
    response = first_child(node, "response") or node
    info = first_child(response, "responseInfo")
    status = first_text(info, "status", "code") if info else ""
    message_id = first_text(info, "messageId") if info else ""
    try:
        payload = locate(find_below(inside, "data"), prepared.reply)
    except ContractBroken as broken:
        # A status that says "no record" or "failed" counts, whatever stands in data beside it.
        answer = prepared.understand_without(Heard(status=status), broken, message_id=message_id)
        return replace(answer, vouched_by=trust.name_vouchers(passport, envelope=opened.signed, payload=False))
    if payload is not None:
        payload = trust.read_signed(passport, payload)
    answer = prepared.understand(Heard(status=status, payload=payload), message_id=message_id)
    return replace(
        answer, vouched_by=trust.name_vouchers(passport, envelope=opened.signed, payload=payload is not None)
    )
