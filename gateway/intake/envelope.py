"""The body of `POST /v1/applications`: the signed bytes and the signature, out of their base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.errors import MalformedInput, Problem, SignatureRefused
from gateway.intake.model import read_body

METHODS = {"eds": ("cms", "xmldsig")}
"""Accepted methods of signing, each with its formats."""

Clerk = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f<>]+$")]


class SignatureBody(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str = Field(description="eds")
    format: str = Field(default="", description="cms or xmldsig")
    value: str = Field(default="", description="base64 of the CMS message, or of the signed XML wrapper", repr=False)


class SubmitBody(BaseModel):
    """What a portal or provider sends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    application: str = Field(description="base64 of the exact JSON bytes that were signed", repr=False)
    signature: SignatureBody
    accepted_by: Clerk | None = Field(
        default=None,
        description="surname and initials of who accepted the application at the counter; needed there alone",
    )


@dataclass(frozen=True)
class Envelope:
    """The decoded body."""

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    method: str
    format: str
    accepted_by: str


def open_envelope(body: bytes) -> Envelope:
    """The signed bytes and the signature; raises MalformedInput or SignatureRefused with pointers into the body."""
    read = read_body(SubmitBody, body)
    signature = read.signature
    if signature.method not in METHODS:
        raise _refuse_method("/signature/method", f"a signature is made by {_either(METHODS)}")
    if signature.format not in METHODS[signature.method]:
        raise _refuse_method("/signature/format", f"the format must be {_either(METHODS[signature.method])}")
    return Envelope(
        content=_decode(read.application, "/application"),
        # Signing software breaks base64 into lines; the signed bytes themselves are taken as they are or not at all.
        signature=_decode("".join(signature.value.split()), "/signature/value"),
        method=signature.method,
        format=signature.format,
        accepted_by=(read.accepted_by or "").strip(),
    )


def _decode(text: str, pointer: str) -> bytes:
    if not text:
        raise MalformedInput(problems=(Problem("missing-field", pointer, "the field is missing or empty"),))
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    # Bits after the end would let two texts stand for the same bytes.
    if base64.b64encode(data) != text.encode("utf-8", errors="replace"):
        raise MalformedInput(problems=(Problem("malformed-base64", pointer, "the text is not base64 (RFC 4648, 4)"),))
    return data


def _refuse_method(pointer: str, detail: str) -> SignatureRefused:
    return SignatureRefused(problems=(Problem("signature-method-unsupported", pointer, detail),))


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)
