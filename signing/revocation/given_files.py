"""Two sources without a network: lists and answers that were given, as files beside a document are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signing.certificates import Certificate
from signing.revocation.crl import RevocationList
from signing.revocation.crl_judging import find_in_lists
from signing.revocation.ocsp import Response
from signing.revocation.ocsp_judging import WINDOW, Asked, judge_stored
from signing.revocation.status import Answer, CertificateStatus, unknown


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
        """The first known status of all answers; else what hinders the first that is about the certificate."""
        asked = Asked(certificate, issuer)
        doubt: CertificateStatus | None = None
        for response in self.responses:
            if not any(one.certificate.names(certificate, issuer) for one in response.answers):
                continue
            status = judge_stored(response, asked, now=now, reference=reference, window=self.window)
            if status.answer is not Answer.UNKNOWN:
                return status
            doubt = doubt or status
        return doubt or unknown("There is no answer of a responder about the certificate.")
