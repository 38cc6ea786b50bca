"""Lists of revoked certificates and responders' answers for tests, of any shape, signed with a test's key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Protocol

from asn1crypto import core, crl, ocsp, x509
from cryptography import x509 as cryptography
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from signing.certificates import Certificate
from signing.keys import SigningKey
from tests.signing.gost_certificates import gost_scalar, make_gost
from tests.signing.pki import AT, YEAR, Attributes, gost_issuing, issuing, make, rsa_key
from tests.signing.pki import Made as RsaMade

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
YESTERDAY = AT - timedelta(days=1)
TOMORROW = AT + timedelta(days=1)
KEY_COMPROMISE, HOLD, REMOVED = 1, 6, 8
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
SHA256_OID = "2.16.840.1.101.3.4.2.1"
NULL = core.Null()


class Made(Protocol):
    """A test's certificate with its key, RSA or GOST."""

    @property
    def der(self) -> bytes: ...

    @property
    def certificate(self) -> Certificate: ...

    @property
    def signing_key(self) -> SigningKey: ...


AUTHORITIES: dict[str, Callable[[], Made]] = {"rsa": issuing, "gost": gost_issuing}


@dataclass(frozen=True)
class Extra:
    """An extension as raw bytes: `value` is what its OCTET STRING holds."""

    oid: str
    value: bytes
    critical: bool = False


@dataclass(frozen=True)
class Taken:
    """One entry of a list."""

    serial_number: int
    at: datetime = YESTERDAY
    reason: int | None = KEY_COMPROMISE
    extra: Extra | None = None


def make_list(
    author: Made,
    taken: Sequence[Taken] = (),
    *,
    this_update: datetime = AT - HOUR,
    next_update: datetime | None = TOMORROW,
    number: int | None = 7,
    base_number: int | None = None,
    with_key_id: bool = True,
    issuer_name: bytes | None = None,
    extra: Sequence[Extra] = (),
    inner_parameters: Any = NULL,
    outer_oid: str | None = None,
) -> bytes:
    """A list that is in order but for what the caller says; with a base number one of changes."""
    key = author.signing_key
    extensions = list(extra)
    if with_key_id:
        own = x509.AuthorityKeyIdentifier({"key_identifier": author.certificate.subject_key_id})
        extensions.append(Extra("2.5.29.35", own.dump()))
    if number is not None:
        extensions.append(Extra("2.5.29.20", core.Integer(number).dump()))
    if base_number is not None:
        extensions.append(Extra("2.5.29.27", core.Integer(base_number).dump(), critical=True))
    algorithm = {"algorithm": key.suite.signature_oid}
    part = crl.TbsCertList(
        {
            "version": "v2",
            "signature": algorithm | ({} if inner_parameters is None else {"parameters": inner_parameters}),
            "issuer": x509.Name.load(issuer_name or author.certificate.subject_name),
            "this_update": _time(this_update),
            **({} if next_update is None else {"next_update": _time(next_update)}),
            **({"revoked_certificates": [_entry(one) for one in taken]} if taken else {}),
            "crl_extensions": [_extension(one) for one in extensions],
        }
    )
    outer = {"algorithm": outer_oid or key.suite.signature_oid, "parameters": core.Null()}
    whole = {"tbs_cert_list": part, "signature_algorithm": outer, "signature": key.sign(part.dump())}
    encoded: bytes = crl.CertificateList(whole).dump()
    return encoded


@dataclass(frozen=True)
class Said:
    """One answer about a certificate; `revoked` is (since when, the reason's code or None)."""

    certificate: Certificate
    issuer: Certificate
    status: str = "good"
    revoked: tuple[datetime, int | None] | None = None
    this_update: datetime = AT
    next_update: datetime | None = None
    hash_oid: str = SHA256_OID
    issuer_name_hash: bytes | None = None
    issuer_key_hash: bytes | None = None
    extra: Extra | None = None


def make_response(
    author: Made,
    said: Sequence[Said],
    *,
    produced_at: datetime = AT,
    nonce: bytes | None = None,
    extra: Sequence[Extra] = (),
    by_key: bool = False,
    named: Certificate | None = None,
    enclosed: Sequence[Made] | None = None,
) -> bytes:
    """A successful answer in order but for what the caller says; by itself it encloses the author's certificate."""
    key = author.signing_key
    owner = named or author.certificate
    extensions = list(extra)
    if nonce is not None:
        extensions.append(Extra("1.3.6.1.5.5.7.48.1.2", core.OctetString(nonce).dump()))
    part = ocsp.ResponseData(
        {
            "responder_id": (
                ocsp.ResponderId("by_key", hashlib.sha1(key_bits(owner), usedforsecurity=False).digest())
                if by_key
                else ocsp.ResponderId("by_name", x509.Name.load(owner.subject_name))
            ),
            "produced_at": produced_at,
            "responses": [_single(one) for one in said],
            **({"response_extensions": [_extension(one) for one in extensions]} if extensions else {}),
        }
    )
    certificates = [x509.Certificate.load(one.der) for one in ((author,) if enclosed is None else enclosed)]
    basic = ocsp.BasicOCSPResponse(
        {
            "tbs_response_data": part,
            "signature_algorithm": {"algorithm": key.suite.signature_oid, "parameters": core.Null()},
            "signature": key.sign(part.dump()),
            **({"certs": certificates} if certificates else {}),
        }
    )
    body = {"response_type": "basic_ocsp_response", "response": core.ParsableOctetString(basic.dump())}
    encoded: bytes = ocsp.OCSPResponse({"response_status": "successful", "response_bytes": body}).dump()
    return encoded


def make_error(status: str) -> bytes:
    """What a responder says instead of an answer."""
    encoded: bytes = ocsp.OCSPResponse({"response_status": status}).dump()
    return encoded


def make_responder(
    *,
    issuer: Made | None = None,
    name: str = "TEST RESPONDER",
    label: str = "responder",
    roles: tuple[str, ...] = (OCSP_SIGNING,),
    begins: datetime = AT - YEAR,
    ends: datetime = AT + YEAR,
) -> Made:
    """A responder that the RSA authority, or the given one of either algorithm, has appointed."""
    usage = frozenset({"digital_signature"})
    if issuer is not None and issuer.der == gost_issuing().der:
        pairs = [(NameOID.COMMON_NAME.dotted_string, name)]
        return make_gost(
            pairs, gost_scalar(label), gost_issuing(), begins=begins, ends=ends, key_usage=usage, roles=roles
        )
    subject: Attributes = ((NameOID.COMMON_NAME, name),)
    return make(subject, rsa_key(label), issuing(), key_usage=usage, roles=roles, begins=begins, ends=ends)


def make_old_responder(no_check: bytes) -> Made:
    """A responder with the extension that it need not be looked up itself, whose value here is anything."""
    key = rsa_key("responder")
    builder = (
        cryptography.CertificateBuilder()
        .subject_name(cryptography.Name([cryptography.NameAttribute(NameOID.COMMON_NAME, "TEST RESPONDER")]))
        .issuer_name(issuing().x509.subject)
        .public_key(key.public_key())
        .serial_number(77)
        .not_valid_before(AT - YEAR)
        .not_valid_after(AT + YEAR)
    )
    for extension in (
        cryptography.AuthorityKeyIdentifier(issuing().certificate.subject_key_id, None, None),
        cryptography.ExtendedKeyUsage([cryptography.ObjectIdentifier(OCSP_SIGNING)]),
        cryptography.UnrecognizedExtension(cryptography.ObjectIdentifier("1.3.6.1.5.5.7.48.1.5"), no_check),
    ):
        builder = builder.add_extension(extension, critical=False)
    return RsaMade(key, builder.sign(issuing().key, SHA256()))


def key_bits(certificate: Certificate) -> bytes:
    """What OCSP takes the digest of: the key without the wrapping that says which it is."""
    bits: bytes = _Info.load(certificate.public_key_info)["key"].contents[1:]
    return bits


class _Info(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("algorithm", core.Any), ("key", core.BitString)]


def _single(one: Said) -> dict[str, Any]:
    digest = hashlib.sha1 if one.hash_oid == "1.3.14.3.2.26" else hashlib.sha256
    name = {
        "hash_algorithm": {"algorithm": one.hash_oid, "parameters": core.Null()},
        "issuer_name_hash": one.issuer_name_hash or digest(one.issuer.subject_name).digest(),
        "issuer_key_hash": one.issuer_key_hash or digest(key_bits(one.issuer)).digest(),
        "serial_number": one.certificate.serial_number,
    }
    return {
        "cert_id": name,
        "cert_status": _status(one),
        "this_update": one.this_update,
        **({} if one.next_update is None else {"next_update": one.next_update}),
        **({} if one.extra is None else {"single_extensions": [_extension(one.extra)]}),
    }


def _status(one: Said) -> ocsp.CertStatus:
    if one.revoked is None:
        return ocsp.CertStatus(one.status, ocsp.StatusGood() if one.status == "good" else ocsp.StatusUnknown())
    at, reason = one.revoked
    told = {"revocation_time": at} | ({} if reason is None else {"revocation_reason": _reason(reason)})
    return ocsp.CertStatus("revoked", ocsp.RevokedInfo(told))


def _entry(one: Taken) -> dict[str, Any]:
    extensions = [] if one.extra is None else [one.extra]
    if one.reason is not None:
        extensions.append(Extra("2.5.29.21", _reason(one.reason).dump()))
    return {
        "user_certificate": one.serial_number,
        "revocation_date": _time(one.at),
        **({"crl_entry_extensions": [_extension(extra) for extra in extensions]} if extensions else {}),
    }


def _reason(code: int) -> crl.CRLReason:
    return crl.CRLReason(contents=bytes([code]))


def _extension(one: Extra) -> dict[str, Any]:
    return {"extn_id": one.oid, "critical": one.critical, "extn_value": core.ParsableOctetString(one.value)}


def _time(at: datetime) -> x509.Time:
    if at.year < 2050:
        return x509.Time("utc_time", core.UTCTime(at))
    return x509.Time("general_time", core.GeneralizedTime(at))
