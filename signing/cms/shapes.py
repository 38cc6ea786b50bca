"""The ASN.1 of signed messages (RFC 5652, 5), with identifiers left as numbers: a table of names would miss ours."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from asn1crypto import core

from signing.certificates import Certificate
from signing.identifiers import Algorithm

ID_DATA: Final = "1.2.840.113549.1.7.1"
ID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
ID_TIMESTAMP_INFO: Final = "1.2.840.113549.1.9.16.1.4"

CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP_TOKEN: Final = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an identifier, not a secret

ISSUER_AND_SERIAL_NUMBER: Final = "issuer_and_serial_number"
X509: Final = "x509"
_OPTIONAL: Final = {"optional": True}


class _Algorithms(core.SetOf):  # type: ignore[misc]  # the library ships no types
    _child_spec = Algorithm


class Values(core.SetOf):  # type: ignore[misc]
    _child_spec = core.Any


class Attribute(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar[list[Any]] = [("type", core.ObjectIdentifier), ("values", Values)]


class Attributes(core.SetOf):  # type: ignore[misc]
    _child_spec = Attribute


class IssuerAndSerialNumber(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar[list[Any]] = [("issuer", core.Any), ("serial_number", core.Integer)]


class SignerName(core.Choice):  # type: ignore[misc]
    _alternatives: ClassVar[list[Any]] = [
        (ISSUER_AND_SERIAL_NUMBER, IssuerAndSerialNumber),
        ("key_identifier", core.OctetString, {"implicit": 0}),
    ]


class CertificateChoice(core.Choice):  # type: ignore[misc]
    """An X.509 certificate, which is read by its own reader, or one of the other kinds (RFC 5652, 10.2.2)."""

    _alternatives: ClassVar[list[Any]] = [
        (X509, core.Sequence),
        *((f"kind_{tag}", core.Sequence, {"implicit": tag}) for tag in range(4)),
    ]


class Certificates(core.SetOf):  # type: ignore[misc]
    _child_spec = CertificateChoice


class Signer(core.Sequence):  # type: ignore[misc]
    """A SignerInfo."""

    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("sid", SignerName),
        ("digest_algorithm", Algorithm),
        ("signed_attributes", Attributes, {"implicit": 0, "optional": True}),
        ("signature_algorithm", Algorithm),
        ("signature", core.OctetString),
        ("unsigned_attributes", Attributes, {"implicit": 1, "optional": True}),
    ]


class Signers(core.SetOf):  # type: ignore[misc]
    _child_spec = Signer


class Encapsulated(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar[list[Any]] = [
        ("content_type", core.ObjectIdentifier),
        ("content", core.OctetString, {"explicit": 0, "optional": True}),
    ]


class SignedData(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("digest_algorithms", _Algorithms),
        ("encapsulated", Encapsulated),
        ("certificates", Certificates, {"implicit": 0, "optional": True}),
        ("revocation_lists", Values, {"implicit": 1, "optional": True}),
        ("signers", Signers),
    ]


class Message(core.Sequence):  # type: ignore[misc]
    """The ContentInfo around signed data or other content."""

    _fields: ClassVar[list[Any]] = [("content_type", core.ObjectIdentifier), ("content", core.Any, {"explicit": 0})]


class CertificateHash(core.Sequence):  # type: ignore[misc]
    """ESSCertID (RFC 2634), whose hash is SHA-1."""

    _fields: ClassVar[list[Any]] = [("value", core.OctetString), ("issuer_serial", core.Any, _OPTIONAL)]


class CertificateHashV2(core.Sequence):  # type: ignore[misc]
    """ESSCertIDv2 (RFC 5035), whose hash is SHA-256 where it says nothing else."""

    _fields: ClassVar[list[Any]] = [
        ("algorithm", Algorithm, _OPTIONAL),
        ("value", core.OctetString),
        ("issuer_serial", core.Any, _OPTIONAL),
    ]


def algorithm(oid: str) -> Algorithm:
    """An AlgorithmIdentifier with the NULL that all software here writes."""
    return Algorithm({"algorithm": oid, "parameters": core.Any(core.Null())})


def named(certificate: Certificate) -> SignerName:
    """How a signer's certificate is named."""
    issuer = core.Any(core.load(certificate.issuer_name, strict=True))
    name = IssuerAndSerialNumber({"issuer": issuer, "serial_number": certificate.serial_number})
    return SignerName(ISSUER_AND_SERIAL_NUMBER, name)


def included(certificate: Certificate) -> CertificateChoice:
    """The certificate as a message carries it."""
    return CertificateChoice(X509, core.Sequence.load(certificate.der, strict=True))
