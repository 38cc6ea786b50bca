"""The port through which signing asks services of an authority, always at a configured address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from signing.errors import RevocationUnavailable


@dataclass(frozen=True)
class FetchRequest:
    """One exchange over HTTP, a GET without a body, else a POST; `deadline_seconds` bounds the whole of it."""

    url: str
    max_bytes: int
    deadline_seconds: float
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/octet-stream"


class AnsweredWithStatus(RevocationUnavailable):
    """The service is there, and has answered in time with another status than 200."""


Fetch = Callable[[FetchRequest], bytes]
"""Port: brings the body of an answer with status 200, or raises RevocationUnavailable; redirects are not followed."""
