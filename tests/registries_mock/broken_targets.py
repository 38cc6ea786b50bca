"""Targets broken on purpose: what becomes of their replies, and which requirements must then differ, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from registries_mock.http import Incoming, NotAnswered, Outgoing
from tests.registries_mock.conforming import Spoil
from tests.registries_mock.small_world import PASSWORD

WELL = (
    b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    b'<n:SendMessageResponse xmlns:n="http://bip.bee.kz/SyncChannel/v10/Types"/></soap:Body></soap:Envelope>'
)

FAULT = WELL.replace(b"n:SendMessageResponse", b"soap:Fault").replace(
    b"/></soap:Body>", b"><faultcode>soap:Client</faultcode><faultstring>no</faultstring></soap:Fault></soap:Body>"
)


@dataclass(frozen=True)
class Broken:
    """A way to be broken, the groups of requirements that are tried with it, and the ids that must differ."""

    spoil: Spoil
    only: tuple[str, ...]
    differ: frozenset[str]


def _in_bytes(pattern: bytes, instead: bytes, where: bytes = b"", count: int = 0) -> Spoil:
    """In replies that hold `where`, whatever fits the pattern becomes something else."""

    def spoil(_: Outgoing, incoming: Incoming) -> Incoming:
        if where not in incoming.body:
            return incoming
        return replace(incoming, body=re.sub(pattern, instead, incoming.body, count=count, flags=re.DOTALL))

    return spoil


def _where(asked: bytes, become: Callable[[Outgoing, Incoming], Incoming]) -> Spoil:
    """Replies to requests that hold `asked`."""
    return lambda outgoing, incoming: become(outgoing, incoming) if asked in (outgoing.body or b"") else incoming


def _at(part: str, become: Callable[[Outgoing, Incoming], Incoming]) -> Spoil:
    """Replies of addresses that hold `part`."""
    return lambda outgoing, incoming: become(outgoing, incoming) if part in outgoing.url else incoming


def _status(status: int) -> Spoil:
    return lambda _, incoming: replace(incoming, status=status)


def _body(body: bytes, status: int = 200, kind: str = "text/xml") -> Spoil:
    return lambda _, __: Incoming(status, kind, body)


def _no_reply(_: Outgoing, __: Incoming) -> Incoming:
    raise NotAnswered("nobody listens there")


def _tell_password(_: Outgoing, incoming: Incoming) -> Incoming:
    said = f"<!-- {PASSWORD} --></soap:Envelope>".encode()
    return replace(incoming, body=incoming.body.replace(b"</soap:Envelope>", said))


def _refuse(_: Outgoing, incoming: Incoming) -> Incoming:
    """The same as for an unknown service."""
    return replace(incoming, status=500, body=FAULT)


def _row(spoil: Spoil, only: str, differ: str) -> Broken:
    return Broken(spoil, tuple(only.split()), frozenset(differ.split()))


_SYNC = "SHEP-SYNC"
_DATE = rb"(<responseDate>)[^<]*"
BROKEN: Mapping[str, Broken] = MappingProxyType(
    {
        # the contract
        "no contract": _row(_at("?", _status(404)), "SHEP-WSDL SOAP-001", "SHEP-WSDL-001 SHEP-WSDL-004 SOAP-001"),
        "a schema is missing": _row(_at("common.xsd", _status(404)), "SHEP-WSDL", "SHEP-WSDL-001 SHEP-WSDL-004"),
        "an import of another host": _row(
            _in_bytes(rb'schemaLocation="[^"]*common.xsd"', b'schemaLocation="http://elsewhere/common.xsd"'),
            "SHEP-WSDL",
            "SHEP-WSDL-001 SHEP-WSDL-004",
        ),
        "another operation": _row(
            _in_bytes(rb'<wsdl:operation name="(SendMessage|getMessages)">', b'<wsdl:operation name="Other">'),
            "SHEP-WSDL",
            "SHEP-WSDL-002 SHEP-WSDL-005",
        ),
        "a soapAction": _row(_in_bytes(b'soapAction=""', b'soapAction="urn:send"'), "SHEP-WSDL", "SHEP-WSDL-003"),
        # the synchronous reply
        "nobody listens": _row(_no_reply, _SYNC, "SHEP-SYNC-001"),
        "a page": _row(_body(b"<html/>", 200, "text/html"), _SYNC, "SHEP-SYNC-002"),
        "an error": _row(_status(502), _SYNC, "SHEP-SYNC-002"),
        "no XML": _row(_body(b"SCSS001"), _SYNC, "SHEP-SYNC-003"),
        "a mark before it": _row(_in_bytes(b"^", b"\xef\xbb\xbf", count=1), _SYNC, "SHEP-SYNC-004"),
        "SOAP 1.2": _row(
            _in_bytes(b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"),
            _SYNC,
            "SHEP-SYNC-005",
        ),
        "two elements": _row(_in_bytes(b"</soap:Body>", b"<a/></soap:Body>"), _SYNC, "SHEP-SYNC-005"),
        "another namespace": _row(
            _in_bytes(b"SyncChannel/v10/Types", b"SyncChannel/v11/Types"), _SYNC, "SHEP-SYNC-006"
        ),
        "qualified elements": _row(
            _in_bytes(b"<(/?)response>", rb"<\1ns2:response>"),
            _SYNC,
            "SHEP-SYNC-007",
        ),
        "no message id": _row(_in_bytes(b"<messageId>[^<]*", b"<messageId>"), _SYNC, "SHEP-SYNC-008 SHEP-SYNC-014"),
        "a date of long ago": _row(_in_bytes(_DATE, rb"\g<1>2019-01-01T00:00:00+05:00"), _SYNC, "SHEP-SYNC-009"),
        "no date": _row(_in_bytes(_DATE, rb"\1"), _SYNC, "SHEP-SYNC-007 SHEP-SYNC-009"),
        "no status code": _row(_in_bytes(rb"<code>SCSS001", b"<code>", count=1), _SYNC, "SHEP-SYNC-010"),
        "a long status": _row(_in_bytes(b"<message>", b"<message>" + b"x" * 250), _SYNC, "SHEP-SYNC-007 SHEP-SYNC-010"),
        "no braces": _row(
            _in_bytes(rb"<sessionId>\{([^}]*)\}", rb"<sessionId>\1"),
            _SYNC,
            "SHEP-SYNC-007 SHEP-SYNC-011 SHEP-SYNC-012",
        ),
        "another session": _row(
            _in_bytes(rb"<sessionId>[^<]*", b"<sessionId>{00000000-0000-4000-8000-00000000000a}"),
            _SYNC,
            "SHEP-SYNC-012",
        ),
        "no chain": _row(_in_bytes(b"<correlationId>[^<]*</correlationId>", b""), _SYNC, "SHEP-SYNC-013"),
        "one id for all": _row(_in_bytes(b"<messageId>[^<]*", b"<messageId>1"), _SYNC, "SHEP-SYNC-014"),
        "the password comes back": _row(_tell_password, f"{_SYNC} SHEP-FAULT", "SHEP-SYNC-015 SHEP-FAULT-012"),
        # what real clients send
        "strict about namespaces": _row(_where(b'xmlns=""', _refuse), "SHEP-READ", "SHEP-READ-001"),
        "strict about empty elements": _row(_where(b"<routeId/>", _refuse), "SHEP-READ", "SHEP-READ-002"),
        "strict about braces": _row(_where(b"<sessionId>1", _refuse), "SHEP-READ", "SHEP-READ-003"),
        "strict about zones": _row(_where(b":00.000</messageDate>", _refuse), "SHEP-READ", "SHEP-READ-004"),
        "strict about prefixes": _row(_where(b"SOAP-ENV", _refuse), "SHEP-READ", "SHEP-READ-005"),
        "strict about marks": _row(_where(b"\xef\xbb\xbf", _refuse), "SHEP-READ", "SHEP-READ-006"),
        "strict about types": _row(
            lambda outgoing, incoming: (
                _refuse(outgoing, incoming)
                if outgoing.headers.get("Content-Type", "").startswith("application/xml")
                else incoming
            ),
            "SHEP-READ",
            "SHEP-READ-007",
        ),
        "strict about data": _row(_where(b"<i:data", _refuse), "SHEP-READ", "SHEP-READ-008"),
        # faults
        "everything is well": _row(
            _at(
                "sync",
                lambda _, incoming: replace(incoming, status=200, body=WELL) if incoming.status == 500 else incoming,
            ),
            "SHEP-FAULT SHEP-ASYNC",
            " ".join(f"SHEP-FAULT-00{n}" for n in range(1, 8))
            + " "
            + " ".join(f"SHEP-ASYNC-0{n}" for n in (12, 13, 14, 15)),
        ),
        "entities are resolved": _row(
            _where(b"<!DOCTYPE", _in_bytes(b"<faultstring>", b"<faultstring>conform-entity-was-resolved")),
            "SHEP-FAULT",
            "SHEP-FAULT-005",
        ),
        "faults with success": _row(lambda _, incoming: replace(incoming, status=200), "SHEP-FAULT", "SHEP-FAULT-008"),
        "another faultcode": _row(_in_bytes(b"<faultcode>[^<]*", b"<faultcode>Broken"), "SHEP-FAULT", "SHEP-FAULT-009"),
        "no detail": _row(
            _in_bytes(b"<detail>.*</detail>", b""), "SHEP-FAULT SHEP-ASYNC", "SHEP-FAULT-010 SHEP-ASYNC-016"
        ),
        "another detail": _row(
            _in_bytes(b"Fault1_[a-zA-Z]*Fault", b"Fault1"), "SHEP-FAULT SHEP-ASYNC", "SHEP-FAULT-010 SHEP-ASYNC-016"
        ),
        "no words": _row(
            _in_bytes(b"<errorMessage>[^<]*", b"<errorMessage>"), "SHEP-FAULT SHEP-ASYNC", "SHEP-FAULT-011"
        ),
        "the data come back": _row(
            _in_bytes(b"<errorMessage>", b"<errorMessage>conform-mark-in-data"), "SHEP-FAULT", "SHEP-FAULT-012"
        ),
        # the asynchronous channel
        "no acceptance": _row(_where(b">REQUEST<", _status(503)), "SHEP-ASYNC", "SHEP-ASYNC-001"),
        "no ids": _row(
            _where(b">REQUEST<", _in_bytes(b"<correlationId>[^<]*", b"<correlationId>")),
            "SHEP-ASYNC",
            "SHEP-ASYNC-003",
        ),
        "ids in another order": _row(
            _where(
                b">REQUEST<", _in_bytes(b"(<messageId>.*</messageId>)(<correlationId>.*</correlationId>)", rb"\2\1")
            ),
            "SHEP-ASYNC",
            "SHEP-ASYNC-002",
        ),
        "another state": _row(
            _in_bytes(b"<messageState>[^<]*", b"<messageState>LOST"), "SHEP-ASYNC", "SHEP-ASYNC-004 SHEP-ASYNC-010"
        ),
        "nothing to fetch": _row(_in_bytes(b"<messages>.*</messages>", b""), "SHEP-ASYNC", "SHEP-ASYNC-006"),
        "fetching is refused": _row(_where(b"getMessages ", _refuse), "SHEP-ASYNC", "SHEP-ASYNC-005"),
        "messages of another chain": _row(
            _where(b"getMessages ", _in_bytes(b"<correlationId>[^<]*", b"<correlationId>x")),
            "SHEP-ASYNC",
            "SHEP-ASYNC-007",
        ),
        "all messages at once": _row(
            _where(b"<amount>", _in_bytes(b"(<messages>.*</messages>)", rb"\1\1")), "SHEP-ASYNC", "SHEP-ASYNC-008"
        ),
        "a RESPONSE comes twice": _row(
            _where(b"getMessages ", _in_bytes(b"(<messages>.*</messages>)", rb"\1\1")),
            "SHEP-ASYNC",
            "SHEP-ASYNC-007 SHEP-ASYNC-008 SHEP-ASYNC-011",
        ),
        "no notification id": _row(
            _in_bytes(b"<notificationId>[^<]*", b"<notificationId>"), "SHEP-ASYNC", "SHEP-ASYNC-009"
        ),
        # services
        "plain SOAP takes everything": _row(_where(b"asp-gateway:conform", _body(WELL)), "SOAP-002", "SOAP-002"),
        "REST takes everything": _row(_at("/rest/", _body(b"{}", kind="application/json")), "REST-001", "REST-001"),
    }
)
