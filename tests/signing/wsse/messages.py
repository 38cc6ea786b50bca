"""Signed messages that tests start from: ours of both algorithms, and real ones where they lie beside the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from lxml import etree

from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Verdict
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.key_info import KeyInfoStyle
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from tests.shared import shared_path
from tests.signing.pki import AT, gost_person, person, trust

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
DS = "{http://www.w3.org/2000/09/xmldsig#}"
WSSE = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd}"
WSU = "{http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd}"
ENVELOPE = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
    b'<ns2:SendMessage xmlns:ns2="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo>'
    b"<messageId>7ea6369f-18c5-4633-ad73-19de35883e0b</messageId></requestInfo><requestData>"
    b'<data xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    b' xsi:type="xs:string">&lt;amount&gt;100&lt;/amount&gt;</data>'
    b"</requestData></request></ns2:SendMessage></S:Body></S:Envelope>"
)
REAL_IN_FORCE = datetime(2019, 9, 24, tzinfo=UTC)


@dataclass(frozen=True)
class Source:
    """A message with a sound signature, and the policy by which it passes."""

    message: bytes
    policy: Policy
    known: CertificateStore = NO_CERTIFICATES

    @property
    def content(self) -> bytes:
        """The canonical Body, by the canonicaliser alone."""
        return etree.tostring(etree.fromstring(self.message)[1], method="c14n", exclusive=True, with_comments=False)

    def judge(self, message: bytes) -> Verdict:
        return verify_envelope(message, self.policy, self.known)

    def changed(self, edit: Callable[[Parts], object]) -> bytes:
        """The message after the edit."""
        parts = Parts(etree.fromstring(self.message))
        edit(parts)
        return etree.tostring(parts.root)


class Parts:
    """The elements of a message that edits are about."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.header, self.body = root[0], root[1]
        self.security = self.header[0]
        self.signature = self.security[0]

    def find(self, name: str) -> etree._Element:
        """An element of the signature, by its name in any namespace."""
        return next(self.signature.iter(f"{{*}}{name}"))


def policy() -> Policy:
    return Policy(trust(), AT)


@cache
def ours_rsa() -> Source:
    return Source(sign_envelope(ENVELOPE, person().signing_key), policy())


@cache
def ours_gost() -> Source:
    return Source(sign_envelope(ENVELOPE, gost_person().signing_key), policy())


@cache
def ours_by_serial() -> Source:
    """A message that does not carry its certificate."""
    message = sign_envelope(ENVELOPE, person().signing_key, key_info=KeyInfoStyle.ISSUER_SERIAL)
    return Source(message, policy(), CertificateStore((person().certificate,)))


def real(name: str) -> Source:
    authorities = TrustStore.from_folder(shared_path("data", "pki", "trust", "test"))
    message = shared_path("data", "shep", "examples", name).read_bytes()
    return Source(message, Policy(authorities, REAL_IN_FORCE))


SOURCES: dict[str, Callable[[], Source]] = {
    "ours, RSA": ours_rsa,
    "ours, GOST": ours_gost,
    "ours, by serial number": ours_by_serial,
    "real request": lambda: real("signed_request_gost2004.xml"),
    "real response": lambda: real("signed_response_gost2004.xml"),
}
