"""What a signer's certificate is worth: chain, validity, usage, revocation, each stage with its own result."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

from signing.certificates import KEY_USAGE, Certificate
from signing.errors import SignatureRefused
from signing.policy import Policy
from signing.trust import Chain, why_out_of_force
from signing.verdict import (
    Signer,
    SignerVerdict,
    Stage,
    StageResult,
    SubIndication,
    not_checked,
    stage_failed,
    stage_passed,
)

_COMMON_NAME: Final = "2.5.4.3"
_SERIAL_NUMBER: Final = "2.5.4.5"
_ORGANISATIONAL_UNIT: Final = "2.5.4.11"
_IIN: Final = re.compile(r"IIN([0-9]{12})")
_BIN: Final = re.compile(r"BIN([0-9]{12})")
NO_TIMESTAMP: Final = not_checked("The signature carries no timestamp.")
_CHAINED: Final = stage_passed("A trusted authority issued the certificate.")
_IN_FORCE: Final = stage_passed("Every certificate of the chain was valid at the moment that counts.")
_MEANT_FOR_THIS: Final = stage_passed("The key is meant for such signatures, and the certificate names its holder.")
_NOT_ASKED: Final = not_checked("The signature does not count anyway, so no authority was asked.")


@dataclass(frozen=True)
class Claims:
    """What one signature says of itself, and what its mathematics and its timestamp came to."""

    signature: StageResult
    algorithm: str
    certificate: Certificate | None
    """None: the document names a signer whose certificate nobody has; `signature` then says so."""
    signed_at: datetime | None = None
    timestamp: StageResult = NO_TIMESTAMP
    stamped_at: datetime | None = None
    """The moment that a timestamp proves; given with a timestamp that passed alone."""
    value: bytes = field(default=b"", repr=False)
    """The signature's value."""


def judge_signer(claims: Claims, policy: Policy) -> SignerVerdict:
    """All six stages. A timestamp that holds moves the moment at which the certificate must have been good."""
    at = policy.at if claims.stamped_at is None else claims.stamped_at
    stages = {Stage.SIGNATURE: claims.signature, Stage.TIMESTAMP: claims.timestamp}
    signer: Signer | None = None
    if claims.certificate is None:
        missing = not_checked("There is no certificate.")
        stages |= dict.fromkeys((Stage.CHAIN, Stage.VALIDITY, Stage.USAGE, Stage.REVOCATION), missing)
    else:
        signer, stages[Stage.USAGE] = _judge_usage(claims.certificate, policy)
        stages |= _judge_chain(claims.certificate, policy, at, is_sound=not any(one.hinders for one in stages.values()))
    return SignerVerdict(
        stages=stages,
        algorithm=claims.algorithm,
        judged_at=at,
        signer=signer,
        signed_at=claims.signed_at,
        stamped_at=claims.stamped_at,
        value_sha256=hashlib.sha256(claims.value).hexdigest() if claims.value else "",
    )


def as_result(refusal: SignatureRefused) -> StageResult:
    """The refusal as the result of its stage."""
    return stage_failed(refusal.sub_indication, refusal.reason)


def _judge_chain(certificate: Certificate, policy: Policy, at: datetime, *, is_sound: bool) -> dict[Stage, StageResult]:
    """No authority is asked about a signature that is not sound: a stranger could make us ask as often as he likes."""
    try:
        chain = policy.trust.find_chain(certificate, at)
    except SignatureRefused as refusal:
        unchained = not_checked("There is no chain to a trusted authority.")
        return {Stage.CHAIN: as_result(refusal), Stage.VALIDITY: unchained, Stage.REVOCATION: unchained}
    return {
        Stage.CHAIN: _CHAINED,
        Stage.VALIDITY: _judge_validity(chain, at),
        Stage.REVOCATION: policy.revocation.judge(chain, now=policy.at, reference=at) if is_sound else _NOT_ASKED,
    }


def _judge_validity(chain: Chain, at: datetime) -> StageResult:
    reason = why_out_of_force(chain, at)
    if reason is not None:
        return stage_failed(SubIndication.OUT_OF_BOUNDS_NO_POE, reason)
    return _IN_FORCE


def _judge_usage(certificate: Certificate, policy: Policy) -> tuple[Signer | None, StageResult]:
    """Whom the certificate names, whether its key is meant for what it did, and whether such a one may sign here."""
    try:
        signer = _name_signer(certificate)
    except SignatureRefused as refusal:
        return None, as_result(refusal)
    if certificate.is_authority:
        reason = "The certificate is an authority's, which signs certificates alone."
        return signer, stage_failed(SubIndication.CHAIN_CONSTRAINTS_FAILURE, reason)
    if KEY_USAGE not in certificate.critical_extensions or not certificate.key_usage >= policy.key_usage:
        reason = "The key is not meant for such signatures."
        return signer, stage_failed(SubIndication.CHAIN_CONSTRAINTS_FAILURE, reason)
    against = policy.signer_rule(signer)
    if against is not None:
        return signer, stage_failed(SubIndication.SIG_CONSTRAINTS_FAILURE, against)
    return signer, _MEANT_FOR_THIS


# Refusals are not kept.
@lru_cache(maxsize=256)
def _name_signer(certificate: Certificate) -> Signer:
    iin = _marked_number(certificate, _SERIAL_NUMBER, _IIN, "IIN")
    organisation = _marked_number(certificate, _ORGANISATIONAL_UNIT, _BIN, "BIN")
    if iin is None and organisation is None:
        raise _unclear("The certificate names neither a person (IIN) nor an organisation (BIN).")
    return Signer(
        iin=iin,
        bin=organisation,
        common_name=_only_name(certificate),
        roles=tuple(role.label for role in certificate.roles),
        serial_number=certificate.serial_number,
        issuer=certificate.issuer_text,
        certificate_sha256=certificate.sha256,
        not_before=certificate.not_before,
        not_after=certificate.not_after,
    )


def _marked_number(certificate: Certificate, oid: str, pattern: re.Pattern[str], mark: str) -> str | None:
    """The 12 digits after the mark, or None where no value has the mark; a bad or second marked value is refused."""
    values = [value for value in certificate.values(oid) if value.startswith(mark)]
    if not values:
        return None
    match = pattern.fullmatch(values[0])
    if len(values) > 1 or match is None:
        raise _unclear(f"The certificate does not name exactly one well-formed {mark}.")
    return match.group(1)


def _only_name(certificate: Certificate) -> str:
    names = certificate.values(_COMMON_NAME)
    if len(names) != 1:
        raise _unclear("The certificate does not have exactly one common name.")
    return names[0]


def _unclear(reason: str) -> SignatureRefused:
    return SignatureRefused(Stage.USAGE, SubIndication.SIG_CONSTRAINTS_FAILURE, reason)
