"""A bare signature with its certificate beside it, as eGov Mobile hands out for bytes that it signed."""

from __future__ import annotations

from typing import Final

from signing import algorithms
from signing.base64_text import from_base64
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable, SignatureRefused
from signing.judging import Claims, as_result, judge_signer
from signing.policy import Policy
from signing.verdict import Stage, StageResult, SubIndication, Verdict, conclude, refuse, stage_passed

FORMAT: Final = "raw"
MAX_CONTENT_BYTES: Final = 8 * 1024 * 1024
MAX_SIGNATURE_BYTES: Final = 4096
_DER_SEQUENCE: Final = b"\x30"
_PEM: Final = b"-----"


def verify_raw(signature: bytes, certificate: bytes, content: bytes, policy: Policy) -> Verdict:
    """Judge a signature (bytes or base64) over `content` by the key of the certificate (DER, PEM or base64).

    Hostile input gets a verdict, never an error. Nothing says when it was signed, and nothing is stamped.
    """
    if len(content) > MAX_CONTENT_BYTES or len(signature) > MAX_SIGNATURE_BYTES:
        return refuse(FORMAT, SubIndication.FORMAT_FAILURE, "The signature or the signed content is too large.")
    try:
        named = _read_certificate(certificate)
    except CertificateUnreadable:
        return refuse(FORMAT, SubIndication.FORMAT_FAILURE, "The certificate is not well-formed.")
    judged, algorithm = _judge_signature(named, _unwrap(signature), content)
    signer = judge_signer(Claims(signature=judged, algorithm=algorithm, certificate=named), policy)
    return conclude(FORMAT, (signer,), content)


def _judge_signature(certificate: Certificate, signature: bytes, content: bytes) -> tuple[StageResult, str]:
    """The result, and the name of the algorithm, which here the key alone decides."""
    key = certificate.public_key_info
    algorithm = "unknown"
    try:
        suite = algorithms.suite_of_key(key, Stage.SIGNATURE)
        algorithm = suite.name
        algorithms.check_signature(suite, key, content, signature, Stage.SIGNATURE)
    except SignatureRefused as refusal:
        return as_result(refusal), algorithm
    return stage_passed("The signer's key signed exactly this content."), algorithm


def _read_certificate(data: bytes) -> Certificate:
    if data.startswith((_DER_SEQUENCE, _PEM)):
        return read_certificate(data)
    try:
        return read_certificate(from_base64(data))
    except ValueError as failure:
        raise CertificateUnreadable("the certificate is neither DER nor PEM nor base64") from failure


def _unwrap(signature: bytes) -> bytes:
    """Bytes that happen to be base64 text do not occur among signatures, whose every byte is as good as random."""
    try:
        return from_base64(signature)
    except ValueError:
        return signature
