"""The ASN.1 of a PKCS#12 file (RFC 7292, section 4) as far as it is read; what lies in a bag is parsed by its kind."""

from __future__ import annotations

from typing import Any, ClassVar

from asn1crypto import core, pkcs12

from signing.identifiers import Algorithm


class ContentInfo(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [
        ("content_type", core.ObjectIdentifier),
        ("content", core.Any, {"explicit": 0, "optional": True}),
    ]


class Pfx(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [
        ("version", core.Integer),
        ("auth_safe", ContentInfo),
        ("mac_data", pkcs12.MacData, {"optional": True}),
    ]


class AuthenticatedSafe(core.SequenceOf):  # type: ignore[misc]  # the library ships no types
    _child_spec = ContentInfo


class EncryptedContentInfo(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [
        ("content_type", core.ObjectIdentifier),
        ("algorithm", Algorithm),
        ("content", core.OctetString, {"implicit": 0, "optional": True}),
    ]


class EncryptedData(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("version", core.Integer), ("info", EncryptedContentInfo)]


class EncryptedKey(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("algorithm", Algorithm), ("data", core.OctetString)]


class Bag(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [
        ("bag_id", core.ObjectIdentifier),
        ("value", core.Any, {"explicit": 0}),
        ("attributes", core.Any, {"optional": True}),
    ]


class Bags(core.SequenceOf):  # type: ignore[misc]  # the library ships no types
    _child_spec = Bag


class CertificateBag(core.Sequence):  # type: ignore[misc]  # the library ships no types
    _fields: ClassVar[list[Any]] = [("kind", core.ObjectIdentifier), ("value", core.OctetString, {"explicit": 0})]
