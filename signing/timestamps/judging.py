"""Whether a timestamp proves that some bytes existed at a moment: who stamped, by which rules, and what."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from signing.certificates import EXTENDED_KEY_USAGE, Certificate
from signing.cms.hashes import HASHES
from signing.cms.mathematics import check_signer
from signing.errors import SignatureRefused
from signing.judging import as_result
from signing.policy import Policy
from signing.revocation.judging import Mode
from signing.timestamps.reading import Token, read_token
from signing.trust import why_out_of_force
from signing.verdict import Stage, StageResult, Status, SubIndication, stage_passed

CLOCK_ALLOWANCE: Final = timedelta(minutes=5)
"""How far the authority's clock may be ahead of ours."""
_TIMESTAMPING: Final = frozenset({"1.3.6.1.5.5.7.3.8"})
_UNSPECIFIED, _CHANGED, _SUPERSEDED, _CEASED = 0, 3, 4, 5
_SURVIVING: Final = frozenset({_UNSPECIFIED, _CHANGED, _SUPERSEDED, _CEASED})
"""RFC 3161, 4: the authority set the moment of the token itself, so tokens outlive its revocation for these reasons
alone. For any other, or for none given, whoever has the key now may have written whatever moment he liked."""
# RFC 5280, 4.2.1.12. НУЦ РК's authority has no key usage at all, which restricts nothing.
_KEY_USAGE: Final = frozenset({"digital_signature", "non_repudiation"})


@dataclass(frozen=True)
class TimestampJudgement:
    """What a timestamp came to. `at` is the proven moment, and is given where the result has passed alone."""

    result: StageResult
    at: datetime | None = None
    policy_oid: str | None = None
    serial_number: int | None = None

    def __post_init__(self) -> None:
        if (self.at is not None) is not (self.result.status is Status.PASSED):
            raise ValueError("a timestamp that holds proves a moment, and no other does")


def judge_timestamp(token: bytes, stamped: bytes, policy: Policy) -> TimestampJudgement:
    """Judge a token (or TimeStampResp) over `stamped`. Hostile input gets a judgement, never an error."""
    try:
        read = read_token(token)
        # First, because no authority is asked about a token that is not over this.
        _check_imprint(read, stamped)
        result = judge_token(read, policy)
    except SignatureRefused as refusal:
        return TimestampJudgement(as_result(refusal))
    return TimestampJudgement(result, None if result.hinders else read.at, read.policy_oid, read.serial_number)


def judge_token(token: Token, policy: Policy) -> StageResult:
    """Whether a trusted authority made the token by accepted rules, and nothing of what it stamped."""
    try:
        return _judge_token(token, policy)
    except SignatureRefused as refusal:
        return as_result(refusal)


def _judge_token(token: Token, policy: Policy) -> StageResult:
    try:
        check_signer(token.signer, token.info)
    except SignatureRefused as refusal:
        raise _refused(refusal.sub_indication, refusal.reason) from refusal
    certificate = token.signer.certificate
    if certificate is None or not token.signer.attributes.certificate_hashes:
        # RFC 3161, 2.4.2: the token says whose it is.
        raise _refused(SubIndication.SIG_CONSTRAINTS_FAILURE, "It does not name its certificate.")
    if token.policy_oid not in policy.timestamp_policies:
        raise _refused(SubIndication.SIG_CONSTRAINTS_FAILURE, "Its policy is not an accepted one.")
    if token.at > policy.at + CLOCK_ALLOWANCE:
        raise _refused(SubIndication.TIMESTAMP_ORDER_FAILURE, "It is of the future.")
    _check_usage(certificate)
    return _judge_authority(certificate, token.at, policy)


def _check_usage(certificate: Certificate) -> None:
    meant = certificate.extended_key_usage == _TIMESTAMPING and EXTENDED_KEY_USAGE in certificate.critical_extensions
    restricted = certificate.key_usage and not certificate.key_usage & _KEY_USAGE
    if not meant or restricted or certificate.is_authority:
        raise _refused(SubIndication.CHAIN_CONSTRAINTS_FAILURE, "Its key is not meant for timestamps alone.")


def _judge_authority(certificate: Certificate, at: datetime, policy: Policy) -> StageResult:
    try:
        chain = policy.trust.find_chain(certificate, at)
    except SignatureRefused as refusal:
        raise _refused(refusal.sub_indication, refusal.reason) from refusal
    if why_out_of_force(chain, at) is not None:
        raise _refused(SubIndication.OUT_OF_BOUNDS_NO_POE, "Its certificate was not valid at its own moment.")
    revocation = policy.revocation.judge(chain, now=policy.at, reference=at, surviving=_SURVIVING)
    if revocation.status is Status.FAILED:
        raise _refused(SubIndication.REVOKED, revocation.reason)
    if revocation.status is Status.UNKNOWN and policy.revocation.mode is Mode.REQUIRE:
        return revocation
    return stage_passed("A trusted authority made the timestamp.")


def _check_imprint(token: Token, stamped: bytes) -> None:
    compute = HASHES.get(token.imprint_hash_oid)
    if compute is None:
        raise _refused(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "The hash that it stamped with is not accepted.")
    if not hmac.compare_digest(token.imprint, compute(stamped)):
        raise _refused(SubIndication.HASH_FAILURE, "It was made for something else.")


def _refused(sub_indication: SubIndication, reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.TIMESTAMP, sub_indication, f"The timestamp does not hold. {reason}")
