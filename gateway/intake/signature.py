"""The seam between signing and intake: a verdict becomes acceptance, or a refusal with one of our own codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.errors import OperatorError, Problem, SignatureRefused
from gateway.intake.envelope import Envelope
from signing.certificates import Role
from signing.errors import SigningError
from signing.verdict import Stage, SubIndication, Verdict

Verify = Callable[[bytes, bytes, datetime], Verdict]
"""Port: (signature, content, moment) -> verdict; `signing.cms.verify_detached` with the configured trust."""

CODES = {
    Stage.FORMAT: "signature-malformed",
    Stage.DIGEST: "signature-digest-mismatch",
    Stage.SIGNATURE: "signature-invalid",
    Stage.CHAIN: "signature-untrusted",
    Stage.VALIDITY: "signature-expired",
    Stage.USAGE: "signature-usage",
    Stage.IDENTITY: "signature-signer-unclear",
}
OTHER_PERSON = "signature-other-person"
ALGORITHM = "signature-algorithm-unsupported"
VALUE = "/signature/value"


def judge_signature(envelope: Envelope, applicant_iin: str, at: datetime, verify: Verify) -> dict[str, Any]:
    """The verdict as the dossier shows it; raises SignatureRefused where the applicant did not sign these bytes."""
    try:
        verdict = verify(envelope.signature, envelope.content, at)
    except SigningError as error:
        raise OperatorError(f"the signature could not be judged: {error.code}") from error
    if not verdict.passed or verdict.signer is None:
        raise _refuse(_code_of(verdict), verdict.reason)
    if verdict.content != envelope.content:
        raise _refuse(CODES[Stage.DIGEST], "The content is not the one that was signed.")
    if verdict.signer.iin != applicant_iin:
        raise _refuse(OTHER_PERSON, "The signature is valid, but not the applicant's.")
    if Role.INDIVIDUAL.label not in verdict.signer.roles:
        # An employee's certificate names its holder too, but speaks for the organisation.
        raise _refuse(CODES[Stage.USAGE], "The certificate is not one of an individual.")
    return {"method": envelope.method, "format": envelope.format} | verdict.as_record()


def _code_of(verdict: Verdict) -> str:
    if verdict.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE:
        return ALGORITHM
    return CODES[verdict.stage] if verdict.stage else "signature-invalid"


def _refuse(code: str, detail: str) -> SignatureRefused:
    return SignatureRefused(problems=(Problem(code, VALUE, detail),))
