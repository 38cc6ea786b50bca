"""Which signature algorithms are known, as rows: key, digest and signature always belong together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signing.errors import SignatureRefused
from signing.gost import signature as gost
from signing.gost.curves import CRYPTO_PRO_A, TC26_256_A, TC26_512_A, Curve
from signing.gost.digests import Hash
from signing.public_keys import PublicKeyInfo, read_public_key_info
from signing.verdict import Stage, SubIndication

MIN_RSA_BITS: Final = 2048
_URN: Final = "urn:ietf:params:xml:ns:pkigovkz:xmlsec:algorithms:"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"


@dataclass(frozen=True)
class GostParameters:
    """What a GOST suite computes with, and the parameters that its keys must name."""

    curve: Curve
    hash: Hash
    curve_oid: str
    hash_oid: str


@dataclass(frozen=True)
class Suite:
    """A family of keys with the one digest and the one signature method that go with it."""

    name: str
    key_oid: str
    digest_oid: str
    signature_oid: str
    # Other names that CMS allows for the same signature (RFC 3370, 3.2: the key's own identifier).
    signature_oid_aliases: frozenset[str]
    xml_digest_uri: str
    xml_signature_uri: str
    gost: GostParameters | None = None
    """None: RSA."""


RSA_SHA256: Final = Suite(
    name="RSA with SHA-256",
    key_oid="1.2.840.113549.1.1.1",
    digest_oid="2.16.840.1.101.3.4.2.1",
    signature_oid="1.2.840.113549.1.1.11",
    signature_oid_aliases=frozenset({"1.2.840.113549.1.1.1"}),
    xml_digest_uri="http://www.w3.org/2001/04/xmlenc#sha256",
    xml_signature_uri=_MORE + "rsa-sha256",
)

GOST_2004: Final = Suite(
    name="GOST 34.310-2004 with GOST 34.311-95",
    key_oid="1.2.398.3.10.1.1.1.1",
    digest_oid="1.2.398.3.10.1.3.1",
    signature_oid="1.2.398.3.10.1.1.1.2",
    signature_oid_aliases=frozenset(),
    xml_digest_uri=_MORE + "gost34311",
    xml_signature_uri=_MORE + "gost34310-gost34311",
    gost=GostParameters(CRYPTO_PRO_A, Hash.GOST_94, "1.2.398.3.10.1.1.1.1.1", "1.2.398.3.10.1.3.1.1.0"),
)

GOST_2015_512: Final = Suite(
    name="GOST 34.310-2015 (512) with Streebog-512",
    key_oid="1.2.398.3.10.1.1.2.2",
    digest_oid="1.2.398.3.10.1.3.3",
    signature_oid="1.2.398.3.10.1.1.2.3.2",
    signature_oid_aliases=frozenset(),
    xml_digest_uri=_URN + "gostr34112015-512",
    xml_signature_uri=_URN + "gostr34102015-gostr34112015-512",
    gost=GostParameters(TC26_512_A, Hash.STREEBOG_512, "1.2.398.3.10.1.1.2.2.1", "1.2.398.3.10.1.3.3"),
)

GOST_2015_256: Final = Suite(
    name="GOST 34.310-2015 (256) with Streebog-256",
    key_oid="1.2.398.3.10.1.1.2.1",
    digest_oid="1.2.398.3.10.1.3.2",
    signature_oid="1.2.398.3.10.1.1.2.3.1",
    signature_oid_aliases=frozenset(),
    xml_digest_uri=_URN + "gostr34112015-256",
    xml_signature_uri=_URN + "gostr34102015-gostr34112015-256",
    gost=GostParameters(TC26_256_A, Hash.STREEBOG_256, "1.2.398.3.10.1.1.2.1.1", "1.2.398.3.10.1.3.2"),
)

SUITES: Final = (RSA_SHA256, GOST_2004, GOST_2015_512, GOST_2015_256)


def suite_of_signature(signature_oid: str, stage: Stage) -> Suite:
    """The suite with which an authority signed a certificate, a list or an answer."""
    return _only([row for row in SUITES if row.signature_oid == signature_oid], stage, signature_oid)


def suite_of_key(public_key_info: bytes, stage: Stage) -> Suite:
    """The suite that a key of the DER SubjectPublicKeyInfo is for."""
    key_oid = _read_key(public_key_info, stage).key_oid
    return _only([row for row in SUITES if row.key_oid == key_oid], stage, "of the public key")


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
    for row in SUITES:
        if row.xml_signature_uri == signature_uri and row.xml_digest_uri == digest_uri:
            return row
    raise _unsupported(Stage.SIGNATURE, "of the XML signature")


def digest(suite: Suite, data: bytes) -> bytes:
    """The digest of the suite over `data`."""
    if suite.gost is None:
        return hashlib.sha256(data).digest()
    return gost.compute_digest(suite.gost.hash, data)


def check_signature(suite: Suite, public_key_info: bytes, data: bytes, signature: bytes, stage: Stage) -> None:
    """Refuse unless `signature` over `data` was made with the key of the DER SubjectPublicKeyInfo."""
    if suite.gost is None:
        _check_rsa(suite.key_oid, public_key_info, data, signature, stage)
        return
    key = _gost_key(suite.gost, suite.key_oid, public_key_info, stage)
    if not gost.verify(key, digest(suite, data), signature):
        raise _mismatch(stage)


def _check_rsa(key_oid: str, public_key_info: bytes, data: bytes, signature: bytes, stage: Stage) -> None:
    key = _rsa_key(key_oid, public_key_info, stage)
    try:
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as failure:
        raise _mismatch(stage) from failure


# The same signers and authorities come again and again, and reading a key costs as much as using it. Refusals are not
# kept.
@lru_cache(maxsize=256)
def _rsa_key(key_oid: str, public_key_info: bytes, stage: Stage) -> rsa.RSAPublicKey:
    # The library opens a key that is for PSS alone as well (RFC 4055, 1.2), which must not be used otherwise.
    if _read_key(public_key_info, stage).key_oid != key_oid:
        raise _unsupported(stage, "of the public key")
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


@lru_cache(maxsize=256)
def _gost_key(parameters: GostParameters, key_oid: str, public_key_info: bytes, stage: Stage) -> gost.PublicKey:
    """The key, whose own identifiers must be exactly those of the suite: another curve is another algorithm."""
    info = _read_key(public_key_info, stage)
    if (info.key_oid, *info.parameters) != (key_oid, parameters.curve_oid, parameters.hash_oid):
        raise _unsupported(stage, "of the public key")
    try:
        return gost.read_public_key(parameters.curve, info.key)
    except ValueError as failure:
        reason = "The public key is no point of its curve."
        raise SignatureRefused(stage, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, reason) from failure


def _read_key(public_key_info: bytes, stage: Stage) -> PublicKeyInfo:
    try:
        return read_public_key_info(public_key_info)
    except ValueError as failure:
        raise _unsupported(stage, "of the public key") from failure


def _only(fitting: list[Suite], stage: Stage, named: str) -> Suite:
    if not fitting:
        raise _unsupported(stage, named)
    return fitting[0]


def _mismatch(stage: Stage) -> SignatureRefused:
    reason = "The signature does not match what it should cover."
    return SignatureRefused(stage, SubIndication.SIG_CRYPTO_FAILURE, reason)


def _unsupported(stage: Stage, named: str) -> SignatureRefused:
    return SignatureRefused(stage, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, f"The algorithm {named} is not supported.")
