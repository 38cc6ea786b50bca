"""What an authority says of a certificate it issued, and the port through which it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from signing.certificates import Certificate

HOLD: Final = 6
REMOVED: Final = 8
_REASONS: Final = {
    1: "the key was compromised",
    2: "the authority was compromised",
    3: "what it says of its owner changed",
    4: "another one has taken its place",
    5: "it is no longer needed",
    HOLD: "it is on hold",
    9: "a right was withdrawn",
    10: "the attribute authority was compromised",
}
"""The codes of RFC 5280, 5.3.1, which lists and answers share."""


class Answer(StrEnum):
    """Good needs a proof; whatever is not proven either way is unknown."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CertificateStatus:
    """An answer with its sentence; `revoked_at` (aware) is given with REVOKED alone, `reason_code` at most with it."""

    answer: Answer
    reason: str
    revoked_at: datetime | None = None
    reason_code: int | None = None
    """Why, by the codes of RFC 5280, 5.3.1; None where the authority gives no reason."""

    def __post_init__(self) -> None:
        if (self.revoked_at is not None) is not (self.answer is Answer.REVOKED):
            raise ValueError("a revocation has its time, and nothing else has one")
        if self.reason_code is not None and self.answer is not Answer.REVOKED:
            raise ValueError("a revocation alone has a reason")


class StatusSource(Protocol):
    """Port: a list, an answer or a server that knows certificates of some issuers.

    `now` is the moment of the check, by which freshness is judged; `reference` the moment at which the certificate had
    to be good: `now`, or earlier where a timestamp proves that the signature existed. Never raises on bad data of
    others: what cannot be read or believed is UNKNOWN with its reason.
    """

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus: ...


def unknown(reason: str) -> CertificateStatus:
    return CertificateStatus(Answer.UNKNOWN, reason)


def good(reason: str) -> CertificateStatus:
    return CertificateStatus(Answer.GOOD, reason)


def revoked(at: datetime, code: int | None, told_by: str) -> CertificateStatus:
    """`told_by` begins the sentence: who says so."""
    why = f": {_REASONS[code]}" if code in _REASONS else ""
    return CertificateStatus(Answer.REVOKED, f"{told_by} says so{why}.", at, code)


def weigh(told: Sequence[CertificateStatus], otherwise: str) -> CertificateStatus:
    """What several documents come to: a revocation that one of them proves, else the first that knows, else the first
    doubt; unknown, with the sentence `otherwise`, where there are none."""
    for wanted in (Answer.REVOKED, Answer.GOOD, Answer.UNKNOWN):
        for status in told:
            if status.answer is wanted:
                return status
    return unknown(otherwise)
