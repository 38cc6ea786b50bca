"""GOST certificates for tests, built apart from the mock's code; of 34.310-2015 (512) where nothing else is said."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import core, x509

from signing.algorithms import GOST_2015_512, GostParameters, Suite
from signing.certificates import Certificate, read_certificate
from signing.gost import signature as gost
from signing.keys import GostKey


@dataclass(frozen=True)
class GostMade:
    """A certificate and its key."""

    scalar: int = field(repr=False)
    der: bytes = field(repr=False)
    suite: Suite = GOST_2015_512

    @property
    def certificate(self) -> Certificate:
        return read_certificate(self.der)

    @property
    def signing_key(self) -> GostKey:
        return GostKey(self.suite, self.scalar, self.certificate, allow_pure=True)


def gost_scalar(label: str, suite: Suite = GOST_2015_512) -> int:
    """One key a label, the same in every run: these keys sign for nobody."""
    return 1 + int.from_bytes(hashlib.sha512(label.encode()).digest(), "big") % (parameters(suite).curve.q - 1)


def make_gost(
    subject: Sequence[tuple[str, str]],
    scalar: int,
    issuer: GostMade | None,
    *,
    begins: datetime,
    ends: datetime,
    key_usage: frozenset[str],
    authority: bool = False,
    path_length: int | None = None,
    roles: tuple[str, ...] = (),
    roles_critical: bool = False,
    serial_number: int | None = None,
    suite: Suite = GOST_2015_512,
) -> GostMade:
    """A certificate that is in order but for what the caller says; without an issuer it signs itself."""
    info = public_key_info(suite, scalar)
    extensions = [
        _extension("2.5.29.14", core.OctetString(_key_id(info)), critical=False),
        _extension("2.5.29.15", x509.KeyUsage(set(key_usage)), critical=True),
    ]
    issuer_id = _key_id(info) if issuer is None else issuer.certificate.subject_key_id
    extensions.append(_extension("2.5.29.35", x509.AuthorityKeyIdentifier({"key_identifier": issuer_id})))
    if authority:
        constraints = x509.BasicConstraints({"ca": True, "path_len_constraint": path_length})
        extensions.append(_extension("2.5.29.19", constraints, critical=True))
    if roles:
        extensions.append(_extension("2.5.29.37", x509.ExtKeyUsageSyntax(list(roles)), critical=roles_critical))
    name = _name(subject)
    signer_suite = suite if issuer is None else issuer.suite
    part = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial_number or 1 + int.from_bytes(_key_id(info)[1:], "big"),
            "signature": _algorithm(signer_suite),
            "issuer": name if issuer is None else x509.Name.load(issuer.certificate.subject_name),
            "validity": {"not_before": _time(begins), "not_after": _time(ends)},
            "subject": name,
            "subject_public_key_info": x509.PublicKeyInfo.load(info),
            "extensions": extensions,
        }
    )
    signature = sign_gost(signer_suite, scalar if issuer is None else issuer.scalar, part.dump())
    whole = {
        "tbs_certificate": part,
        "signature_algorithm": _algorithm(signer_suite),
        "signature_value": core.OctetBitString(signature),
    }
    return GostMade(scalar, x509.Certificate(whole).dump(), suite)


def sign_gost(suite: Suite, scalar: int, data: bytes) -> bytes:
    """The raw signature over `data`, of whatever library is there."""
    own = parameters(suite)
    return gost.sign(own.curve, scalar, gost.compute_digest(own.hash, data), allow_pure=True)


def public_key_info(suite: Suite, scalar: int) -> bytes:
    """The DER SubjectPublicKeyInfo: x and y, each little-endian, in an OCTET STRING inside the BIT STRING."""
    own = parameters(suite)
    point = gost.derive_public_key(own.curve, scalar)
    octets = point.x.to_bytes(own.curve.size, "little") + point.y.to_bytes(own.curve.size, "little")
    oids = (core.ObjectIdentifier(oid).dump() for oid in (own.curve_oid, own.hash_oid))
    algorithm = _wrap(core.ObjectIdentifier(suite.key_oid).dump(), _wrap(*oids))
    return _wrap(algorithm, core.OctetBitString(core.OctetString(octets).dump()).dump())


def parameters(suite: Suite) -> GostParameters:
    """Those of a GOST suite."""
    assert suite.gost is not None
    return suite.gost


def _wrap(*parts: bytes) -> bytes:
    encoded: bytes = core.Sequence(contents=b"".join(parts)).dump()
    return encoded


def _key_id(info: bytes) -> bytes:
    return hashlib.sha1(info, usedforsecurity=False).digest()


def _algorithm(suite: Suite) -> dict[str, Any]:
    return {"algorithm": suite.signature_oid, "parameters": core.Null()}


def _extension(oid: str, value: Any, *, critical: bool = False) -> dict[str, Any]:
    return {"extn_id": oid, "critical": critical, "extn_value": core.ParsableOctetString(value.dump())}


def _name(subject: Sequence[tuple[str, str]]) -> x509.Name:
    pairs = [
        {"type": oid, "value": x509.DirectoryString("utf8_string", core.UTF8String(text))} for oid, text in subject
    ]
    return x509.Name("", x509.RDNSequence([[x509.NameTypeAndValue(pair)] for pair in pairs]))


def _time(at: datetime) -> x509.Time:
    return x509.Time("utc_time", core.UTCTime(at))
