"""How revocation is judged over a chain: which certificates must be known to be good, and what unknown leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from signing.certificates import Certificate
from signing.revocation.status import Answer, CertificateStatus, StatusSource, unknown
from signing.trust import Chain
from signing.verdict import StageResult, SubIndication, not_checked, stage_failed, stage_passed, stage_unknown


class Mode(StrEnum):
    """How much is asked for. Unknown is never good: it makes the result INDETERMINATE in both modes that look."""

    REQUIRE = "require"
    """Every certificate below the anchor must be known to be good."""
    PREFER = "prefer"
    """The signer's must; an authority's revocation counts where a source knows of it."""
    OFF = "off"


@dataclass(frozen=True)
class RevocationPolicy:
    """A mode with the sources, asked in their order until one knows."""

    mode: Mode
    sources: tuple[StatusSource, ...] = ()

    def judge(
        self, chain: Chain, *, now: datetime, reference: datetime, surviving: frozenset[int] | None = None
    ) -> StageResult:
        """The stage's result over the chain (leaf first, anchor last).

        A revocation later than `reference` counts all the same unless its reason (RFC 5280, 5.3.1) is one of
        `surviving`; None where any such revocation, with a reason or without, leaves what was signed before it.
        """
        if self.mode is Mode.OFF:
            return not_checked("Revocation was not looked at.")
        doubt: str | None = None
        late: StageResult | None = None
        for certificate, issuer in pairwise(chain):
            status = self._ask(certificate, issuer, now=now, reference=reference)
            if status.answer is Answer.REVOKED:
                judged = _revoked(status, reference, surviving, is_leaf=certificate is chain[0])
                if judged.hinders:
                    return judged
                late = late or judged
            if status.answer is Answer.UNKNOWN and (certificate is chain[0] or self.mode is Mode.REQUIRE):
                doubt = doubt or status.reason
        if doubt is not None:
            return stage_unknown(SubIndication.TRY_LATER, doubt)
        return late or stage_passed("The authority has not revoked the certificate.")

    def _ask(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        """The first source's answer that is known; else why the first one does not know."""
        found: CertificateStatus | None = None
        for source in self.sources:
            status = source.find_status(certificate, issuer, now=now, reference=reference)
            if status.answer is not Answer.UNKNOWN:
                return status
            found = found or status
        return found or unknown("There is no source that says whether the certificate is revoked.")


def _revoked(
    status: CertificateStatus, reference: datetime, surviving: frozenset[int] | None, *, is_leaf: bool
) -> StageResult:
    """A revocation counts from its moment on: what a timestamp proves to be earlier was signed in time."""
    whose = "The certificate" if is_leaf else "A certificate of the authority"
    if status.revoked_at is None or status.revoked_at <= reference:
        return stage_failed(SubIndication.REVOKED, f"{whose} is revoked. {status.reason}")
    if surviving is not None and status.reason_code not in surviving:
        reason = f"{whose} was revoked later, but not for a reason that spares what was signed before. {status.reason}"
        return stage_failed(SubIndication.REVOKED, reason)
    return stage_passed(f"{whose} was revoked after the moment that counts. {status.reason}")


NOT_LOOKED_AT = RevocationPolicy(Mode.OFF)
