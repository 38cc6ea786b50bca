"""Making timestamp tokens and the answers that carry them, for the mock's authority and for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from asn1crypto import core, tsp

from signing.cms import shapes
from signing.cms.der import SEQUENCE, encode
from signing.cms.hashes import HASHES, SHA256
from signing.cms.making import make_attribute, make_message, make_signer
from signing.keys import SigningKey

# RFC 3161 asks for version 3 where the content is not plain data.
_VERSION: Final = 3
_GRANTED: Final = 0


def make_token(
    stamped: bytes,
    key: SigningKey,
    at: datetime,
    *,
    policy_oid: str,
    serial_number: int,
    hash_oid: str = SHA256,
    nonce: int | None = None,
) -> bytes:
    """The DER of a token over `stamped` at an aware moment; ValueError for a hash that is not known."""
    compute = HASHES.get(hash_oid)
    if compute is None:
        raise ValueError("the hash of the imprint is not known")
    return make_token_over(
        hash_oid, compute(stamped), key, at, policy_oid=policy_oid, serial_number=serial_number, nonce=nonce
    )


def make_token_over(
    hash_oid: str,
    imprint: bytes,
    key: SigningKey,
    at: datetime,
    *,
    policy_oid: str,
    serial_number: int,
    nonce: int | None = None,
    with_certificate: bool = True,
) -> bytes:
    """The same over a hash that somebody else made: an authority never sees what it stamps."""
    if at.tzinfo is None:
        raise ValueError("the moment of a timestamp needs a time zone")
    algorithm = {"algorithm": hash_oid, "parameters": core.Null()}
    fields: dict[str, Any] = {
        "version": "v1",
        "policy": policy_oid,
        "message_imprint": {"hash_algorithm": algorithm, "hashed_message": imprint},
        "serial_number": serial_number,
        "gen_time": at.astimezone(UTC).replace(microsecond=0),
    }
    if nonce is not None:
        fields["nonce"] = nonce
    info: bytes = tsp.TSTInfo(fields).dump()
    signer = make_signer(info, shapes.ID_TIMESTAMP_INFO, key, at, named=[_name_certificate(key)])
    encapsulated = {"content_type": shapes.ID_TIMESTAMP_INFO, "content": core.OctetString(info)}
    return make_message(_VERSION, encapsulated, [signer], [key], with_certificates=with_certificate)


def grant(token: bytes) -> bytes:
    """The TimeStampResp by which an authority hands the token out."""
    return encode(SEQUENCE, encode(SEQUENCE, core.Integer(_GRANTED).dump()) + token)


def _name_certificate(key: SigningKey) -> shapes.Attribute:
    """SigningCertificateV2 with SHA-256, which is what it means where it says nothing (RFC 5035)."""
    named = shapes.CertificateHashV2({"value": bytes.fromhex(key.certificate.sha256)})
    hashes = encode(SEQUENCE, encode(SEQUENCE, named.dump()))
    return make_attribute(shapes.SIGNING_CERTIFICATE_V2, core.load(hashes, strict=True))
