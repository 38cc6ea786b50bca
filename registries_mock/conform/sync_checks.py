"""Checks of the synchronous channel: the usual question's reply, and what real clients send besides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from lxml import etree

from contracts.words import Protocol
from registries_mock.conform.asking import (
    ANSWER,
    CHAIN,
    ask_again,
    ask_usual,
    send_sync,
    session_of_run,
    write_info,
    write_usual,
)
from registries_mock.conform.errors import Differs, NotTried
from registries_mock.conform.messages import write_data, write_sync
from registries_mock.conform.schemas import find_fault_of_shep
from registries_mock.conform.visit import Check, Visit
from registries_mock.payloads.xml_in import child, text_of
from registries_mock.wire import SOAP

_BOM: Final = b"\xef\xbb\xbf"
_GUID: Final = re.compile(r"\{[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")
_LONGEST_MESSAGE: Final = 250
_INTERFACES: Final = "http://bip.bee.kz/SyncChannel/v10/Interfaces"


def _look(problem: Differs | None) -> None:
    if problem is not None:
        raise problem


def _info(visit: Visit, *, again: bool = False) -> etree._Element:
    root = (ask_again if again else ask_usual)(visit).answer(ANSWER)
    info = child(child(root, "response"), "responseInfo")
    if info is None:
        raise NotTried("the reply has no responseInfo")
    return info


def _check_reply(visit: Visit) -> None:
    _look(ask_usual(visit).find_no_reply())


def _check_http(visit: Visit) -> None:
    seen = ask_usual(visit)
    seen.reply()
    _look(seen.find_no_success())


def _check_xml(visit: Visit) -> None:
    seen = ask_usual(visit)
    seen.success()
    _look(seen.find_no_xml())


def _check_bom(visit: Visit) -> None:
    seen = ask_usual(visit)
    if seen.reply().body.startswith(_BOM):
        raise Differs("the reply begins with <", "a byte order mark before it", seen.body)


def _check_envelope(visit: Visit) -> None:
    seen = ask_usual(visit)
    seen.success()
    seen.xml()
    _look(seen.find_no_envelope())


def _check_root(visit: Visit) -> None:
    seen = ask_usual(visit)
    seen.success()
    seen.content()
    _look(seen.find_other_root(ANSWER))


def _check_schema(visit: Visit) -> None:
    seen = ask_usual(visit)
    fault = find_fault_of_shep(seen.answer(ANSWER), "sync-types.xsd")
    if fault:
        raise Differs("validity against the schema of SyncChannel v10", fault, seen.body)


def _check_message_id(visit: Visit) -> None:
    if not text_of(_info(visit), "messageId"):
        raise Differs("a messageId", "none, or an empty one", ask_usual(visit).body)


def _check_date(visit: Visit) -> None:
    text = text_of(_info(visit), "responseDate")
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise Differs("responseDate is a dateTime", f"{text[:40]!r}", ask_usual(visit).body) from None
    now = visit.now
    said = said if said.tzinfo else said.replace(tzinfo=now.tzinfo)
    if abs(said - now) > timedelta(days=1):
        raise Differs(f"a moment within a day of {now:%Y-%m-%d %H:%M}", f"{said:%Y-%m-%d %H:%M}")


def _check_status(visit: Visit) -> None:
    info = _info(visit)
    message = text_of(info, "status", "message")
    if not text_of(info, "status", "code") or len(message) > _LONGEST_MESSAGE:
        found = f"a code of {len(text_of(info, 'status', 'code'))} and a message of {len(message)} characters"
        raise Differs(f"a code, and a message of at most {_LONGEST_MESSAGE} characters", found, ask_usual(visit).body)


def _check_session(visit: Visit) -> None:
    session = text_of(_info(visit), "sessionId")
    if not _GUID.fullmatch(session):
        raise Differs("a GUID in braces", repr(session[:45]) if session else "no sessionId", ask_usual(visit).body)


def _check_session_back(visit: Visit) -> None:
    wanted, found = session_of_run(visit), text_of(_info(visit, again=True), "sessionId")
    if found.lower() != wanted.lower():
        raise Differs(wanted, found[:45] or "no sessionId", ask_again(visit).body)


def _check_chain(visit: Visit) -> None:
    found = text_of(_info(visit), "correlationId")
    if found != CHAIN:
        raise Differs(CHAIN, repr(found[:45]) if found else "no correlationId", ask_usual(visit).body)


def _check_two_ids(visit: Visit) -> None:
    if text_of(_info(visit), "messageId") == text_of(_info(visit, again=True), "messageId"):
        raise Differs("two messageIds", "the same one twice", ask_again(visit).body)


def _check_password(visit: Visit) -> None:
    password, seen = visit.target.password, ask_usual(visit)
    seen.reply()
    if not password:
        raise NotTried("no password was given")
    if password.encode() in seen.body:
        raise Differs("no password in the reply", "the sender's password in it", seen.body)


def _answered(what: str, make: Callable[[Visit], bytes], headers: dict[str, str] | None = None) -> Check:
    """A check that a deviation which real clients send is answered like the usual question."""

    def check(visit: Visit) -> None:
        # Where the usual question fails too, the deviation is not what is wrong.
        ask_usual(visit).answer(ANSWER)
        seen = send_sync(visit, what, make(visit), headers)
        for problem in (seen.find_no_reply(), seen.find_no_success(), seen.find_no_envelope()):
            _look(problem)
        _look(seen.find_other_root(ANSWER))

    return check


def _usual(visit: Visit, **changes: str) -> bytes:
    return write_usual(visit, visit.first(Protocol.SHEP_SYNC), **changes)


def _write_empty(visit: Visit) -> bytes:
    passport = visit.first(Protocol.SHEP_SYNC)
    info = write_info(visit, passport.service_id, behind="<properties/><sessionId/>")
    info = info.replace("<serviceId>", "<correlationId/><serviceId>", 1).replace("<sender>", "<routeId/><sender>", 1)
    return write_sync(info, write_data(passport, visit.question(passport)))


def _write_two_prefixes(visit: Visit) -> bytes:
    head = f'<SOAP-ENV:Header xmlns:SOAP-ENV="{SOAP}"/><S:Body>'.encode()
    return _usual(visit).replace(b"<S:Body>", head, 1)


def _write_other_data(visit: Visit) -> bytes:
    message = _usual(visit).replace(b"<data", f'<i:data xmlns:i="{_INTERFACES}"'.encode(), 1)
    return message.replace(b"</data></requestData>", b"</i:data></requestData>")


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "SHEP-SYNC-001": _check_reply,
        "SHEP-SYNC-002": _check_http,
        "SHEP-SYNC-003": _check_xml,
        "SHEP-SYNC-004": _check_bom,
        "SHEP-SYNC-005": _check_envelope,
        "SHEP-SYNC-006": _check_root,
        "SHEP-SYNC-007": _check_schema,
        "SHEP-SYNC-008": _check_message_id,
        "SHEP-SYNC-009": _check_date,
        "SHEP-SYNC-010": _check_status,
        "SHEP-SYNC-011": _check_session,
        "SHEP-SYNC-012": _check_session_back,
        "SHEP-SYNC-013": _check_chain,
        "SHEP-SYNC-014": _check_two_ids,
        "SHEP-SYNC-015": _check_password,
        "SHEP-READ-001": _answered('xmlns=""', lambda visit: _usual(visit, request='request xmlns=""')),
        "SHEP-READ-002": _answered("empty elements", _write_empty),
        "SHEP-READ-003": _answered(
            "a session id without braces",
            lambda visit: _usual(visit, behind=f"<sessionId>{session_of_run(visit)[1:-1]}</sessionId>"),
        ),
        "SHEP-READ-004": _answered(
            "a date without a zone",
            lambda visit: _usual(visit, date=visit.now.replace(tzinfo=None).isoformat(timespec="milliseconds")),
        ),
        "SHEP-READ-005": _answered("two prefixes", _write_two_prefixes),
        "SHEP-READ-006": _answered("a byte order mark", lambda visit: _BOM + _usual(visit)),
        "SHEP-READ-007": _answered(
            "application/xml", _usual, {"Content-Type": "application/xml; charset=utf-8", "SOAPAction": '""'}
        ),
        "SHEP-READ-008": _answered("data in another namespace", _write_other_data),
    }
)
