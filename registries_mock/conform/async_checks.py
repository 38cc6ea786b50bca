"""Checks of the asynchronous channel: one chain from its REQUEST to the delivery notification, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from xml.sax.saxutils import escape

from contracts.words import Protocol
from registries_mock.conform.chain import (
    Chain,
    call,
    fetch,
    follow,
    ids_of,
    read_messages,
    send,
    tag,
    write_message,
)
from registries_mock.conform.errors import Differs, NotTried
from registries_mock.conform.messages import write_sender
from registries_mock.conform.refusal import WANTED, expect_fault
from registries_mock.conform.schemas import find_fault_of_shep
from registries_mock.conform.seen import Seen
from registries_mock.conform.visit import Check, Visit
from registries_mock.payloads.xml_in import child, text_of

_SCHEMA: Final = "async-types.xsd"
_DATA: Final = "<data>conform</data>"
_NO_CHAIN: Final = "00000000-0000-4000-8000-000000000000"
_DELIVERED: Final = "DELIVERED"


def _sent(visit: Visit) -> Seen:
    return send(visit, visit.first(Protocol.SHEP_ASYNC))


def _chain(visit: Visit) -> Chain:
    return follow(visit, visit.first(Protocol.SHEP_ASYNC))


def _check_sending(visit: Visit) -> None:
    seen = _sent(visit)
    for problem in (seen.find_no_reply(), seen.find_no_success(), seen.find_no_envelope()):
        if problem is not None:
            raise problem
    problem = seen.find_other_root(tag("sendMessageResponse"))
    if problem is not None:
        raise problem


def _judge_answer(seen: Seen, name: str) -> None:
    """The answer of one operation: there, by its name, and valid."""
    for problem in (seen.find_no_reply(), seen.find_no_success(), seen.find_no_envelope()):
        if problem is not None:
            raise problem
    problem = seen.find_other_root(tag(name))
    if problem is not None:
        raise problem
    fault = find_fault_of_shep(seen.content(), _SCHEMA)
    if fault:
        raise Differs(f"{name}, valid against the schema of AsyncChannel v10", fault, seen.body)


def _check_schema(visit: Visit) -> None:
    seen = _sent(visit)
    seen.answer(tag("sendMessageResponse"))
    _judge_answer(seen, "sendMessageResponse")


def _check_ids(visit: Visit) -> None:
    seen = _sent(visit)
    seen.answer(tag("sendMessageResponse"))
    try:
        ids_of(seen)
    except NotTried as failure:
        raise Differs("messageId and correlationId", "one of them is missing", seen.body) from failure


def _check_status(visit: Visit) -> None:
    _judge_answer(_status(visit, "the state of the REQUEST", ids_of(_sent(visit))[0]), "getMessageStatusResponse")


def _status(visit: Visit, what: str, message_id: str) -> Seen:
    asked = f"<messageId>{escape(message_id)}</messageId><requestDate>{visit.moment}</requestDate>{visit.sender}"
    return call(visit, what, "getMessageStatus", asked)


def _check_fetching(visit: Visit) -> None:
    passport = visit.first(Protocol.SHEP_ASYNC)
    _, chain = ids_of(_sent(visit))
    _judge_answer(fetch(visit, "the first fetch", passport.service_id, chain), "getMessagesResponse")
    # The answer that brings a message is judged too, where one comes in time.
    _judge_answer(_chain(visit).fetched, "getMessagesResponse")


def _check_response(visit: Visit) -> None:
    if not _chain(visit).responses:
        found = f"none among {len(_chain(visit).messages)} messages"
        raise Differs(f"a RESPONSE within {visit.target.late_seconds:g} s", found, _chain(visit).fetched.body)


def _check_messages(visit: Visit) -> None:
    found = _chain(visit)
    sent_id, chain = ids_of(found.sent)
    if not found.messages:
        raise NotTried("no message came on the chain")
    ids = [one.id for one in found.messages]
    if any(text_of(one.info, "correlationId") != chain for one in found.messages):
        raise Differs("the correlationId of the chain in each message", "another, or none", found.fetched.body)
    if "" in ids or sent_id in ids or len(set(ids)) < len(ids):
        raise Differs("a messageId of its own in each message", "one is missing or comes twice", found.fetched.body)


def _check_amount(visit: Visit) -> None:
    telling = [one for one in visit.passports(Protocol.SHEP_ASYNC) if one.interim is not None]
    if not telling:
        raise NotTried("none of the chosen services sends more than one message")
    found = follow(visit, telling[0])
    if len(found.messages) < 2:
        raise NotTried("fewer than two messages wait on the chain")
    _, chain = ids_of(found.sent)
    one = fetch(visit, "a fetch of one", found.passport.service_id, chain, amount=1)
    count = len(read_messages(one))
    if count > 1:
        raise Differs("one message at most", f"{count} messages", one.body)


def _accept(visit: Visit) -> tuple[Seen, str, Chain]:
    """The RESPONSE is accepted: the only message that a run takes off the bus, and one that it asked for itself."""
    found = _chain(visit)
    if not found.responses:
        raise NotTried("no RESPONSE came on the chain")
    message_id, moment = found.responses[0].id, visit.moment
    content = (
        f"<notification><messageId>{escape(message_id)}</messageId>"
        f"<serviceId>{escape(found.passport.service_id)}</serviceId>"
        f"<notificationDate>{moment}</notificationDate><deliveryStatus><receiveStatus>MESSAGE_ACCEPTED</receiveStatus>"
        f"<statusDate>{moment}</statusDate><resendMessage>NOT_RESEND</resendMessage></deliveryStatus></notification>"
        f"<requestDate>{moment}</requestDate>{visit.sender}"
    )
    return call(visit, "the delivery notification", "sendDeliveryNotification", content), message_id, found


def _check_notification(visit: Visit) -> None:
    seen, _, _ = _accept(visit)
    _judge_answer(seen, "sendDeliveryNotificationResponse")
    if not text_of(child(seen.content(), "response"), "notificationId"):
        raise Differs("a notificationId", "none, or an empty one", seen.body)


def _check_accepted(visit: Visit) -> None:
    seen, message_id, found = _accept(visit)
    seen.answer(tag("sendDeliveryNotificationResponse"))
    _, chain = ids_of(found.sent)
    after = fetch(visit, "a fetch after it was accepted", found.passport.service_id, chain)
    if message_id in {one.id for one in read_messages(after)}:
        raise Differs("no message that was accepted", "the same message again", after.body)
    told = _status(visit, "the state after it was accepted", message_id)
    state = text_of(child(told.answer(tag("getMessageStatusResponse")), "response"), "messageState")
    if state != _DELIVERED:
        raise Differs(_DELIVERED, repr(state[:40]), told.body)


def _check_one(visit: Visit) -> None:
    """Looked at once more, after all else was asked about the chain: a second one may come after the first."""
    found = _chain(visit)
    if not found.responses:
        raise NotTried("no RESPONSE came on the chain")
    _, chain = ids_of(found.sent)
    last = fetch(visit, "the last fetch", found.passport.service_id, chain)
    later = [one for one in read_messages(last) if one.kind == "RESPONSE"]
    count = max(len(found.responses), len({one.id for one in (*found.responses, *later)}))
    if count > 1:
        raise Differs("one RESPONSE", f"{count} RESPONSEs on one chain", last.body)


def _unknown_sender(visit: Visit) -> Seen:
    sender = write_sender("conform-unknown-sender", "conform-no-password")
    content = write_message(visit, visit.first(Protocol.SHEP_ASYNC).service_id, _DATA, sender=sender)
    return call(visit, "a REQUEST of an unknown sender", "sendMessage", content)


def _unknown_chain(visit: Visit) -> Seen:
    service_id = visit.first(Protocol.SHEP_ASYNC).service_id
    content = write_message(visit, service_id, _DATA, kind="RESPONSE", chain=_NO_CHAIN)
    return call(visit, "a RESPONSE on no chain", "sendMessage", content)


def _unknown_service(visit: Visit) -> Seen:
    content = write_message(visit, "CONFORM_UNKNOWN_SERVICE", _DATA)
    return call(visit, "a REQUEST to an unknown service", "sendMessage", content)


def _unknown_message(visit: Visit) -> Seen:
    return _status(visit, "the state of no message", _NO_CHAIN)


def _check_detail(visit: Visit) -> None:
    for ask, operation in ((_unknown_chain, "sendMessage"), (_unknown_message, "getMessageStatus")):
        seen = ask(visit)
        try:
            detail = child(seen.fault(WANTED), "detail")
        except Differs as differs:
            raise NotTried(f"{operation}: {differs.found}") from differs
        inside = detail[0] if detail is not None and len(detail) else None
        wanted = tag(f"{operation}Fault1_{operation}Fault")
        if inside is None or inside.tag != wanted:
            raise Differs(wanted, "no detail" if inside is None else str(inside.tag), seen.body)
        fault = find_fault_of_shep(inside, _SCHEMA)
        if fault:
            raise Differs("validity against the schema (ErrorInfo)", fault, seen.body)


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "SHEP-ASYNC-001": _check_sending,
        "SHEP-ASYNC-002": _check_schema,
        "SHEP-ASYNC-003": _check_ids,
        "SHEP-ASYNC-004": _check_status,
        "SHEP-ASYNC-005": _check_fetching,
        "SHEP-ASYNC-006": _check_response,
        "SHEP-ASYNC-007": _check_messages,
        "SHEP-ASYNC-008": _check_amount,
        "SHEP-ASYNC-009": _check_notification,
        "SHEP-ASYNC-010": _check_accepted,
        "SHEP-ASYNC-011": _check_one,
        "SHEP-ASYNC-012": expect_fault(_unknown_sender),
        "SHEP-ASYNC-013": expect_fault(_unknown_chain),
        "SHEP-ASYNC-014": expect_fault(_unknown_service),
        "SHEP-ASYNC-015": expect_fault(_unknown_message),
        "SHEP-ASYNC-016": _check_detail,
    }
)
