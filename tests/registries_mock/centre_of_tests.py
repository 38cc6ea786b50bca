"""The mock's certification centre in a test's hand: asked through the suite's application, judged by `signing`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import tsp
from flask.testing import FlaskClient

from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from registries_mock.settings import Settings
from signing.cms.hashes import HASHES, SHA256
from signing.cms.making import sign_cms
from signing.cms.verifying import verify_cms
from signing.errors import RevocationUnavailable
from signing.fetching import FetchRequest
from signing.keys import GostKey, RsaKey
from signing.policy import Policy
from signing.revocation.assembling import RevocationConfig, build_sources
from signing.revocation.judging import Mode, RevocationPolicy
from signing.trust import TrustStore
from signing.verdict import Verdict
from tests.registries_mock.small_world import NOW, small_app

IIN, BIN = "900101350122", "990140000806"
SUBJECT = Subject(iin=IIN, bin=BIN)
CONTENT = b"what was signed"
BASE = "http://centre.example"
SUFFIXES = {"rsa": "", "gost2015": "_gost"}


@cache
def _authority() -> Authority:
    """Made once: each test saves a copy of its own, with its own record of revocations."""
    return Authority.create(NOW)


@cache
def make_key(algorithm: str = "rsa", role: str = "individual") -> RsaKey | GostKey:
    return _authority().issue(role, SUBJECT, at=NOW, algorithm=algorithm)


def save_authority(folder: Path) -> Path:
    _authority().save(folder)
    return folder


@dataclass
class Centre:
    """A suite over an authority in a folder; `now` is the clock of both sides."""

    folder: Path
    now: datetime = NOW
    client: FlaskClient = field(init=False)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        save_authority(self.folder)
        self.client = small_app(Settings(authority=self.folder), clock=lambda: self.now).test_client()

    @property
    def trust(self) -> TrustStore:
        return TrustStore.from_folder(self.folder / "trust")

    @property
    def authority(self) -> Authority:
        return Authority.load(self.folder)

    def revoke(self, key: RsaKey | GostKey, at: datetime | None = None, reason: str = "key-compromise") -> None:
        own = self.authority
        issuer = own.find_issuer(key.certificate)
        moment = at or self.now
        assert own.revoke(key.certificate.serial_number, issuer=issuer, at=moment, recorded=moment, reason=reason)

    def spoil(self, **row: Any) -> None:
        answer = self.client.post("/_mock/ca/failures", json=row)
        assert answer.status_code == 201, answer.text

    def fetch(self, request: FetchRequest) -> bytes:
        """A `Fetch` of signing that needs no socket."""
        path = urlsplit(request.url).path
        self.asked.append(path)
        if request.body is None:
            answer = self.client.get(path)
        else:
            answer = self.client.post(path, data=request.body, content_type=request.content_type)
        if answer.status_code != 200:
            raise RevocationUnavailable(f"HTTP {answer.status_code}")
        body: bytes = answer.data
        return body

    def by_responder(self) -> RevocationPolicy:
        """The signer's certificate is asked about over OCSP; that of the issuing authority by the root's list."""
        return self._policy(ocsp_url=f"{BASE}/ca/ocsp", crl_urls=_lists("root"))

    def by_lists(self, *, deltas: bool = False) -> RevocationPolicy:
        changes = tuple(f"{BASE}/ca/crl/issuing{suffix}_d.crl" for suffix in SUFFIXES.values())
        return self._policy(crl_urls=_lists("root", "issuing"), delta_urls=changes if deltas else ())

    def tell_by_one_list(self, key: RsaKey | GostKey) -> str:
        """Why the list of the key's own authority does not help."""
        name = self.authority.find_issuer(key.certificate)
        (source,) = self._policy(crl_urls=(f"{BASE}/ca/crl/{name}.crl",)).sources
        return source.find_status(key.certificate, key.chain[0], now=self.now, reference=self.now).reason

    def judge(
        self, key: RsaKey | GostKey, revocation: RevocationPolicy, stamp: Callable[[bytes], bytes] | None = None
    ) -> Verdict:
        """What the gateway's verifier makes of a signature of the key, now."""
        signed = sign_cms(CONTENT, key, self.now, stamp=stamp)
        return verify_cms(signed, Policy(self.trust, self.now, revocation), CONTENT)

    def _policy(
        self, ocsp_url: str | None = None, crl_urls: tuple[str, ...] = (), delta_urls: tuple[str, ...] = ()
    ) -> RevocationPolicy:
        config = RevocationConfig(
            ocsp_url=ocsp_url,
            crl_urls=crl_urls,
            delta_urls=delta_urls,
            cache_folder=self.folder / "lists",
            ocsp_kept_seconds=0,
            ocsp_pause_seconds=0,
        )
        return RevocationPolicy(Mode.REQUIRE, build_sources(config, self.fetch))


def _lists(*names: str) -> tuple[str, ...]:
    return tuple(f"{BASE}/ca/crl/{name}{suffix}.crl" for name in names for suffix in SUFFIXES.values())


def stamp(centre: Centre, path: str = "/ca/tsp", **changed: Any) -> bytes:
    """The answer to a request over the content, by SHA-256 where nothing else is said."""
    hash_oid = str(changed.pop("hash_oid", SHA256))
    hashed = changed.pop("hashed", HASHES[hash_oid](CONTENT) if hash_oid in HASHES else b"h" * 20)
    asked = {
        "version": "v1",
        "message_imprint": {"hash_algorithm": {"algorithm": hash_oid}, "hashed_message": hashed},
        "cert_req": True,
    } | changed
    reply = centre.client.post(path, data=tsp.TimeStampReq(asked).dump(), content_type="application/timestamp-query")
    assert (reply.status_code, reply.content_type) == (200, "application/timestamp-reply")
    body: bytes = reply.data
    return body
