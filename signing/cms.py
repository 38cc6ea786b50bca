"""CMS signatures (RFC 5652): judging one over content that is beside it, and making one."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Final

from asn1crypto import cms, x509
from asn1crypto.core import GeneralizedTime, UTCTime

from signing import algorithms
from signing.cms_message import MAX_CMS_BYTES, SignedMessage, malformed, read_signed_message
from signing.errors import SignatureRefused
from signing.keys import SigningKey
from signing.signers import judge_signer
from signing.trust import TrustStore
from signing.verdict import Stage, SubIndication, Verdict, passed, refused

_FIRST_FOUR_DIGIT_YEAR: Final = 2050


def verify_detached(signature: bytes, content: bytes, *, trust: TrustStore, at: datetime) -> Verdict:
    """Judge a CMS signature (DER, PEM or base64) over `content` as of `at`.

    Hostile input gets a verdict, never an error.
    A message that carries its content passes only where that content is exactly `content`.
    Timestamps and revocation are not looked at. Raises ValueError for an `at` without a time zone only.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of the check needs a time zone")
    try:
        if len(content) > MAX_CMS_BYTES:
            raise malformed("The signed content is too large.")
        message = read_signed_message(signature)
        _check_over(message, content)
        signer = judge_signer(message.certificate, trust, at)
    except SignatureRefused as refusal:
        return refused(refusal.stage, refusal.sub_indication, refusal.reason)
    return passed(signer, content, message.signed_at)


def sign_detached(content: bytes, key: SigningKey, at: datetime) -> bytes:
    """A DER message of one signer over `content`, its certificate inside; `at` is the claimed signing time (aware)."""
    if at.tzinfo is None:
        raise ValueError("the signing time needs a time zone")
    suite = key.suite
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [_time(at)]}),
            cms.CMSAttribute({"type": "message_digest", "values": [algorithms.digest(suite, content)]}),
        ]
    )
    certificate = x509.Certificate.load(key.certificate.der)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
            ),
            "digest_algorithm": {"algorithm": suite.digest_oid},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": suite.signature_oid},
            "signature": key.sign(attributes.dump()),
        }
    )
    message = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": suite.digest_oid}],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    encoded: bytes = cms.ContentInfo({"content_type": "signed_data", "content": message}).dump()
    return encoded


def _time(at: datetime) -> cms.Time:
    """RFC 5652, 11.3: two-digit years up to 2049, four-digit ones from 2050."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    if moment.year < _FIRST_FOUR_DIGIT_YEAR:
        return cms.Time("utc_time", UTCTime(moment))
    return cms.Time("generalized_time", GeneralizedTime(moment))


def _check_over(message: SignedMessage, content: bytes) -> None:
    """The mathematics alone: the certificate is the signer's word until `judge_signer` has spoken."""
    suite = algorithms.suite_of_cms(message.digest_oid, message.signature_oid)
    if message.embedded_content is not None and message.embedded_content != content:
        reason = "The content inside the message differs from the content given."
        raise SignatureRefused(Stage.DIGEST, SubIndication.HASH_FAILURE, reason)
    if not hmac.compare_digest(message.message_digest, algorithms.digest(suite, content)):
        reason = "The content is not the one that was signed."
        raise SignatureRefused(Stage.DIGEST, SubIndication.HASH_FAILURE, reason)
    algorithms.check_signature(
        suite,
        message.certificate.public_key_info,
        message.signed_attributes,
        message.signature,
        Stage.SIGNATURE,
    )
