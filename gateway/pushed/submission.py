"""A submission as a message carried it: what is judged as any other application is, and the files beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.errors import MalformedInput, Problem


@dataclass(frozen=True)
class Attachment:
    """A file that lies in the bus's file store."""

    file_id: str
    name: str


@dataclass(frozen=True)
class Submission:
    content: bytes = field(repr=False)
    """The application's JSON as it stands in the document; it counts once `derive` finds it in the signed bytes."""
    signature: bytes = field(repr=False)
    """The document that the applicant signed, as it came."""
    derive: Callable[[bytes], bytes] = field(repr=False)
    """The application's JSON in the bytes that the signature covers; raises ValueError."""
    accepted_by: str = ""
    attachments: tuple[Attachment, ...] = ()


def refuse_document(pointer: str, detail: str) -> MalformedInput:
    """The message's document is not what its profile says."""
    return MalformedInput(problems=(Problem("push-malformed", pointer, detail),))
