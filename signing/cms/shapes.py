"""The ASN.1 of signed messages (RFC 5652, 5), with identifiers left as numbers: a table of names would miss ours."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from asn1crypto import core

ID_DATA: Final = "1.2.840.113549.1.7.1"
ID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
ID_TIMESTAMP_INFO: Final = "1.2.840.113549.1.9.16.1.4"

CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
TIMESTAMP_TOKEN: Final = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an identifier, not a secret

_OPTIONAL: Final = {"optional": True}


class Algorithm(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("algorithm", core.ObjectIdentifier), ("parameters", core.Any, _OPTIONAL)]


class _Algorithms(core.SetOf):  # type: ignore[misc]
    _child_spec = Algorithm


class Values(core.SetOf):  # type: ignore[misc]
    _child_spec = core.Any


class Attribute(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar[list[Any]] = [("type", core.ObjectIdentifier), ("values", Values)]


class Attributes(core.SetOf):  # type: ignore[misc]
    _child_spec = Attribute


class IssuerAndSerialNumber(core.Sequence):  # type: ignore[misc]
    _fields: ClassVar[list[Any]] = [("issuer", core.Any), ("serial_number", core.Integer)]


class Signer(core.Sequence):  # type: ignore[misc]
    """A SignerInfo, whose `sid` is an IssuerAndSerialNumber in version 1 and a key identifier in version 3."""

    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("sid", core.Any),
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
        ("certificates", Values, {"implicit": 0, "optional": True}),
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


def raw(der: bytes) -> Any:
    """An element that is encoded already, for a place that takes any."""
    return core.Any(core.load(der, strict=True))
