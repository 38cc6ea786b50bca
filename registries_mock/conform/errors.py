"""How a check ends that does not hold: it differs, or there was nothing to be tried."""

from __future__ import annotations


class Differs(Exception):
    """The target does otherwise than is required. The sentences hold no personal data; the body is shown redacted."""

    def __init__(self, wanted: str, found: str, body: bytes = b"") -> None:
        super().__init__(found)
        self.wanted = wanted
        self.found = found
        self.body = body


class NotTried(Exception):
    """There was nothing to look at, or no permission; the text says why."""


class NoReply(NotTried):
    """What should be looked at never came, or cannot be read: other requirements cannot be tried by it."""
