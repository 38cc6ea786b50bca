"""The source that asks an OCSP responder at a configured address, each time or again after some seconds."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from signing.certificates import Certificate
from signing.errors import RevocationUnavailable, RevocationUnreadable
from signing.fetching import Fetch, FetchRequest, TooManyFetches
from signing.revocation.flights import Flights, Key, Wait
from signing.revocation.ocsp import MAX_RESPONSE_BYTES, read_response
from signing.revocation.ocsp_judging import WINDOW, Asked, judge_live
from signing.revocation.ocsp_request import MEDIA_TYPE, build_request
from signing.revocation.pauses import Pauses
from signing.revocation.status import Answer, CertificateStatus, unknown

NONCE_BYTES: Final = 32


def draw_nonce() -> bytes:
    """Bytes that nobody can foresee: an answer that repeats them was not recorded earlier."""
    return secrets.token_bytes(NONCE_BYTES)


@dataclass(frozen=True)
class ResponderSettings:
    """How to ask. ValueError where good answers would be kept longer than they are fresh."""

    url: str
    deadline_seconds: float = 5.0
    kept_seconds: float = 0.0
    """How long a good answer serves again, 0 for never; of others that alone that an authority is not known here."""
    pause_seconds: float = 10.0
    """How long it is not asked again after it gave no answer, or one that cannot be read; 0 for not at all."""
    most_kept: int = 4096
    window: timedelta = WINDOW
    nonce_required: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.kept_seconds <= self.window.total_seconds():
            raise ValueError("good answers may be kept for as long as they are fresh, and no longer")


@dataclass(frozen=True)
class _Kept:
    status: CertificateStatus
    asked_at: datetime
    until: float


class Responder:
    """Asks once for each look-up that finds nothing kept, and once for those that come together. Safe to share among
    threads."""

    def __init__(
        self,
        settings: ResponderSettings,
        fetch: Fetch,
        *,
        new_nonce: Callable[[], bytes] = draw_nonce,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Wait = threading.Event.wait,
    ) -> None:
        self._settings = settings
        self._fetch = fetch
        self._new_nonce = new_nonce
        self._monotonic = monotonic
        self._pauses = Pauses(settings.pause_seconds, monotonic)
        self._flights = Flights(settings.window, wait)
        self._lock = threading.Lock()
        self._kept: dict[Key, _Kept] = {}

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        """The responder's answer as of now; whether a revocation was later than `reference` the policy judges."""
        key = (issuer.der, certificate.serial_number)

        def find_out() -> CertificateStatus:
            # Looked for again: another may have been told between the first look and this question.
            return self._find_known(key, issuer, now) or self._ask_and_keep(key, certificate, issuer, now)

        known = self._find_known(key, issuer, now)
        if known is not None:
            return known
        status = self._flights.share(key, now, find_out, self._settings.deadline_seconds)
        return status or unknown("The authority's responder was asked by another, who was not told in time.")

    def _find_known(self, key: Key, issuer: Certificate, now: datetime) -> CertificateStatus | None:
        """What can be said without asking."""
        kept = self._find_kept(key, now)
        if kept is not None:
            return kept
        failure = self._pauses.find(issuer)
        if failure is not None:
            return unknown(f"The authority's responder was no help a moment ago: {failure}.")
        return None

    def _ask_and_keep(
        self, key: Key, certificate: Certificate, issuer: Certificate, now: datetime
    ) -> CertificateStatus:
        asked_at = self._monotonic()
        try:
            status = self._ask(certificate, issuer, now)
        except TooManyFetches as failure:
            # Not kept of authorities either: it is over as soon as one of the others has its answer.
            return unknown(f"The authority's responder was not asked: {failure}.")
        if self._settings.kept_seconds > 0 and _may_be_kept(status, certificate):
            self._keep(key, _Kept(status, now, asked_at + self._settings.kept_seconds))
        return status

    def _ask(self, certificate: Certificate, issuer: Certificate, now: datetime) -> CertificateStatus:
        nonce = self._new_nonce()
        request = FetchRequest(
            self._settings.url,
            MAX_RESPONSE_BYTES,
            self._settings.deadline_seconds,
            build_request(certificate, issuer, nonce),
            MEDIA_TYPE,
        )
        try:
            response = read_response(self._fetch(request))
        except TooManyFetches:
            raise
        except (RevocationUnavailable, RevocationUnreadable) as failure:
            self._pauses.begin(issuer, failure)
            return unknown(f"The authority's responder was no help: {failure}.")
        asked = Asked(certificate, issuer, nonce, self._settings.nonce_required)
        return judge_live(response, asked, now=now, window=self._settings.window)

    def _find_kept(self, key: Key, now: datetime) -> CertificateStatus | None:
        with self._lock:
            kept = self._kept.get(key)
        if kept is None or self._monotonic() >= kept.until:
            return None
        # A check as of another moment than the answer's is another question.
        return kept.status if abs(now - kept.asked_at) <= self._settings.window else None

    def _keep(self, key: Key, kept: _Kept) -> None:
        with self._lock:
            self._kept.pop(key, None)
            if len(self._kept) >= self._settings.most_kept:
                # The oldest: a dictionary remembers in which order it was filled.
                del self._kept[next(iter(self._kept))]
            self._kept[key] = kept


def _may_be_kept(status: CertificateStatus, certificate: Certificate) -> bool:
    """A good answer. Signers change, authorities do not: one that the responder is no help with is not asked about
    with every signer, for the responder of an issuing authority does not speak for the root above it."""
    return status.answer is Answer.GOOD or (status.answer is Answer.UNKNOWN and certificate.is_authority)
