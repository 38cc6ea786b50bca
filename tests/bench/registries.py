"""The mock suite as a process, its authority, and the keys that it certified: ours, the bus's, a person's."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from contracts.application import SCHEMA_ID
from gateway.clock import now
from gateway.demo.processes import Server
from gateway.http import GatewayClient
from gateway.settings import bare_environment
from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from signing.cms.making import sign_detached
from signing.keys import SigningKey, load_p12

OURS, BUS = "information-system", "bus"
PERSONA: Final = "family-of-five"
SENDER: Final = "asp-gateway"
PASSWORD: Final = "bench-only"
RSA, GOST = "rsa", "gost2015"
_BIN: Final = "990140009992"
_AGE: Final = timedelta(days=30)
"""Of the certificates."""
ALGORITHMS: Final = (RSA, GOST)
"""Of signatures on the bus."""


@dataclass(frozen=True)
class Signer:
    """The applicant with the key: each submission is other bytes, by blanks behind the JSON."""

    declared: Mapping[str, Any] = field(repr=False)
    key: SigningKey = field(repr=False)
    numbers: Iterator[int] = field(default_factory=count)

    def sign(self, **changed: Any) -> dict[str, Any]:
        body = json.dumps({**self.declared, **changed}, ensure_ascii=False).encode() + b" " * next(self.numbers)
        signature = base64.b64encode(sign_detached(body, self.key, now())).decode()
        return {
            "application": base64.b64encode(body).decode(),
            "signature": {"method": "eds", "format": "cms", "value": signature},
            "accepted_by": "ПРОВЕРКИНА А.Б.",
        }


@dataclass(frozen=True)
class Registries:
    """The mock suite that runs."""

    folder: Path
    url: str
    pid: int
    signer: Signer = field(repr=False)

    @property
    def trust_folder(self) -> Path:
        return self.folder / "ca" / "trust"

    def key_file(self, role: str, algorithm: str) -> Path:
        """The PKCS#12 of an organisation's system or of the bus."""
        return self.folder / f"{role}-{algorithm}.p12"

    def load_key(self, role: str, algorithm: str) -> SigningKey:
        return load_p12(self.key_file(role, algorithm).read_bytes(), PASSWORD)

    def push_to(self, url: str) -> None:
        """From now on late replies are pushed to this address."""
        with GatewayClient(self.url) as pages:
            pages.post("/_mock/participants", {"sender_id": SENDER, "url": url})

    def count_exchanges(self) -> int:
        """Exchanges so far."""
        with GatewayClient(self.url) as pages:
            counts: dict[str, int] = pages.get("/_mock/counts").json()
        return sum(counts.values())


@contextmanager
def open_registries(folder: Path) -> Iterator[Registries]:
    """The suite, until the context ends. Late replies come at once: what is measured is work, not waiting."""
    environ = bare_environment()
    authority = Authority.create(now() - _AGE)
    authority.save(folder / "ca")
    for role in (OURS, BUS):
        for algorithm in ALGORITHMS:
            key = authority.issue(role, Subject(bin=_BIN), at=now() - _AGE, algorithm=algorithm)
            (folder / f"{role}-{algorithm}.p12").write_bytes(export_p12(key, PASSWORD))
    command = ["registries-mock", "serve", "--port", "0", "--async-delay", "0", "--ca", str(folder / "ca")]
    command += ["--sender", f"{SENDER}:{PASSWORD}"]
    with Server(command, environ, folder / "mock.log") as server:
        url = server.wait_for_address()
        yield Registries(folder, url, server.pid, _find_signer(authority, url))


def _find_signer(authority: Authority, url: str) -> Signer:
    with GatewayClient(url) as pages:
        declared = pages.get(f"/_mock/people/{PERSONA}").json()
    person = declared["applicant"]
    subject = Subject(person["iin"], person["surname"], person["name"])
    key = authority.issue("individual", subject, at=now() - _AGE, algorithm=RSA)
    return Signer({"schema": SCHEMA_ID, "service": "asp", **declared}, key)
