"""Judging a CMS signature, signer by signer, over content inside the message or beside it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Final

from signing import algorithms
from signing.cms.attributes import malformed
from signing.cms.mathematics import Digest, check_signer, name_algorithm
from signing.cms.reading import MAX_CMS_BYTES, MessageSigner, SignedMessage, read_signed_message
from signing.errors import SignatureRefused
from signing.judging import NO_TIMESTAMP, Claims, as_result, judge_signer
from signing.policy import Policy
from signing.timestamps.judging import judge_timestamp
from signing.verdict import (
    SignerVerdict,
    Stage,
    StageResult,
    SubIndication,
    Verdict,
    conclude,
    not_checked,
    refuse,
    stage_failed,
    stage_passed,
    stage_unknown,
)

FORMAT: Final = "cms"
_NOT_STAMPED: Final = not_checked("The signature does not hold, so nobody asks when it was made.")


def verify_cms(signature: bytes, policy: Policy, content: bytes | None = None) -> Verdict:
    """Judge a CMS signature (BER, PEM or base64). Hostile input gets a verdict, never an error.

    Where the message carries its content, `content` may be left out, and must be the same where it is given. Where it
    carries none and none is given, the verdict is a refusal with SIGNED_DATA_NOT_FOUND: see `lacks_content`.
    """
    try:
        message = read_signed_message(signature)
        covered = _find_content(message, content)
    except SignatureRefused as refusal:
        return refuse(FORMAT, refusal.sub_indication, refusal.reason)
    digest = cache(algorithms.digest)
    return conclude(FORMAT, tuple(_judge(one, covered, digest, policy) for one in message.signers), covered)


def lacks_content(verdict: Verdict) -> bool:
    """Whether nothing could be judged only because the content lies beside the signature and was not given."""
    return verdict.sub_indication is SubIndication.SIGNED_DATA_NOT_FOUND


def _find_content(message: SignedMessage, given: bytes | None) -> bytes:
    if given is not None and len(given) > MAX_CMS_BYTES:
        raise malformed("The signed content is too large.")
    found = given if message.embedded_content is None else message.embedded_content
    if found is None:
        reason = "The signature is detached, and the content it covers was not given."
        raise SignatureRefused(Stage.SIGNATURE, SubIndication.SIGNED_DATA_NOT_FOUND, reason)
    if given is not None and given != found:
        reason = "The content inside the message differs from the content given."
        raise SignatureRefused(Stage.SIGNATURE, SubIndication.HASH_FAILURE, reason)
    return found


def _judge(signer: MessageSigner, content: bytes, digest: Digest, policy: Policy) -> SignerVerdict:
    """One signer's verdict; what is wrong with one leaves the others as they are."""
    signature = _judge_signature(signer, content, digest)
    timestamp, stamped_at = (_NOT_STAMPED, None) if signature.hinders else _judge_timestamps(signer, policy)
    claims = Claims(
        signature=signature,
        algorithm=name_algorithm(signer),
        certificate=signer.certificate,
        signed_at=signer.attributes.signed_at,
        timestamp=timestamp,
        stamped_at=stamped_at,
        value=signer.signature,
    )
    return judge_signer(claims, policy)


def _judge_signature(signer: MessageSigner, content: bytes, digest: Digest) -> StageResult:
    try:
        check_signer(signer, content, digest)
    except SignatureRefused as refusal:
        if refusal.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND:
            return stage_unknown(refusal.sub_indication, refusal.reason)
        return as_result(refusal)
    return stage_passed("The signer's key signed exactly this content.")


def _judge_timestamps(signer: MessageSigner, policy: Policy) -> tuple[StageResult, datetime | None]:
    """The earliest moment that is proven; one timestamp that does not hold spoils the others."""
    if not signer.timestamps:
        return NO_TIMESTAMP, None
    proven = []
    for token in signer.timestamps:
        judged = judge_timestamp(token, signer.signature, policy)
        if judged.at is None:
            return judged.result, None
        proven.append(judged.at)
    earliest = min(proven)
    if signer.certificate is not None and earliest < signer.certificate.not_before:
        reason = "The timestamp is older than the signer's certificate."
        return stage_failed(SubIndication.TIMESTAMP_ORDER_FAILURE, reason), None
    return stage_passed("A trusted authority stamped the signature."), earliest
