"""Making CMS signatures: one signer or several over the same content, inside the message or beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import core

from signing import algorithms
from signing.certificates import Certificate
from signing.cms import shapes
from signing.cms.der import EXPLICIT, SEQUENCE, encode, to_der
from signing.keys import SigningKey

Stamp = Callable[[bytes], bytes]
"""From the value of a signature to the DER of a timestamp token over it."""

_VERSION: Final = 1
_FIRST_FOUR_DIGIT_YEAR: Final = 2050


def sign_cms(
    content: bytes,
    keys: SigningKey | Sequence[SigningKey],
    at: datetime,
    *,
    attached: bool = False,
    stamp: Stamp | None = None,
) -> bytes:
    """A DER message of one signer a key, with their certificates; `at` is the claimed time of signing (aware).

    With a `stamp` each signature gets its timestamp, which makes it CAdES-T. ValueError without a key or a zone.
    """
    signing = tuple(keys) if isinstance(keys, Sequence) else (keys,)
    if not signing:
        raise ValueError("a signature needs a key")
    encapsulated: dict[str, Any] = {"content_type": shapes.ID_DATA}
    if attached:
        encapsulated["content"] = content
    signers = [make_signer(content, shapes.ID_DATA, key, at, stamp=stamp) for key in signing]
    return make_message(_VERSION, encapsulated, signers, signing)


def sign_detached(content: bytes, key: SigningKey, at: datetime) -> bytes:
    """A DER message of one signer, with the content beside it."""
    return sign_cms(content, key, at)


def sign_digest(digest: bytes, key: SigningKey, at: datetime, *, stamp: Stamp | None = None) -> bytes:
    """The same where only the digest of the content is known, which is signed as it is given."""
    signer = make_signer_over(digest, shapes.ID_DATA, key, at, stamp=stamp)
    return make_message(_VERSION, {"content_type": shapes.ID_DATA}, [signer], [key])


def make_signer(
    content: bytes,
    content_type: str,
    key: SigningKey,
    at: datetime,
    *,
    named: Sequence[shapes.Attribute] = (),
    stamp: Stamp | None = None,
) -> shapes.Signer:
    """A signer over the content with the attributes that НУЦ РК's software writes, and those in `named`."""
    digest = algorithms.digest(key.suite, content)
    return make_signer_over(digest, content_type, key, at, named=named, stamp=stamp)


def make_signer_over(
    digest: bytes,
    content_type: str,
    key: SigningKey,
    at: datetime,
    *,
    named: Sequence[shapes.Attribute] = (),
    stamp: Stamp | None = None,
) -> shapes.Signer:
    """The same over a digest that somebody else made."""
    if at.tzinfo is None:
        raise ValueError("the signing time needs a time zone")
    attributes = shapes.Attributes(
        [
            make_attribute(shapes.CONTENT_TYPE, core.ObjectIdentifier(content_type)),
            make_attribute(shapes.SIGNING_TIME, _time(at)),
            make_attribute(shapes.MESSAGE_DIGEST, core.OctetString(digest)),
            *named,
        ]
    )
    signature = key.sign(to_der(attributes.dump(), sort_sets=True))
    fields: dict[str, Any] = {
        "version": _VERSION,
        "sid": shapes.named(key.certificate),
        "digest_algorithm": shapes.algorithm(key.suite.digest_oid),
        "signed_attributes": attributes,
        "signature_algorithm": shapes.algorithm(key.suite.signature_oid),
        "signature": signature,
    }
    if stamp is not None:
        fields["unsigned_attributes"] = shapes.Attributes([make_stamp(stamp, signature)])
    return shapes.Signer(fields)


def make_message(
    version: int,
    encapsulated: dict[str, Any],
    signers: Sequence[shapes.Signer],
    keys: Sequence[SigningKey],
    *,
    with_certificates: bool = True,
) -> bytes:
    """The DER of signed data with these signers, and with the certificates of their keys where nobody has them yet."""
    digests = dict.fromkeys(key.suite.digest_oid for key in keys)
    certificates: dict[Certificate, None] = dict.fromkeys(key.certificate for key in keys)
    fields: dict[str, Any] = {
        "version": version,
        "digest_algorithms": [shapes.algorithm(oid) for oid in digests],
        "encapsulated": encapsulated,
        "signers": list(signers),
    }
    if with_certificates:
        fields["certificates"] = [shapes.included(one) for one in certificates]
    signed = shapes.SignedData(fields)
    named = core.ObjectIdentifier(shapes.ID_SIGNED_DATA).dump()
    return to_der(encode(SEQUENCE, named + encode(EXPLICIT, signed.dump())))


def make_stamp(stamp: Stamp, signature: bytes) -> shapes.Attribute:
    """The attribute that carries a timestamp over the signature."""
    return make_attribute(shapes.TIMESTAMP_TOKEN, core.load(stamp(signature), strict=True))


def make_attribute(oid: str, value: Any) -> shapes.Attribute:
    """An attribute of one value."""
    return shapes.Attribute({"type": oid, "values": [core.Any(value)]})


def _time(at: datetime) -> core.UTCTime | core.GeneralizedTime:
    """RFC 5652, 11.3: two-digit years up to 2049, four-digit ones from 2050."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    return (core.UTCTime if moment.year < _FIRST_FOUR_DIGIT_YEAR else core.GeneralizedTime)(moment)
