"""What a message carried: a submission, which is judged as any other application is, or word that one will come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.intake.envelope import nothing_more


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
    """The document that the applicant signed, as it came; b"" where a paper was signed by hand."""
    derive: Callable[[bytes], bytes] = field(repr=False)
    """The application's JSON in the bytes that the signature covers; raises ValueError."""
    accepted_by: str = ""
    note: Callable[[bytes], dict[str, Any]] = field(default=nothing_more, repr=False)
    """What the signed bytes say besides, for the verdict in the dossier."""
    attachments: tuple[Attachment, ...] = ()
    scan: Attachment | None = None
    """The paper that was signed by hand."""


@dataclass(frozen=True)
class Announcement:
    """The sender has begun an application, whose content comes in a later message."""

    accepted_by: str
    """Who took it at a counter."""
