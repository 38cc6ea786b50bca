"""Checks of the synchronous channel's faults: what must be refused, and what a refusal looks like."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from contracts.words import Protocol
from registries_mock.conform.asking import send_sync, write_info
from registries_mock.conform.errors import Differs, NotTried
from registries_mock.conform.messages import SYNC_TYPES, write_envelope, write_sender, write_sync
from registries_mock.conform.refusal import WANTED, expect_fault
from registries_mock.conform.schemas import find_fault_of_shep
from registries_mock.conform.seen import Seen
from registries_mock.conform.visit import Check, Visit
from registries_mock.payloads.xml_in import child, text_of
from registries_mock.wire import SOAP

_NOBODY: Final = "conform-unknown-sender"
_NOTHING: Final = "CONFORM_UNKNOWN_SERVICE"
_MARK: Final = "conform-mark-in-data"
_ENTITY: Final = "conform-entity-was-resolved"
_DETAIL: Final = f"{{{SYNC_TYPES}}}SendMessageFault1_SendMessageFault"
_DATA: Final = f"<data>{_MARK}</data>"


def _send(visit: Visit, what: str, message: bytes) -> Seen:
    return send_sync(visit, what, message)


def _unknown_sender(visit: Visit) -> Seen:
    info = write_info(visit, _service(visit), sender=write_sender(_NOBODY, "conform-no-password"))
    return _send(visit, "an unknown sender", write_sync(info, _DATA))


def _wrong_password(visit: Visit) -> Seen:
    _ = visit.sender  # NotTried where there is none
    info = write_info(visit, _service(visit), sender=write_sender(visit.target.sender, "conform-wrong-password"))
    return _send(visit, "a wrong password", write_sync(info, _DATA))


def _unknown_service(visit: Visit) -> Seen:
    return _send(visit, "an unknown service", write_sync(write_info(visit, _NOTHING), _DATA))


def _malformed(visit: Visit) -> Seen:
    return _send(visit, "a message that is cut off", write_sync(write_info(visit, _NOTHING), _DATA)[:-20])


def _document_type(visit: Visit) -> Seen:
    head = f'<!DOCTYPE Envelope [<!ENTITY c "{_ENTITY}">]>'.encode()
    info = write_info(visit, "&c;").replace("&amp;c;", "&c;")
    return _send(visit, "a document type", head + write_sync(info, _DATA))


def _other_element(visit: Visit) -> Seen:
    return _send(visit, "another element", write_envelope(f'<n:ReadMessage xmlns:n="{SYNC_TYPES}"/>'))


def _no_data(visit: Visit) -> Seen:
    return _send(visit, "no data", write_sync(write_info(visit, _service(visit)), ""))


def _service(visit: Visit) -> str:
    chosen = visit.passports(Protocol.SHEP_SYNC)
    if not chosen:
        raise NotTried("none of the chosen services speaks it")
    return chosen[0].service_id


def _check_entity(visit: Visit) -> None:
    expect_fault(_document_type)(visit)
    seen = _document_type(visit)
    if _ENTITY.encode() in seen.body:
        raise Differs("no entity is resolved", "the entity's text in the fault", seen.body)


def _usual(visit: Visit) -> tuple[Seen, etree._Element]:
    """The fault that the shape is judged by."""
    seen = _unknown_service(visit)
    try:
        return seen, seen.fault(WANTED)
    except Differs as differs:
        raise NotTried(f"an unknown service: {differs.found}") from differs


def _check_http(visit: Visit) -> None:
    seen, _ = _usual(visit)
    if seen.reply().status != 500:
        raise Differs("HTTP 500", f"HTTP {seen.reply().status}", seen.body)


def _check_code(visit: Visit) -> None:
    seen, fault = _usual(visit)
    code = child(fault, "faultcode")
    text = (code.text or "").strip() if code is not None else ""
    prefix, _, name = text.rpartition(":")
    namespace = code.nsmap.get(prefix or None) if code is not None else None
    if name.partition(".")[0] not in ("Client", "Server") or namespace != SOAP:
        raise Differs(f"Client or Server in {SOAP}", repr(text[:40]) if text else "no faultcode", seen.body)


def _detail(visit: Visit) -> tuple[Seen, etree._Element]:
    seen, fault = _usual(visit)
    detail = child(fault, "detail")
    inside = next((one for one in detail if isinstance(one.tag, str)), None) if detail is not None else None
    if inside is None:
        raise Differs(_DETAIL, "a fault without detail", seen.body)
    if inside.tag != _DETAIL:
        raise Differs(_DETAIL, str(inside.tag), seen.body)
    return seen, inside


def _check_detail(visit: Visit) -> None:
    seen, detail = _detail(visit)
    fault = find_fault_of_shep(detail, "sync-types.xsd")
    if fault:
        raise Differs("validity against the schema (ErrorInfo)", fault, seen.body)


def _check_words(visit: Visit) -> None:
    try:
        seen, detail = _detail(visit)
    except Differs as differs:
        raise NotTried(f"an unknown service: {differs.found}") from differs
    if not text_of(detail, "errorCode") or not text_of(detail, "errorMessage"):
        raise Differs("errorCode and errorMessage", "one of them is missing or empty", seen.body)


def _check_nothing_leaks(visit: Visit) -> None:
    seen, _ = _usual(visit)
    if _MARK.encode() in seen.body or (visit.target.password and visit.target.password.encode() in seen.body):
        raise Differs("a fault without the message's data and password", "one of them in it", seen.body)


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "SHEP-FAULT-001": expect_fault(_unknown_sender),
        "SHEP-FAULT-002": expect_fault(_wrong_password),
        "SHEP-FAULT-003": expect_fault(_unknown_service),
        "SHEP-FAULT-004": expect_fault(_malformed),
        "SHEP-FAULT-005": _check_entity,
        "SHEP-FAULT-006": expect_fault(_other_element),
        "SHEP-FAULT-007": expect_fault(_no_data),
        "SHEP-FAULT-008": _check_http,
        "SHEP-FAULT-009": _check_code,
        "SHEP-FAULT-010": _check_detail,
        "SHEP-FAULT-011": _check_words,
        "SHEP-FAULT-012": _check_nothing_leaks,
    }
)
