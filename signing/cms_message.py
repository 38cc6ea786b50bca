"""A CMS SignedData message (RFC 5652) with exactly one signer, read strictly into frozen facts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms

from signing.base64_text import from_base64
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable, SignatureRefused
from signing.verdict import Stage, SubIndication

MAX_CMS_BYTES: Final = 8 * 1024 * 1024
MAX_CERTIFICATES: Final = 16
MAX_ATTRIBUTES: Final = 32

ID_DATA: Final = "1.2.840.113549.1.7.1"
_ID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_DER_SEQUENCE: Final = b"\x30"
_DER_SET: Final = b"\x31"
_ARMOUR: Final = re.compile(rb"-----BEGIN (CMS|PKCS7)-----(.+)-----END \1-----", re.DOTALL)


@dataclass(frozen=True)
class SignedMessage:
    """What one signer says: `signed_attributes` are the exact bytes under the signature, tagged as the SET they are."""

    certificate: Certificate
    embedded_content: bytes | None = field(repr=False)
    digest_oid: str
    signature_oid: str
    message_digest: bytes = field(repr=False)
    signed_at: datetime | None
    signed_attributes: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read_signed_message(data: bytes) -> SignedMessage:
    """Read DER, PEM or base64, or raise SignatureRefused: nothing that follows meets an undecoded byte."""
    if len(data) > MAX_CMS_BYTES:
        raise malformed("The signature is too large.")
    der = _to_der(data)
    # The decoder meets hostile bytes with many kinds of exceptions; each of them means the same here.
    try:
        return _read(der)
    except SignatureRefused:
        raise
    except Exception as failure:
        raise malformed("The signature is not a well-formed CMS message.") from failure


def malformed(reason: str) -> SignatureRefused:
    """The refusal of a message whose form is wrong."""
    return SignatureRefused(Stage.FORMAT, SubIndication.FORMAT_FAILURE, reason)


def _to_der(data: bytes) -> bytes:
    if data.startswith(_DER_SEQUENCE):
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


def _read(der: bytes) -> SignedMessage:
    message = cms.ContentInfo.load(der, strict=True)
    if message["content_type"].dotted != _ID_SIGNED_DATA:
        raise malformed("The CMS message is not signed data.")
    signed = message["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].dotted != ID_DATA:
        raise malformed("The signed content is not of type data.")
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise malformed(f"The message has {len(signers)} signers; exactly one is accepted.")
    signer = signers[0]
    if signer["version"].native != "v1" or signer["sid"].name != "issuer_and_serial_number":
        raise malformed("The signer is not named by issuer and serial number.")
    attributes = _attributes(signer["signed_attrs"])
    if _single(attributes, _CONTENT_TYPE).dotted != ID_DATA:
        raise malformed("The signed content type is not that of the content.")
    certificate = _certificate_of(signer["sid"].chosen, signed["certificates"])
    _check_named_certificate(attributes, certificate)
    embedded = encapsulated["content"].native
    return SignedMessage(
        certificate=certificate,
        embedded_content=embedded,
        digest_oid=signer["digest_algorithm"]["algorithm"].dotted,
        signature_oid=signer["signature_algorithm"]["algorithm"].dotted,
        message_digest=_single(attributes, _MESSAGE_DIGEST).native,
        signed_at=_single(attributes, _SIGNING_TIME).native if _SIGNING_TIME in attributes else None,
        signed_attributes=_as_set(signer["signed_attrs"]),
        signature=signer["signature"].native,
    )


def _attributes(signed_attributes: Any) -> dict[str, Any]:
    """The attributes by type. Without them a signature over attributes could pass for one over content (RFC 8933)."""
    # An absent field is falsy, as is an empty set.
    if not signed_attributes:
        raise malformed("The signed attributes are missing.")
    if len(signed_attributes) > MAX_ATTRIBUTES:
        raise malformed("The message has too many signed attributes.")
    found: dict[str, Any] = {}
    for attribute in signed_attributes:
        oid = attribute["type"].dotted
        if oid in found:
            raise malformed("A signed attribute is given twice.")
        found[oid] = attribute["values"]
    return found


def _single(attributes: dict[str, Any], oid: str) -> Any:
    values = attributes.get(oid)
    if values is None or len(values) != 1:
        raise malformed("A mandatory signed attribute is missing or has several values.")
    value = values[0]
    return value.chosen if hasattr(value, "chosen") else value


def _as_set(signed_attributes: Any) -> bytes:
    """RFC 5652, 5.4: the DER encoding (which the decoder gives) with the tag of a SET for the implicit one."""
    encoded: bytes = signed_attributes.dump()
    return _DER_SET + encoded[1:]


def _certificate_of(named: Any, certificates: Any) -> Certificate:
    if len(certificates or ()) > MAX_CERTIFICATES:
        raise malformed("The message holds too many certificates.")
    issuer, serial = named["issuer"].dump(), named["serial_number"].native
    found = []
    for choice in certificates or ():
        if choice.name != "certificate":
            raise malformed("The message holds certificates of another kind than X.509.")
        try:
            certificate = read_certificate(choice.chosen.dump())
        except CertificateUnreadable as failure:
            raise malformed("A certificate of the message is not well-formed.") from failure
        if (certificate.issuer_name, certificate.serial_number) == (issuer, serial):
            found.append(certificate)
    if len(found) != 1:
        reason = "The message does not hold exactly one certificate of the signer."
        raise SignatureRefused(Stage.FORMAT, SubIndication.NO_SIGNING_CERTIFICATE_FOUND, reason)
    return found[0]


def _check_named_certificate(attributes: dict[str, Any], certificate: Certificate) -> None:
    """The attribute is optional in what Kazakh software makes; where it is given it must name this certificate."""
    if _SIGNING_CERTIFICATE_V2 not in attributes:
        return
    first = _single(attributes, _SIGNING_CERTIFICATE_V2)["certs"][0]
    named = (first["hash_algorithm"]["algorithm"].dotted, first["cert_hash"].native.hex())
    if named != (_SHA256, certificate.sha256):
        reason = "The signed attributes name another certificate."
        raise SignatureRefused(Stage.SIGNATURE, SubIndication.SIG_CONSTRAINTS_FAILURE, reason)
