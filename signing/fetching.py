"""The port through which signing asks services of an authority, always at a configured address."""

from __future__ import annotations

import threading
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


class TooManyFetches(RevocationUnavailable):
    """The service was not asked, for others are; of the service itself this says nothing."""


Fetch = Callable[[FetchRequest], bytes]
"""Port: brings the body of an answer with status 200, or raises RevocationUnavailable; redirects are not followed."""


def limit_fetches(fetch: Fetch, places: int) -> Fetch:
    """The same, for so many at a time: one more raises TooManyFetches at once. ValueError for less than one place.

    Servers that are silent hold their callers for a deadline each; so they never hold all threads of a program.
    """
    if places < 1:
        raise ValueError("there must be a place for one fetch at least")
    free = threading.BoundedSemaphore(places)

    def fetch_in_place(request: FetchRequest) -> bytes:
        if not free.acquire(blocking=False):
            raise TooManyFetches("too many services are being asked at this moment")
        try:
            return fetch(request)
        finally:
            free.release()

    return fetch_in_place
