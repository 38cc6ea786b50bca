"""The seam between signing and intake: a verdict becomes acceptance, or a refusal with one of our own codes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.application import Application
from contracts.errors import OperatorError, Problem, RevocationUnknown, SignatureRefused
from gateway.intake.envelope import Envelope
from gateway.intake.signers import list_signers
from gateway.trusted_signers import is_outage
from signing.certificates import Role
from signing.errors import SigningError
from signing.reports import record
from signing.verdict import SignerVerdict, Stage, SubIndication, Verdict

Verify = Callable[[Envelope, datetime], Verdict]
"""Port: the verdict over an envelope's signature at a moment, by the configured trust."""

INVALID = "signature-invalid"
MALFORMED = "signature-malformed"
DIGEST = "signature-digest-mismatch"
ALGORITHM = "signature-algorithm-unsupported"
USAGE = "signature-usage"
OTHER_PERSON = "signature-other-person"
BY_REASON: Mapping[SubIndication, str] = {
    SubIndication.FORMAT_FAILURE: MALFORMED,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: MALFORMED,
    SubIndication.HASH_FAILURE: DIGEST,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: ALGORITHM,
}
"""Where the reason says more than the stage does: of the signature itself, and for algorithms anywhere."""
BY_STAGE: Mapping[Stage, str] = {
    Stage.SIGNATURE: INVALID,
    Stage.CHAIN: "signature-untrusted",
    Stage.VALIDITY: "signature-expired",
    Stage.USAGE: USAGE,
    Stage.REVOCATION: "signature-revoked",
    Stage.TIMESTAMP: "signature-timestamp-invalid",
}
UNCLEAR = "signature-signer-unclear"
VALUE = "/signature/value"
VALUE_SHA256 = "value_sha256"
"""In a verdict: what the signature is known by, in whatever container it comes again."""


def judge_signature(envelope: Envelope, application: Application, at: datetime, verify: Verify) -> dict[str, Any]:
    """The verdict as the dossier shows it, with who signed: the applicant, or the representative who is declared.

    Raises SignatureRefused where neither signed these bytes, RevocationUnknown where that may be known later.
    """
    try:
        verdict = verify(envelope, at)
    except SigningError as error:
        raise OperatorError(f"the signature could not be judged: {error.code}") from error
    if not verdict.passed or verdict.content is None:
        if is_outage(verdict):
            raise RevocationUnknown
        raise refuse_verdict(verdict)
    if _read_signed(envelope, verdict.content) != envelope.content:
        raise _refuse(DIGEST, "The content is not the one that was signed.")
    role, value_sha256 = _find_signer(application, verdict.signers)
    # Without a value the container itself is what may not come again: nothing signed is accepted twice.
    known_by = value_sha256 or hashlib.sha256(envelope.signature).hexdigest()
    signed = {"method": envelope.method, "signed_by": role, VALUE_SHA256: known_by}
    return signed | record(verdict) | envelope.note(verdict.content)


def _read_signed(envelope: Envelope, signed: bytes) -> bytes:
    if envelope.format != "xmldsig":
        return signed
    try:
        return envelope.derive(signed)
    except ValueError as error:
        raise _refuse(MALFORMED, "The signed XML is not an application in base64.") from error


def _find_signer(application: Application, signers: Iterable[SignerVerdict]) -> tuple[str, str]:
    """Who of those who may sign did, and the hash of that signature's value.

    Every signer has passed, and whoever else signed besides does not matter.
    """
    may_sign = list_signers(application)
    named = [(one.signer, one.value_sha256) for one in signers if one.signer is not None]
    own = [(signer, value) for signer, value in named if signer.iin in may_sign]
    if not own:
        raise _refuse(OTHER_PERSON, "The signature is valid, but not the applicant's.")
    # The role that says most: an employee's certificate names its holder too, but speaks for the organisation.
    for signer, value in own:
        if signer.role == Role.INDIVIDUAL.label and signer.iin is not None:
            return may_sign[signer.iin], value
    raise _refuse(USAGE, "The certificate is not one of an individual.")


def refuse_verdict(verdict: Verdict) -> SignatureRefused:
    """A verdict that is no outage, in our own code."""
    return _refuse(_code_of(verdict), verdict.reason)


def _code_of(verdict: Verdict) -> str:
    stage, reason = verdict.stage, verdict.sub_indication
    if stage is None or reason is None:
        return INVALID
    if stage is Stage.SIGNATURE or reason is SubIndication.CRYPTO_CONSTRAINTS_FAILURE:
        return BY_REASON.get(reason, BY_STAGE[stage])
    if (stage, reason) == (Stage.USAGE, SubIndication.SIG_CONSTRAINTS_FAILURE):
        return UNCLEAR
    return BY_STAGE[stage]


def _refuse(code: str, detail: str) -> SignatureRefused:
    return SignatureRefused(problems=(Problem(code, VALUE, detail),))
