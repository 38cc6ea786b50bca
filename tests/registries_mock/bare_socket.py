"""A mock suite on a port, asked over a bare socket: every byte of what it sends, when it came, and how it ended."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.people import Population
from registries_mock.settings import Settings
from registries_mock.suite import Suite
from registries_mock.web.beside import serving
from tests.registries_mock.people_of_tests import SEED, TODAY
from tests.registries_mock.small_world import (
    NOW,
    SENDER,
    HandTimer,
    Participant,
    async_request,
    request_body,
    request_data,
    small_app,
    soap_message,
    suite_of,
    sync_message,
)

WAIT = 20.0
_IDS = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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

    @property
    def told(self) -> bytes:
        """The body without the ids of this exchange."""
        return _IDS.sub(b"id", self.body)


@dataclass(frozen=True)
class Wire:
    """The suite, and people to ask it about."""

    url: str
    catalogue: Catalogue
    people: Population
    timer: HandTimer
    participant: Participant
    suite: Suite

    def iin(self, persona: str = "family-of-five", key: str = "") -> str:
        family = self.people.persona(persona).family
        return str(family.person(key or family.applicant).iin)

    def ask(self, passport: Passport, iin: str) -> Seen:
        """One request to the passport's service; of an asynchronous one the acceptance."""
        account = self.people.record(iin).get("account", {})
        words: Mapping[str, str] = {"iban": account["iban"]} if account else {}
        match passport.protocol:
            case Protocol.SOAP:
                body = soap_message(request_body(self.catalogue, passport, iin, **words))
                return self.post(f"/soap/{passport.address}", body)
            case Protocol.REST:
                return self.post(f"/rest/{passport.address}", request_body(self.catalogue, passport, iin, **words))
            case Protocol.SHEP_ASYNC:
                return self.post("/bip-async-wss-gost/", async_request(self.catalogue, passport, iin))
            case _:
                message = sync_message(passport.service_id, request_data(self.catalogue, passport, iin, **words))
                return self.post("/bip-sync-wss-gost/", message)

    def fail(self, **row: Any) -> None:
        answer = requests.post(f"{self.url}/_mock/failures", json=row, timeout=WAIT)
        assert answer.status_code == 201, answer.text

    def mend(self) -> None:
        self.participant.got.clear()
        assert requests.post(f"{self.url}/_mock/reset", timeout=WAIT).status_code == 204

    def post(self, path: str, body: bytes) -> Seen:
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


@contextmanager
def open_wire(catalogue: Catalogue) -> Iterator[Wire]:
    """A suite whose bus pushes to a participant, in whose time nothing passes by itself."""
    people, timer, participant = Population(SEED, TODAY), HandTimer(), Participant()
    told = Settings(participants={SENDER: "http://participant.test/"})
    app = small_app(told, people=people, clock=lambda: NOW, timer=timer, push=participant.push)
    with serving(app) as url:
        try:
            yield Wire(url, catalogue, people, timer, participant, suite_of(app))
        finally:
            suite_of(app).close()


def is_xml(body: bytes) -> bool:
    try:
        etree.fromstring(body, etree.XMLParser(resolve_entities=False, load_dtd=False, huge_tree=True))
    except etree.XMLSyntaxError:
        return False
    return True
