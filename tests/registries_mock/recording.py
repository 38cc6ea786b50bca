"""A recorder in a test's hand: asked without a socket, about invented people, by every protocol."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.addresses import Paths
from registries_mock.http import Ask
from registries_mock.people.numbers import read_iin
from registries_mock.record.pseudonyms import Pseudonyms
from registries_mock.record.recorder import Recorder
from registries_mock.record.replacing import Replacer
from registries_mock.record.storing import Folder
from registries_mock.timer import ThreadTimer
from tests.registries_mock.conforming import CATALOGUE
from tests.registries_mock.small_world import (
    NOW,
    SENDER_ELEMENT,
    async_message,
    async_request,
    request_body,
    request_data,
    soap_message,
    sync_message,
)

KEY = b"k" * 32
ASKED = [one for one in CATALOGUE.passports.values() if not one.auxiliary]


@dataclass
class Proxy:
    """The recorder as a client sees it."""

    recorder: Recorder
    told: list[str] = field(default_factory=list)

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
        status: list[str] = []
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": BytesIO(body)}
        pieces = self.recorder(
            {**environ, "CONTENT_TYPE": "text/xml; charset=utf-8", **headers}, lambda said, _: status.append(said)
        )
        return int(status[0].split()[0]), b"".join(pieces)

    def ask(self, passport: Passport, iin: str, **words: str) -> bytes:
        """One question about somebody, by any protocol; the reply as it came."""
        match passport.protocol:
            case Protocol.SHEP_SYNC:
                data = request_data(CATALOGUE, passport, iin, **words)
                return self.post("/bip-sync-wss-gost/", sync_message(passport.service_id, data))[1]
            case Protocol.SHEP_ASYNC:
                taken = self.post("/bip-async-wss-gost/", async_request(CATALOGUE, passport, iin))[1]
                found = re.search(rb"<correlationId>([^<]*)", taken)
                assert found is not None
                asked = (
                    f"<correlationId>{found[1].decode()}</correlationId><serviceId>{passport.service_id}</serviceId>"
                )
                return self.post("/bip-async-wss-gost/", async_message("getMessages", asked + SENDER_ELEMENT))[1]
            case Protocol.SOAP:
                return self.post(
                    f"/soap/{passport.address}", soap_message(request_body(CATALOGUE, passport, iin, **words))
                )[1]
            case Protocol.REST:
                return self.post(f"/rest/{passport.address}", request_body(CATALOGUE, passport, iin, **words))[1]


def proxy_of(ask: Ask, folder: Path, key: bytes = KEY, *, raw_structure: bool = False) -> Proxy:
    told: list[str] = []
    replacer = Replacer(CATALOGUE, Pseudonyms(key, NOW.date()), raw_structure=raw_structure)
    return Proxy(Recorder("http://contour", Paths(), ask, replacer, Folder(folder), told.append), told)


def numbered_ids() -> Iterator[str]:
    return (f"abcdef00-0000-4000-8000-{number:012x}" for number in itertools.count(0xA000))


class InlineTimer(ThreadTimer):
    """What is due at once is done at once."""

    def after(self, seconds: float, work: Any) -> None:
        work()


def born_on(iin: str) -> date:
    known = read_iin(iin)
    assert known is not None
    return known[0]


def files_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())
