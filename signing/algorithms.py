"""Which signature algorithms are known, as rows: key family, digest and signature always belong together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.errors import SignatureRefused
from signing.verdict import Stage, SubIndication

MIN_RSA_BITS: Final = 2048


@dataclass(frozen=True)
class Suite:
    """A family of keys with the one digest and the one signature method that go with it."""

    name: str
    digest_oid: str
    signature_oid: str
    # Other names that CMS allows for the same signature (RFC 3370, 3.2: the key's own identifier).
    signature_oid_aliases: frozenset[str]
    xml_digest_uri: str
    xml_signature_uri: str


RSA_SHA256: Final = Suite(
    name="RSA with SHA-256",
    digest_oid="2.16.840.1.101.3.4.2.1",
    signature_oid="1.2.840.113549.1.1.11",
    signature_oid_aliases=frozenset({"1.2.840.113549.1.1.1"}),
    xml_digest_uri="http://www.w3.org/2001/04/xmlenc#sha256",
    xml_signature_uri="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
)

SUITES: Final = (RSA_SHA256,)


def suite_of_certificate(signature_oid: str) -> Suite:
    """The suite with which an authority signed a certificate."""
    return _only([row for row in SUITES if row.signature_oid == signature_oid], Stage.CHAIN, signature_oid)


def suite_of_cms(digest_oid: str, signature_oid: str) -> Suite:
    """The suite of a CMS signer: digest and signature must be of one row, which closes the door to mixed families."""
    fitting = [
        row
        for row in SUITES
        if row.digest_oid == digest_oid and signature_oid in {row.signature_oid, *row.signature_oid_aliases}
    ]
    return _only(fitting, Stage.SIGNATURE, f"{signature_oid} with digest {digest_oid}")


def suite_of_xml(digest_uri: str, signature_uri: str) -> Suite:
    """The suite of an XML signature, by its two URIs."""
    fitting = [row for row in SUITES if (row.xml_digest_uri, row.xml_signature_uri) == (digest_uri, signature_uri)]
    return _only(fitting, Stage.SIGNATURE, "of the XML signature")


def digest(suite: Suite, data: bytes) -> bytes:
    """The digest of the suite over `data`."""
    if suite is not RSA_SHA256:
        raise ValueError(f"no digest for {suite.name}")
    return hashlib.sha256(data).digest()


def check_signature(suite: Suite, public_key_info: bytes, data: bytes, signature: bytes, stage: Stage) -> None:
    """Refuse unless `signature` over `data` was made with the key of the DER SubjectPublicKeyInfo."""
    if suite is not RSA_SHA256:
        raise ValueError(f"no verification for {suite.name}")
    key = _rsa_key(public_key_info, stage)
    try:
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as failure:
        reason = "The signature does not match what it should cover."
        raise SignatureRefused(stage, SubIndication.SIG_CRYPTO_FAILURE, reason) from failure


def _rsa_key(public_key_info: bytes, stage: Stage) -> rsa.RSAPublicKey:
    try:
        key = load_der_public_key(public_key_info)
    except (ValueError, UnsupportedAlgorithm) as failure:
        raise _unsupported(stage, "of the public key") from failure
    if not isinstance(key, rsa.RSAPublicKey):
        raise _unsupported(stage, "of the public key")
    if key.key_size < MIN_RSA_BITS:
        reason = f"The RSA key has fewer than {MIN_RSA_BITS} bits."
        raise SignatureRefused(stage, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, reason)
    return key


def _only(fitting: list[Suite], stage: Stage, named: str) -> Suite:
    if not fitting:
        raise _unsupported(stage, named)
    return fitting[0]


def _unsupported(stage: Stage, named: str) -> SignatureRefused:
    return SignatureRefused(stage, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"The algorithm {named} is not supported.")
