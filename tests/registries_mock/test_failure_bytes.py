"""What each failure is on the wire: read by a bare socket, on every protocol that answers at once."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from lxml import etree
from waitress.server import create_server

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.failure_rows import AT_ONCE, list_kinds
from registries_mock.people import Population
from registries_mock.spoiling import OVERSIZE
from tests.registries_mock.people_of_tests import SEED, TODAY
from tests.registries_mock.small_world import (
    NOW,
    request_body,
    request_data,
    small_app,
    soap_message,
    suite_of,
    sync_message,
)
from tests.support.serving import serve

SECONDS = 0.4
WAIT = 20.0


@dataclass(frozen=True)
class Seen:
    """All that came over one connection."""

    head: bytes
    body: bytes
    end: str
    """`whole`: as long as was said; `closed` before that, or `reset`."""
    first_after: float
    """Seconds until the first bytes."""
    took: float

    @property
    def status(self) -> int:
        return int(self.head.split()[1]) if self.head else 0


@dataclass(frozen=True)
class Wire:
    url: str
    catalogue: Catalogue
    iin: str

    def ask(self, passport: Passport) -> Seen:
        """One request to the passport's service."""
        if passport.protocol is Protocol.SOAP:
            return self._post(
                f"/soap/{passport.address}", soap_message(request_body(self.catalogue, passport, self.iin))
            )
        if passport.protocol is Protocol.REST:
            return self._post(f"/rest/{passport.address}", request_body(self.catalogue, passport, self.iin))
        message = sync_message(passport.service_id, request_data(self.catalogue, passport, self.iin))
        return self._post("/bip-sync-wss-gost/", message)

    def fail(self, **row: Any) -> None:
        answer = requests.post(f"{self.url}/_mock/failures", json=row, timeout=WAIT)
        assert answer.status_code == 201, answer.text

    def mend(self) -> None:
        assert requests.delete(f"{self.url}/_mock/failures", timeout=WAIT).status_code == 204

    def _post(self, path: str, body: bytes) -> Seen:
        where = urlsplit(self.url)
        begun = time.monotonic()
        with socket.create_connection((where.hostname, where.port), WAIT) as connection:
            head = (
                f"POST {path} HTTP/1.1\r\nHost: mock\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + body)
            return _read(connection, begun)


def _read(connection: socket.socket, begun: float) -> Seen:
    got, first, end, awaited = bytearray(), 0.0, "", 0
    while not end:
        try:
            piece = connection.recv(2**20)
        except ConnectionResetError:
            piece, end = b"", "reset"
        first = first or time.monotonic() - begun
        got += piece
        awaited = awaited or _measure(got)
        if not piece:
            end = end or "closed"
        elif awaited and len(got) >= awaited:
            end = "whole"
    head, _, body = bytes(got).partition(b"\r\n\r\n")
    return Seen(head, body, end, first, time.monotonic() - begun)


def _measure(got: bytearray) -> int:
    """The bytes of the whole reply; 0 before its head is here."""
    head, found, _ = bytes(got[:4096]).partition(b"\r\n\r\n")
    said = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return len(head) + len(found) + int(said[0].split(b":")[1]) if found and said else 0


@pytest.fixture(scope="module")
def wire(catalogue: Catalogue) -> Iterator[Wire]:
    people = Population(SEED, TODAY)
    app = small_app(people=people, clock=lambda: NOW)
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    with serve(server) as url:
        try:
            yield Wire(url, catalogue, str(people.persona("family-of-five").applicant.iin))
        finally:
            suite_of(app).close()


@pytest.fixture
def mended(wire: Wire) -> Iterator[Wire]:
    yield wire
    wire.mend()


@pytest.fixture(scope="module")
def one_of_each(wire: Wire) -> dict[Protocol, Passport]:
    """The service of each protocol that has most to tell."""
    passports = [one for one in wire.catalogue.passports.values() if one.protocol in AT_ONCE]
    told = {one.key: len(wire.ask(one).body) for one in passports}
    return {
        protocol: max((one for one in passports if one.protocol is protocol), key=lambda one: told[one.key])
        for protocol in AT_ONCE
    }


Judge = Callable[[Seen, Seen, Passport], bool]
"""Whether the failed exchange is what the kind promises, beside the usual one."""


def _is_xml(body: bytes) -> bool:
    try:
        etree.fromstring(body, etree.XMLParser(resolve_entities=False, load_dtd=False, huge_tree=True))
    except etree.XMLSyntaxError:
        return False
    return True


def _is_page(seen: Seen, status: int) -> bool:
    return seen.status == status and b"text/html" in seen.head and seen.body.startswith(b"<html>")


def _wraps(seen: Seen, before: bytes, usual: Seen) -> bool:
    return seen.end == "whole" and seen.body.startswith(before) and len(seen.body) == len(before) + len(usual.body)


JUDGES: dict[tuple[str, str], Judge] = {
    ("silence", ""): lambda seen, _, __: seen.status == 504 and not seen.body and seen.took >= SECONDS,
    ("slow", "fixed"): lambda seen, usual, _: len(seen.body) == len(usual.body) and seen.first_after >= SECONDS,
    ("slow", "uniform"): lambda seen, usual, _: len(seen.body) == len(usual.body),
    ("slow", "lognormal"): lambda seen, usual, _: len(seen.body) == len(usual.body),
    ("fault", ""): lambda seen, _, __: seen.status == 500,
    ("status", ""): lambda seen, usual, _: seen.body != usual.body,
    ("no_record", ""): lambda seen, usual, _: seen.body != usual.body,
    ("garbage", ""): lambda seen, _, __: seen.body.startswith(b"\xff\xfe"),
    ("truncated", ""): lambda seen, usual, _: len(seen.body) == len(usual.body) // 2,
    ("html_503", ""): lambda seen, _, __: _is_page(seen, 503),
    ("http_error", ""): lambda seen, _, __: _is_page(seen, 500),
    ("close", ""): lambda seen, _, __: (seen.end, seen.head) == ("closed", b""),
    ("reset", ""): lambda seen, _, __: (seen.end, seen.head) == ("reset", b""),
    ("soap_fault", "server"): lambda seen, _, __: seen.status == 500 and b"<faultcode>soap:Server" in seen.body,
    ("soap_fault", "client"): lambda seen, _, __: seen.status == 500 and b"<faultcode>soap:Client" in seen.body,
    ("drip", ""): lambda seen, usual, _: len(seen.body) == len(usual.body) and seen.took >= SECONDS > seen.first_after,
    ("stall", ""): lambda seen, usual, _: (
        len(seen.body) == len(usual.body) // 2 and seen.end == "closed" and seen.took >= SECONDS > seen.first_after
    ),
    ("oversized", ""): lambda seen, usual, _: (
        seen.end == "whole"
        and len(seen.body) == len(usual.body) + OVERSIZE
        and not seen.body[len(usual.body) :].strip()
    ),
    ("bom", ""): lambda seen, usual, _: _wraps(seen, b"\xef\xbb\xbf", usual),
    ("wrong_charset", ""): lambda seen, usual, passport: (
        not _is_utf8(seen.body) or (usual.body.isascii() and passport.protocol is Protocol.REST)
    ),
    ("dtd", ""): lambda seen, _, __: b"<!DOCTYPE" in seen.body and _is_xml(seen.body),
    ("entity_bomb", ""): lambda seen, _, __: seen.body.count(b"<!ENTITY") == 10 and seen.body.count(b"&e9;") == 1,
    ("wrong_namespace", "envelope"): lambda seen, _, __: (
        b"schemas.xmlsoap.org/soap/envelope/other/" in seen.body and _is_xml(seen.body)
    ),
    ("wrong_namespace", "payload"): lambda seen, usual, passport: (
        (seen.body.count(b"/other") > usual.body.count(b"/other")) == bool(passport.namespaces) and _is_xml(seen.body)
    ),
    ("empty", ""): lambda seen, usual, _: seen.status == 200 and len(seen.body) < len(usual.body),
    ("another_person", ""): lambda seen, usual, _: seen.status == 200 and seen.body != usual.body,
    ("badly_signed", "other-body"): lambda seen, usual, _: len(seen.body) == len(usual.body),
    ("badly_signed", "untrusted-key"): lambda seen, usual, _: len(seen.body) == len(usual.body),
    ("unsigned", ""): lambda seen, usual, _: len(seen.body) == len(usual.body),
}
"""An unsigned request is answered unsigned, so bad signatures change nothing here: test_seals has the signed ones."""
TIMED = {"silence", "slow", "drip", "stall"}
ROWS = [
    (kind, variant, protocol)
    for kind, (channels, variants) in list_kinds().items()
    for variant in variants or ("",)
    for protocol in sorted(channels & AT_ONCE)
]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(("kind", "variant", "protocol"), ROWS, ids=lambda value: str(value) or "-")
def test_a_failure_is_this_on_the_wire_and_the_next_exchange_is_whole_again(
    kind: str, variant: str, protocol: Protocol, mended: Wire, one_of_each: dict[Protocol, Passport]
) -> None:
    passport = one_of_each[protocol]
    usual = mended.ask(passport)
    row = {"kind": kind, "passport": passport.key, "times": 1} | ({"variant": variant} if variant else {})
    mended.fail(**row | ({"seconds": SECONDS} if kind in TIMED else {}))
    failed, after = mended.ask(passport), mended.ask(passport)
    assert JUDGES[kind, variant](failed, usual, passport), failed
    assert (after.status, len(after.body), after.end) == (200, len(usual.body), "whole")


def test_every_kind_that_can_happen_at_once_is_shown_here() -> None:
    assert {(kind, variant) for kind, variant, _ in ROWS} == JUDGES.keys()
