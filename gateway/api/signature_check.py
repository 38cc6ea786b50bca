"""The check of a signature: any signed document, judged as intake would judge it; nothing is kept."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from flask import Response
from pydantic import Field

from contracts.errors import MalformedInput, Problem
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import Body
from gateway.intake.model import read_body
from signing.errors import DocumentUnrecognised


class SignatureCheckBody(Body):
    document: str = Field(description="base64 of the signature: CMS, signed XML, or a bare signature", repr=False)
    content: str | None = Field(
        default=None, description="base64 of what it was made over, where that is not inside", repr=False
    )
    certificate: str | None = Field(
        default=None, description="base64 of the certificate of a bare signature", repr=False
    )


class SignatureStageBody(Body):
    status: str = Field(description="passed, failed, unknown or not_checked")
    reason: str
    sub_indication: str | None


class SignatureCertificateBody(Body):
    serial: str = Field(description="hexadecimal")
    issuer: str
    not_before: datetime
    not_after: datetime
    sha256: str


class SignerBody(Body):
    """One signer. The names are what the certificate says, and are worth what the stages say."""

    iin: str | None
    bin: str | None
    name: str | None
    role: str | None
    roles: tuple[str, ...]
    certificate: SignatureCertificateBody | None
    algorithm: str
    signed_at: datetime | None = Field(description="as the signer claims; no proof")
    stamped_at: datetime | None = Field(description="as a timestamp that holds proves")
    judged_at: datetime = Field(description="the moment at which the certificate had to be good")
    stages: dict[str, SignatureStageBody]


class SignatureVerdictBody(Body):
    """The verdict in the vocabulary of ETSI EN 319 102-1."""

    format: str = Field(description="cms, xmldsig, wsse or raw")
    indication: str = Field(description="TOTAL_PASSED, TOTAL_FAILED or INDETERMINATE")
    sub_indication: str | None
    stage: str | None = Field(description="the stage that decided")
    reason: str
    signers: tuple[SignerBody, ...]
    signed_content_sha256: str | None


def check_signature(call: Call) -> Response:
    asked = read_body(SignatureCheckBody, call.read_json_body())
    document = _decode(asked.document, "/document")
    content = _decode(asked.content, "/content") if asked.content is not None else None
    certificate = _decode(asked.certificate, "/certificate") if asked.certificate is not None else None
    try:
        verdict = call.parts.check_signature(document, content, certificate)
    except DocumentUnrecognised as error:
        raise MalformedInput(problems=(Problem("signature-unrecognised", "/document", str(error)),)) from error
    return answer_json(SignatureVerdictBody.model_validate(verdict))


def _decode(text: str, pointer: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedInput(problems=(Problem("malformed-base64", pointer, "the text is not base64"),)) from error


ROUTES = (
    Route(
        "POST", "/v1/checks/signature", check_signature, Access.PORTAL,
        "Whether a signature holds: every signer, stage by stage.",
        body=SignatureCheckBody, answers={JSON: SignatureVerdictBody}, refusals=(400, 413, 415),
    ),
)  # fmt: skip
