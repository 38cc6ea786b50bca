"""The body of `POST /v1/applications`: the signed bytes and the signature, out of their base64."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from contracts.errors import Problem, SignatureRefused
from gateway.intake.base64_text import read_base64, read_wrapped_base64
from gateway.intake.handed_in import MOST_PAPERS, PaperBody, refuse_with_code
from gateway.intake.model import read_body
from gateway.intake.wrapper import read_wrapper

ON_PAPER, BY_CODE, ATTESTED = "paper", "otp", "attested"
METHODS = {"eds": ("cms", "xmldsig"), BY_CODE: ("",), ATTESTED: ("",), ON_PAPER: ("",)}
"""Accepted methods of signing, each with its formats."""

Clerk = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f<>]+$")]


class SignatureBody(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str = Field(
        description="eds; otp: by a code that is sent; attested: by the portal's statement, of keys that may; "
        "paper: by hand, of a provider's key alone"
    )
    format: str = Field(default="", description="cms or xmldsig; of paper none")
    value: str = Field(
        default="",
        description="base64 of the CMS message, or of the signed XML wrapper",
        repr=False,
    )
    accepted_by: Clerk | None = Field(default=None, description="of paper: who took it, where the body does not say")
    scan: str = Field(default="", description="of paper: base64 of its scan, a PDF, PNG, JPEG or TIFF", repr=False)


class SubmitBody(BaseModel):
    """What a portal or provider sends."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    application: str = Field(description="base64 of the exact JSON bytes that were signed", repr=False)
    signature: SignatureBody
    accepted_by: Clerk | None = Field(
        default=None,
        description="surname and initials of who accepted the application at the counter; needed there alone",
    )
    papers: Annotated[tuple[PaperBody, ...], Field(max_length=MOST_PAPERS)] = Field(
        default=(), description="of a provider's key alone: what was scanned at the counter", repr=False
    )


def is_clerk(name: str) -> bool:
    """Whether it is a name as `accepted_by` has it: no longer, and nothing but text."""
    try:
        TypeAdapter(Clerk).validate_python(name)
    except ValidationError:
        return False
    return True


def nothing_more(signed: bytes) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Envelope:
    """The decoded body."""

    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    method: str
    format: str
    accepted_by: str
    derive: Callable[[bytes], bytes] = read_wrapper
    """Of XML: the application's JSON in the bytes that the signature covers; raises ValueError."""
    note: Callable[[bytes], dict[str, Any]] = nothing_more
    """What those bytes say besides, for the verdict in the dossier."""
    phone_needed: bool = True
    """False where the form has no place for a phone."""
    papers: tuple[PaperBody, ...] = field(default=(), repr=False)
    """Not looked into yet."""


def open_envelope(body: bytes) -> Envelope:
    """The signed bytes and the signature; raises MalformedInput or SignatureRefused with pointers into the body."""
    read = read_body(SubmitBody, body)
    signature = read.signature
    if signature.method not in METHODS:
        raise _refuse_method("/signature/method", f"a signature is made by {_either(METHODS)}")
    if signature.method == ON_PAPER:
        return _open_paper(read)
    if signature.method == BY_CODE:
        return _open_unsigned(read)
    if signature.scan or signature.accepted_by:
        raise _refuse_method("/signature/scan", "only a signature on paper has a scan, and who took it")
    if signature.format not in METHODS[signature.method]:
        raise _refuse_method("/signature/format", f"the format must be {_either(METHODS[signature.method])}")
    return Envelope(
        content=read_base64(read.application, "/application"),
        # The signed bytes themselves are taken as they are or not at all.
        signature=read_wrapped_base64(signature.value, "/signature/value"),
        method=signature.method,
        format=signature.format,
        accepted_by=(read.accepted_by or "").strip(),
        papers=read.papers,
    )


def _open_unsigned(read: SubmitBody) -> Envelope:
    """What signs comes later: a code."""
    signature = read.signature
    if signature.format or signature.value or signature.scan or signature.accepted_by:
        raise _refuse_method("/signature/value", "a signature by code has no format, value or scan here")
    refuse_with_code(read.papers)
    content = read_base64(read.application, "/application")
    return Envelope(content, b"", BY_CODE, "", (read.accepted_by or "").strip())


def _open_paper(read: SubmitBody) -> Envelope:
    """The scan stands in the signature's place."""
    signature = read.signature
    if signature.format or signature.value:
        raise _refuse_method("/signature/value", "a signature on paper has a scan, no format and no value")
    return Envelope(
        content=read_base64(read.application, "/application"),
        signature=read_base64(signature.scan, "/signature/scan"),
        method=ON_PAPER,
        format="",
        accepted_by=(read.accepted_by or signature.accepted_by or "").strip(),
        papers=read.papers,
    )


def _refuse_method(pointer: str, detail: str) -> SignatureRefused:
    return SignatureRefused(problems=(Problem("signature-method-unsupported", pointer, detail),))


def _either(words: Iterable[str]) -> str:
    return " or ".join(words)
