"""The attributes of one CMS signer: those under the signature, in full and in order, and tokens from beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from asn1crypto import cms, core

from signing.cms import shapes
from signing.cms.der import SEQUENCE, SET, to_der
from signing.cms.hashes import SHA1, SHA256
from signing.errors import SignatureRefused
from signing.verdict import Stage, SubIndication

MAX_ATTRIBUTES: Final = 32
MAX_TIMESTAMPS: Final = 4


@dataclass(frozen=True)
class CertificateHash:
    """How attributes name the signer's certificate: a hash of all of it."""

    hash_oid: str
    value: bytes


@dataclass(frozen=True)
class SignedAttributes:
    """`encoded` is what the signature covers: the SET in DER (RFC 5652, 5.4)."""

    encoded: bytes = field(repr=False)
    message_digest: bytes = field(repr=False)
    signed_at: datetime | None
    certificate_hashes: tuple[CertificateHash, ...]
    """Of the signer's certificate, which Kazakh software does not always name."""


def malformed(reason: str) -> SignatureRefused:
    """The refusal of a message whose form is wrong."""
    return SignatureRefused(Stage.SIGNATURE, SubIndication.FORMAT_FAILURE, reason)


def read_signed_attributes(attributes: Any, content_type: str) -> SignedAttributes:
    """Read the decoder's attributes, or raise SignatureRefused. Each type is given once, with one value."""
    # Absent and empty are the same. Without attributes, one over attributes could pass for one over content (RFC 8933).
    if not len(attributes):
        raise malformed("The signed attributes are missing.")
    if len(attributes) > MAX_ATTRIBUTES:
        raise malformed("The message has too many signed attributes.")
    found = {one["type"].dotted: one["values"] for one in attributes}
    if len(found) < len(attributes):
        raise malformed("A signed attribute is given twice.")
    if _single(found, shapes.CONTENT_TYPE, core.ObjectIdentifier).dotted != content_type:
        raise malformed("The signed content type is not that of the content.")
    return SignedAttributes(
        encoded=to_der(bytes((SET,)) + attributes.dump()[1:], sort_sets=True),
        message_digest=_single(found, shapes.MESSAGE_DIGEST, core.OctetString).native,
        signed_at=_signing_time(found),
        certificate_hashes=_certificate_hashes(found),
    )


def read_timestamps(attributes: Any) -> tuple[bytes, ...]:
    """DER of the tokens among the unsigned attributes. Others are nobody's word, and are left alone."""
    if len(attributes) > MAX_ATTRIBUTES:
        raise malformed("The message has too many unsigned attributes.")
    stamping = [one["values"] for one in attributes if one["type"].dotted == shapes.TIMESTAMP_TOKEN]
    tokens = tuple(token.dump() for values in stamping for token in values)
    if len(tokens) > MAX_TIMESTAMPS:
        raise malformed("The signature has too many timestamps.")
    if len(stamping) > len(tokens):
        raise malformed("A timestamp attribute has no timestamp.")
    return tokens


def read_moment(element: Any) -> datetime:
    """The time in a UTCTime or GeneralizedTime, which has its zone (else SignatureRefused)."""
    moment = element.native
    # The decoder has a type of its own for the year 0.
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise malformed("A time in the message is not a moment.")
    return moment


def _single(attributes: Mapping[str, Any], oid: str, shape: Any) -> Any:
    values = attributes.get(oid)
    if values is None or len(values) != 1:
        raise malformed("A mandatory signed attribute is missing or has several values.")
    return shape.load(values[0].dump(), strict=True)


def _signing_time(attributes: Mapping[str, Any]) -> datetime | None:
    if shapes.SIGNING_TIME not in attributes:
        return None
    return read_moment(_single(attributes, shapes.SIGNING_TIME, cms.Time).chosen)


def _certificate_hashes(attributes: Mapping[str, Any]) -> tuple[CertificateHash, ...]:
    """The first hash of each attribute is the signer's certificate; those after it are of authorities."""
    hashes = []
    if shapes.SIGNING_CERTIFICATE in attributes:
        first = _first_hash(attributes, shapes.SIGNING_CERTIFICATE, shapes.CertificateHash)
        hashes.append(CertificateHash(SHA1, first["value"].native))
    if shapes.SIGNING_CERTIFICATE_V2 in attributes:
        first = _first_hash(attributes, shapes.SIGNING_CERTIFICATE_V2, shapes.CertificateHashV2)
        named = first["algorithm"]
        oid = SHA256 if isinstance(named, core.Void) else named["algorithm"].dotted
        hashes.append(CertificateHash(oid, first["value"].native))
    return tuple(hashes)


def _first_hash(attributes: Mapping[str, Any], oid: str, shape: Any) -> Any:
    """SigningCertificate is a sequence, whose first part is the sequence of hashes."""
    hashes = _single(attributes, oid, core.Sequence)[0]
    if hashes.dump()[0] != SEQUENCE or not len(hashes):
        raise malformed("An attribute that should name a certificate does not.")
    return shape.load(hashes[0].dump(), strict=True)
