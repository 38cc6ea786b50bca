"""A portal's attestation: it ran the one-time code itself, and says so under its organisation's key.

Believed of clients that are set to attest, by a system of the very organisation that is set, about these very bytes and
the applicant or representative of them, and only for a while: a statement is no standing mandate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from contracts.application import Application, Iin
from contracts.errors import CallerError, NotAllowed, Problem, RevocationUnknown, SignatureRefused
from gateway.intake.envelope import ATTESTED, Envelope
from gateway.intake.model import read_body
from gateway.intake.signature import VALUE, VALUE_SHA256, refuse_verdict
from gateway.intake.signers import list_signers
from gateway.store.rows import Client
from gateway.trusted_signers import is_outage
from signing.reports import record
from signing.verdict import Verdict

_AHEAD = timedelta(minutes=2)
"""By so much a portal's clock may be ahead of ours."""


class Statement(BaseModel):
    """What the portal says; the content of an attached CMS, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    application_sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    iin: Iin
    phone_masked: Annotated[str, StringConstraints(pattern=r"^\+7[0-9*]{10}$")]
    signed_at: AwareDatetime
    method: Literal["otp"]


VerifyStatement = Callable[[bytes, str, datetime], Verdict]
"""Port: (CMS, BIN of whose key counts, moment) -> the verdict."""
JudgeAttestation = Callable[[Envelope, Application, Client, datetime], dict[str, Any]]
"""Port of the submission: the verdict as the dossier shows it; raises CallerError."""


def attest_nothing(*_: object) -> dict[str, Any]:
    raise _not_allowed()


@dataclass(frozen=True)
class Attestations:
    verify: VerifyStatement
    lasts: timedelta

    def judge(self, envelope: Envelope, application: Application, client: Client, at: datetime) -> dict[str, Any]:
        """Raises NotAllowed where the client may not attest, RevocationUnknown, SignatureRefused."""
        if not client.attests_bin:
            raise _not_allowed()
        verdict = self.verify(envelope.signature, client.attests_bin, at)
        if not verdict.passed or verdict.content is None:
            raise RevocationUnknown if is_outage(verdict) else refuse_verdict(verdict)
        statement = _read(verdict.content)
        if statement.application_sha256 != hashlib.sha256(envelope.content).hexdigest():
            raise _refuse("attestation-mismatch", "the statement is about another application")
        role = list_signers(application).get(statement.iin)
        if role is None:
            raise _refuse("attestation-mismatch", "the statement is about another person")
        if not at - self.lasts <= statement.signed_at <= at + _AHEAD:
            raise _refuse("attestation-stale", f"a statement is good for {self.lasts.total_seconds() / 60:.0f} minutes")
        return {
            "method": ATTESTED,
            "signed_by": role,
            "phone": statement.phone_masked,
            "signed_at": statement.signed_at.isoformat(),
            "attested_method": statement.method,
            "application_sha256": statement.application_sha256,
            # Of several signers the same one, in whatever order they stand.
            VALUE_SHA256: min(one.value_sha256 for one in verdict.signers),
        } | record(verdict)


def _read(content: bytes) -> Statement:
    try:
        return read_body(Statement, content)
    except CallerError as error:
        raise _refuse("attestation-malformed", "the signed statement is not what the schema asks for") from error


def _refuse(code: str, detail: str) -> SignatureRefused:
    return SignatureRefused(problems=(Problem(code, VALUE, detail),))


def _not_allowed() -> NotAllowed:
    detail = "the caller's key is not one that may attest signatures"
    return NotAllowed(problems=(Problem("attestation-not-allowed", "/signature/method", detail),))
