"""A certification authority in a folder, and the signatures of anybody whom it vouches for."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from contracts.application import SCHEMA_ID
from gateway.intake.wrapper import write_wrapper
from registries_mock.ca.authority import Authority
from registries_mock.ca.key_pairs import ALGORITHMS, make_once
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from signing.cms.making import sign_cms, sign_detached
from signing.keys import SigningKey
from signing.xmldsig.signing import sign_enveloped
from tests.support.clock import MONDAY

PASSWORD = "invented-password"
_ORGANISATION_BIN = "990140009992"
ATTESTING_BIN = "990140009992"
"""Of the portal that attests, in tests."""


class Registrar:
    """Signs applications as their applicants would; one key of each algorithm serves all of them, to be quick."""

    def __init__(self, folder: Path, at: datetime = MONDAY) -> None:
        """Certificates are in force from a month before `at`, the moment that signatures name."""
        self.folder = folder
        self._signs_at, self._issued_at = at, at - timedelta(days=30)
        self._authority = Authority.create(self._issued_at)
        self._authority.save(folder)
        self._pairs = {row.name: make_once(row.name, "people of tests") for row in ALGORITHMS}
        self._keys: dict[tuple[str, str], SigningKey] = {}
        self._signed = count()
        """Each CMS names a second of its own: who signs the same bytes again makes another signature."""

    @property
    def trust(self) -> Path:
        return self.folder / "trust"

    @cached_property
    def payload_key(self) -> Path:
        """PKCS#12 of the organisation, for signatures inside payloads and on the bus."""
        return self.issue_system("rsa")

    def issue_system(self, algorithm: str) -> Path:
        """PKCS#12 of the organisation's system, with a key of that algorithm."""
        path = self.folder / f"organisation_{algorithm}.p12"
        subject = Subject(bin=_ORGANISATION_BIN)
        pair = make_once(algorithm, "organisation of tests")
        key = self._authority.certify("information-system", subject, pair, at=self._issued_at, algorithm=algorithm)
        path.write_bytes(export_p12(key, PASSWORD))
        return path

    def attest(self, statement: bytes, *, role: str = "information-system", bin_: str = ATTESTING_BIN) -> bytes:
        """An attached CMS over a portal's statement, by a key of this role and organisation."""
        iin = None if role == "information-system" else "900101499776"
        pair = self._pairs["rsa"]
        key = self._authority.certify(role, Subject(iin, bin=bin_), pair, at=self._issued_at, algorithm="rsa")
        return sign_cms(statement, key, self._signs_at, attached=True)

    def sign(self, body: bytes, iin: str, *, algorithm: str = "rsa") -> bytes:
        """A detached CMS over the bytes by the person of this IIN, with a key of that algorithm."""
        return sign_detached(body, self._key_of(iin, algorithm), self._signs_at - timedelta(seconds=next(self._signed)))

    def sign_xml(self, body: bytes, iin: str, *, algorithm: str = "rsa") -> bytes:
        """The signed XML wrapper of the bytes, as a portal's page would have it made."""
        return self.sign_document(write_wrapper(body), iin, algorithm=algorithm)

    def sign_document(self, document: bytes, iin: str, *, algorithm: str = "rsa") -> bytes:
        """An XML document with the person's enveloped signature."""
        return sign_enveloped(document, self._key_of(iin, algorithm))

    def _key_of(self, iin: str, algorithm: str) -> SigningKey:
        if (iin, algorithm) not in self._keys:
            pair = self._pairs[algorithm]
            self._keys[iin, algorithm] = self._authority.certify(
                "individual", Subject(iin), pair, at=self._issued_at, algorithm=algorithm
            )
        return self._keys[iin, algorithm]

    def revocation_list(self, *iins: str, by_root: bool = False) -> bytes:
        """The list of the issuing authority with these people's RSA certificates on it, or that of the root."""
        numbers = [self._key_of(iin, "rsa").certificate.serial_number for iin in iins]
        since = self._signs_at - timedelta(days=1)
        revoked = [(number, since) for number in numbers]
        return self._authority.crl(since, revoked, next_update=self._signs_at + timedelta(days=1), by_root=by_root)

    def submission(self, application: Mapping[str, Any]) -> dict[str, Any]:
        """The body of `POST /v1/applications` for a declared application, signed by its applicant."""
        body = write_application(application)
        return envelope(body, self.sign(body, application["applicant"]["iin"]))


def write_application(application: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return json.dumps({"schema": SCHEMA_ID, "service": "asp", **application}, ensure_ascii=False, default=str).encode()


def envelope(body: bytes, signature: bytes, form: str = "cms") -> dict[str, Any]:
    return {
        "application": base64.b64encode(body).decode(),
        "signature": {"method": "eds", "format": form, "value": base64.b64encode(signature).decode()},
    }
