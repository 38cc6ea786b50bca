"""The mathematics of one XML signature: the digest of what it covers, and the signature over its SignedInfo."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

from signing import algorithms
from signing.certificates import Certificate
from signing.errors import SignatureRefused
from signing.judging import as_result
from signing.verdict import Stage, StageResult, SubIndication, stage_passed
from signing.xmldsig.signed_info import SignedInfo

_SOUND: Final = stage_passed("The signer's key signed exactly this content.")
_FOREIGN: Final = "an algorithm that is not supported"


@dataclass(frozen=True)
class SignatureParts:
    """A signature as it was read: `canonical` is its SignedInfo in canonical form, `value` what was made over that."""

    info: SignedInfo
    canonical: bytes = field(repr=False)
    value: bytes = field(repr=False)

    @property
    def algorithm(self) -> str:
        """The suite's name; a foreign URI is not repeated, for it may hold anything."""
        try:
            return algorithms.suite_of_xml(self.info.digest_uri, self.info.signature_uri).name
        except SignatureRefused:
            return _FOREIGN


def judge_mathematics(parts: SignatureParts, covered: bytes, certificate: Certificate) -> StageResult:
    """Whether the certificate's key signed `covered`."""
    try:
        check_digest(parts, covered)
        check_value(parts, certificate)
    except SignatureRefused as refusal:
        return as_result(refusal)
    return _SOUND


def check_digest(parts: SignatureParts, covered: bytes) -> None:
    """Refuse unless the digest in the signature is that of `covered`."""
    suite = algorithms.suite_of_xml(parts.info.digest_uri, parts.info.signature_uri)
    if not hmac.compare_digest(parts.info.digest, algorithms.digest(suite, covered)):
        reason = "The content is not the one that was signed."
        raise SignatureRefused(Stage.SIGNATURE, SubIndication.HASH_FAILURE, reason)


def check_value(parts: SignatureParts, certificate: Certificate) -> None:
    """Refuse unless the certificate's key, of the family that the signature names, signed the SignedInfo."""
    suite = algorithms.suite_of_xml(parts.info.digest_uri, parts.info.signature_uri)
    key = certificate.public_key_info
    algorithms.check_signature(suite, key, parts.canonical, parts.value, Stage.SIGNATURE)
