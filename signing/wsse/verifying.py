"""Judging the WS-Security signature of a SOAP message."""

from __future__ import annotations

from typing import Final

from lxml import etree

from signing.certificates import Certificate
from signing.errors import SignatureRefused
from signing.judging import Claims, as_result, judge_signer
from signing.policy import Policy
from signing.verdict import (
    StageResult,
    Status,
    SubIndication,
    Verdict,
    conclude,
    refuse,
    stage_failed,
    stage_unknown,
)
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.envelopes import read_envelope
from signing.wsse.key_info import IssuerSerial
from signing.wsse.security import Security, read_security
from signing.wsse.usual_layout import read_usual
from signing.xml_safety import parse_safely
from signing.xmldsig.mathematics import check_digest, judge_mathematics

FORMAT: Final = "wsse"


def verify_envelope(
    envelope: bytes, policy: Policy, certificates: CertificateStore = NO_CERTIFICATES, *, only_known: bool = False
) -> Verdict:
    """Judge the one signature in the Header, which covers the Body. Hostile input gets a verdict, never an error.

    `certificates` are those that a message may name by issuer and serial number; with `only_known` a certificate that
    a message carries must be one of them too. The content of a passed verdict is the Body in canonical form: read that
    (see `as_envelope`), never the envelope again. A message may come twice: who minds compares its identifiers.
    """
    try:
        root = parse_safely(envelope)
    except SignatureRefused as refusal:
        return refuse(FORMAT, refusal.sub_indication, refusal.reason)
    return judge_envelope(envelope, root, policy, certificates, only_known=only_known)


def judge_envelope(
    document: bytes, root: etree._Element, policy: Policy, certificates: CertificateStore, *, only_known: bool
) -> Verdict:
    """The same of a message that is parsed already; `document` is what `root` was parsed from."""
    try:
        envelope = read_envelope(document, root)
        security = read_usual(envelope) or read_security(envelope)
    except SignatureRefused as refusal:
        return refuse(FORMAT, refusal.sub_indication, refusal.reason)
    result, certificate = _judge(security, certificates, only_known=only_known)
    claims = Claims(signature=result, algorithm=security.parts.algorithm, certificate=certificate)
    return conclude(FORMAT, (judge_signer(claims, policy),), security.covered)


def _judge(security: Security, known: CertificateStore, *, only_known: bool) -> tuple[StageResult, Certificate | None]:
    """The mathematics with the certificate that is meant: of several known ones, that whose key signed."""
    if isinstance(security.named, IssuerSerial):
        candidates = known.find(security.named.issuer, security.named.serial_number)
    else:
        candidates = (security.named,)
    if not candidates:
        return _judge_without_certificate(security), None
    judged = [(judge_mathematics(security.parts, security.covered, one), one) for one in candidates]
    result, certificate = next((one for one in judged if one[0].status is Status.PASSED), judged[0])
    if only_known and result.status is Status.PASSED and not known.holds(certificate):
        reason = "The certificate in the message is none of those known for other systems."
        result = stage_failed(SubIndication.SIG_CONSTRAINTS_FAILURE, reason)
    return result, certificate


def _judge_without_certificate(security: Security) -> StageResult:
    """Without the key a changed Body can still be told, and nothing else."""
    try:
        check_digest(security.parts, security.covered)
    except SignatureRefused as refusal:
        return as_result(refusal)
    reason = "The message names its certificate by issuer and serial number, and none of those known has them."
    return stage_unknown(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, reason)
