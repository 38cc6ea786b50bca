"""A CMS SignedData message (RFC 5652), read strictly into frozen facts: nothing later meets an undecoded byte."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from signing.asn1_bounds import check_identifiers
from signing.asn1_classes import prepare_classes
from signing.base64_text import from_base64
from signing.certificates import Certificate, read_certificate
from signing.cms import shapes
from signing.cms.attributes import SignedAttributes, malformed, read_signed_attributes, read_timestamps
from signing.cms.der import SEQUENCE, to_der
from signing.errors import CertificateUnreadable, SignatureRefused

MAX_CMS_BYTES: Final = 8 * 1024 * 1024
MAX_SIGNERS: Final = 16
MAX_CERTIFICATES: Final = 64

_ARMOUR: Final = re.compile(rb"-----BEGIN (CMS|PKCS7)-----(.+)-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class MessageSigner:
    """What one signer says, and the tokens that were added afterwards, which the signature does not cover."""

    certificate: Certificate | None
    """The one of the named issuer and serial number; None where the message does not hold exactly one."""
    digest_oid: str
    signature_oid: str
    attributes: SignedAttributes
    signature: bytes = field(repr=False)
    timestamps: tuple[bytes, ...] = field(repr=False)
    """DER of the timestamp tokens over `signature`."""


@dataclass(frozen=True)
class SignedMessage:
    """`embedded_content` is None where the content is beside the message; empty content is content."""

    signers: tuple[MessageSigner, ...]
    embedded_content: bytes | None = field(repr=False)


def read_signed_message(data: bytes) -> SignedMessage:
    """Read a message over data: BER, PEM or base64. SignatureRefused where it is not in order in every part."""
    if len(data) > MAX_CMS_BYTES:
        raise malformed("The signature is too large.")
    return read_encoded_message(unwrap(data), shapes.ID_DATA)


def read_encoded_message(encoded: bytes, content_type: str) -> SignedMessage:
    """Read a message (BER) over content of the given type, or raise SignatureRefused."""
    prepare_classes()
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        return _read(to_der(encoded), content_type)
    except SignatureRefused:
        raise
    except Exception as failure:
        raise malformed("The signature is not a well-formed CMS message.") from failure


def unwrap(data: bytes) -> bytes:
    """BER out of PEM or base64, where it is in one of them; SignatureRefused where it is in neither form."""
    if data[:1] == bytes((SEQUENCE,)):
        return data
    text = data.strip()
    if text.startswith(b"-----"):
        armoured = _ARMOUR.fullmatch(text)
        if armoured is None:
            raise malformed("The PEM text does not hold exactly one CMS message.")
        text = armoured.group(2)
    try:
        return from_base64(text)
    except ValueError as failure:
        raise malformed("The signature is neither DER nor PEM nor base64.") from failure


def _read(der: bytes, content_type: str) -> SignedMessage:
    message = shapes.Message.load(der, strict=True)
    if message["content_type"].dotted != shapes.ID_SIGNED_DATA:
        raise malformed("The CMS message is not signed data.")
    signed = message["content"].parse(shapes.SignedData)
    encapsulated = signed["encapsulated"]
    if encapsulated["content_type"].dotted != content_type:
        raise malformed("The signed content is not of the expected type.")
    if not 0 < len(signed["signers"]) <= MAX_SIGNERS:
        raise malformed(f"The message has {len(signed['signers'])} signers; 1 to {MAX_SIGNERS} are accepted.")
    certificates = _read_certificates(signed["certificates"])
    embedded = encapsulated["content"].native
    if content_type != shapes.ID_DATA and embedded is not None:
        # Content of another type than plain data is ASN.1 (RFC 5652, 5.2), which its reader decodes next.
        check_identifiers(embedded)
    return SignedMessage(
        signers=tuple(_read_signer(one, certificates, content_type) for one in signed["signers"]),
        embedded_content=embedded,
    )


def _read_certificates(elements: Any) -> tuple[Certificate, ...]:
    if len(elements) > MAX_CERTIFICATES:
        raise malformed("The message holds too many certificates.")
    if any(element.name != shapes.X509 for element in elements):
        raise malformed("The message holds certificates of another kind than X.509.")
    try:
        return tuple(read_certificate(element.chosen.dump()) for element in elements)
    except CertificateUnreadable as failure:
        raise malformed("A certificate of the message is not well-formed.") from failure


def _read_signer(signer: Any, certificates: tuple[Certificate, ...], content_type: str) -> MessageSigner:
    # In version 1 it is this name (RFC 5652, 5.3).
    if signer["version"].native != 1 or signer["sid"].name != shapes.ISSUER_AND_SERIAL_NUMBER:
        raise malformed("The signer is not named by issuer and serial number.")
    name = signer["sid"].chosen
    return MessageSigner(
        certificate=_only_named(name["issuer"].dump(), name["serial_number"].native, certificates),
        digest_oid=signer["digest_algorithm"]["algorithm"].dotted,
        signature_oid=signer["signature_algorithm"]["algorithm"].dotted,
        attributes=read_signed_attributes(signer["signed_attributes"], content_type),
        signature=signer["signature"].native,
        timestamps=read_timestamps(signer["unsigned_attributes"]),
    )


def _only_named(issuer: bytes, serial: int, certificates: tuple[Certificate, ...]) -> Certificate | None:
    named = [one for one in certificates if (one.issuer_name, one.serial_number) == (issuer, serial)]
    return named[0] if len(named) == 1 else None
