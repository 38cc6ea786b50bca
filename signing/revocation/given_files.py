"""Two sources without a network: lists and answers that were given, as files beside a document are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signing.certificates import Certificate
from signing.revocation.crl import RevocationList
from signing.revocation.crl_judging import find_in_lists
from signing.revocation.ocsp import Response
from signing.revocation.ocsp_judging import WINDOW, Asked, judge_stored
from signing.revocation.status import Answer, CertificateStatus, weigh


@dataclass(frozen=True)
class ListFiles:
    """Lists as they were read, full ones and such of changes in any order."""

    lists: tuple[RevocationList, ...]

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        return find_in_lists(self.lists, certificate, issuer, now=now, reference=reference)


@dataclass(frozen=True)
class ResponseFiles:
    """Answers that somebody else asked for: a nonce in them was his and is not looked at."""

    responses: tuple[Response, ...] = field(repr=False)
    window: timedelta = WINDOW

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        """A revocation in any answer that counts, else the first that is known, the newest answer first; else what
        hinders the newest that is about the certificate."""
        asked = Asked(certificate, issuer)
        fitting = [
            response
            for response in sorted(self.responses, key=lambda one: one.produced_at, reverse=True)
            if any(one.certificate.names(certificate, issuer) for one in response.answers)
        ]
        told = [judge_stored(one, asked, now=now, reference=reference, window=self.window) for one in fitting]
        return weigh(told, "There is no answer of a responder about the certificate.")


@dataclass(frozen=True)
class ResponsesBesideLists:
    """Given answers that do not hide what a given list says; the list itself is asked where the answers know nothing,
    after the sources with more recent knowledge."""

    responses: ResponseFiles
    lists: ListFiles

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        status = self.responses.find_status(certificate, issuer, now=now, reference=reference)
        if status.answer is not Answer.GOOD:
            return status
        listed = self.lists.find_status(certificate, issuer, now=now, reference=reference)
        return listed if listed.answer is Answer.REVOKED else status
