"""How long a responder that has failed is left alone: who asks meanwhile is told so at once, and need not wait too."""

from __future__ import annotations

from collections.abc import Callable

from signing.certificates import Certificate
from signing.errors import RevocationUnavailable, RevocationUnreadable
from signing.fetching import AnsweredWithStatus
from signing.revocation.ocsp import ResponderDeclined

Failure = RevocationUnavailable | RevocationUnreadable
_EVERYBODY = b""


class Pauses:
    """Failures with the end of their pause, counted from when they are known. Safe to share among threads."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        # By the authority's DER, of which a trust store has few; a thread replaces an entry, and none is taken out.
        self._failed: dict[bytes, tuple[float, Failure]] = {}

    def find(self, issuer: Certificate) -> Failure | None:
        """Why this authority's certificates are not asked about now; None where they are."""
        for whose in (_EVERYBODY, issuer.der):
            until, failure = self._failed.get(whose, (None, None))
            if until is not None and self._monotonic() < until:
                return failure
        return None

    def begin(self, issuer: Certificate, failure: Failure) -> None:
        """Leave the responder alone: for everybody where it is silent, for this authority where it talks nonsense."""
        if isinstance(failure, ResponderDeclined):
            # About one certificate, and told at once: it says nothing of the next one.
            return
        # A responder often breaks over the one authority that it does not speak for: the root above its own.
        answered = isinstance(failure, AnsweredWithStatus | RevocationUnreadable)
        self._failed[issuer.der if answered else _EVERYBODY] = (self._monotonic() + self._seconds, failure)
