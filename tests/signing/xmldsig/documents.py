"""Signed documents that tests start from: ours of both algorithms, and real ones where they lie beside the project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from lxml import etree

from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Verdict
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.shared import shared_path
from tests.signing.pki import AT, gost_person, person, trust

DS = "{http://www.w3.org/2000/09/xmldsig#}"
SOUND = b"<request><iin>900101350122</iin><amount>100</amount></request>"
_REAL = {"xml_rsa.xml": datetime(2021, 9, 1, tzinfo=UTC), "xml_gost2015.xml": datetime(2024, 12, 1, tzinfo=UTC)}


@dataclass(frozen=True)
class Source:
    """A document with a sound signature, and the policy by which it passes."""

    document: bytes
    content: bytes
    policy: Policy

    def judge(self, document: bytes) -> Verdict:
        return verify_enveloped(document, self.policy)

    def changed(self, edit: Callable[[etree._Element, etree._Element], object]) -> bytes:
        """The document after `edit(root, signature)`."""
        root = etree.fromstring(self.document)
        edit(root, next(root.iter(DS + "Signature")))
        return etree.tostring(root)


def policy() -> Policy:
    return Policy(trust(), AT)


@cache
def ours_rsa() -> Source:
    return Source(sign_enveloped(SOUND, person().signing_key), SOUND, policy())


@cache
def ours_gost() -> Source:
    return Source(sign_enveloped(SOUND, gost_person().signing_key), SOUND, policy())


def real(name: str) -> Source:
    document = shared_path("data", "pki", "signed", name).read_bytes()
    root = etree.fromstring(document)
    root.remove(next(root.iter(DS + "Signature")))
    authorities = TrustStore.from_folder(shared_path("data", "pki", "trust", "test"))
    return Source(document, etree.tostring(root, method="c14n"), Policy(authorities, _REAL[name]))


SOURCES: dict[str, Callable[[], Source]] = {
    "ours, RSA": ours_rsa,
    "ours, GOST": ours_gost,
    "real, RSA": lambda: real("xml_rsa.xml"),
    "real, GOST": lambda: real("xml_gost2015.xml"),
}
