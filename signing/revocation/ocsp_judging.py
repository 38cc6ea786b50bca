"""What a responder's answer proves about one certificate: who may answer, for which certificate, and as of when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable, SignatureRefused
from signing.revocation.certificate_ids import compute_key_id
from signing.revocation.ocsp import Response, SingleAnswer
from signing.revocation.signatures import has_signed
from signing.revocation.status import HOLD, Answer, CertificateStatus, good, revoked, unknown
from signing.trust import check_issued, names_issuer

WINDOW: Final = timedelta(minutes=5)
"""How old an answer may be: real ones do not say how long they hold."""
_OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
_MOST_CERTIFICATES: Final = 8
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Asked:
    """The question an answer is held against. `nonce` is None where there was none, as with a stored answer."""

    certificate: Certificate
    issuer: Certificate
    nonce: bytes | None = None
    nonce_required: bool = True
    """Whether an answer to a question with a nonce must repeat it; one that has another is never believed."""


def judge_live(response: Response, asked: Asked, *, now: datetime, window: timedelta = WINDOW) -> CertificateStatus:
    """The status by an answer that was given just now."""
    found, doubt = _find(response, asked)
    if found is None:
        return unknown(doubt)
    if not _is_fresh(response, found, now, window):
        return unknown("The responder's answer is of another time.")
    return _conclude(response, found, asked.certificate)


def judge_stored(
    response: Response, asked: Asked, *, now: datetime, reference: datetime, window: timedelta = WINDOW
) -> CertificateStatus:
    """The status by an answer that was kept: fresh still, or given right after the moment that counts.

    That a certificate was revoked for good stays true, so such an answer does not age.
    """
    found, doubt = _find(response, asked)
    if found is None:
        return unknown(doubt)
    final = found.answer is Answer.REVOKED and found.reason != HOLD
    covers = all(timedelta() <= moment - reference <= window for moment in (found.this_update, response.produced_at))
    if not (final or covers or _is_fresh(response, found, now, window)):
        return unknown("The responder's answer is neither fresh nor of the moment that counts.")
    return _conclude(response, found, asked.certificate)


def _find(response: Response, asked: Asked) -> tuple[SingleAnswer | None, str]:
    """The one answer about the certificate, by somebody who may give it; else None and why there is none."""
    if asked.certificate.issuer_name != asked.issuer.subject_name:
        return None, "The certificate is another authority's."
    about = [one for one in response.answers if one.certificate.names(asked.certificate, asked.issuer)]
    if len(about) != 1:
        return None, "The responder's answer is not about the certificate."
    if not _repeats_nonce(response, asked):
        return None, "The responder's answer is not to this question."
    signer = _find_signer(response, asked.issuer)
    if signer is None:
        return None, "The answer does not come from one who may answer for the authority."
    if not has_signed(signer, response.signature_oid, response.signed_part, response.signature):
        return None, "The signature of the responder's answer does not hold."
    return about[0], ""


def _repeats_nonce(response: Response, asked: Asked) -> bool:
    if asked.nonce is None:
        return True
    if response.nonce is None:
        return not asked.nonce_required
    return response.nonce == asked.nonce


def _find_signer(response: Response, issuer: Certificate) -> Certificate | None:
    """The authority itself, or the responder that it appointed (RFC 6960, 4.2.2.2), if the answer names such a one."""
    if _is_named(response, issuer):
        return issuer
    for der in response.certificates[:_MOST_CERTIFICATES]:
        try:
            responder = read_certificate(der)
        except CertificateUnreadable:
            continue
        if _is_named(response, responder) and _may_answer(responder, issuer, response.produced_at):
            return responder
    return None


def _is_named(response: Response, certificate: Certificate) -> bool:
    if response.responder_name is not None:
        return response.responder_name == certificate.subject_name
    return response.responder_key_id == compute_key_id(certificate)


def _may_answer(responder: Certificate, issuer: Certificate, at: datetime) -> bool:
    if _OCSP_SIGNING not in responder.extended_key_usage or not names_issuer(responder, issuer):
        return False
    if not responder.not_before <= at <= responder.not_after:
        return False
    try:
        _check_issued_once(responder, issuer)
    except SignatureRefused:
        return False
    return True


# One responder answers thousands of questions. Refusals are not kept.
_check_issued_once = lru_cache(maxsize=64)(check_issued)


def _is_fresh(response: Response, found: SingleAnswer, now: datetime, window: timedelta) -> bool:
    if found.next_update is not None and found.next_update < now:
        return False
    return all(abs(now - moment) <= window for moment in (found.this_update, response.produced_at))


def _conclude(response: Response, found: SingleAnswer, certificate: Certificate) -> CertificateStatus:
    if found.answer is Answer.GOOD:
        if max(found.this_update, response.produced_at) > certificate.not_after:
            # As with lists: nobody has to remember the revocation of a certificate that has expired (RFC 6960, 4.4.4).
            return unknown("The responder's answer is newer than the certificate's end, after which it may forget.")
        return good("The authority's responder says that the certificate is not revoked.")
    if found.answer is Answer.UNKNOWN or found.revoked_at is None:
        return unknown("The authority's responder does not know the certificate.")
    if response.extended_revoke and found.reason == HOLD and found.revoked_at == _EPOCH:
        # RFC 6960, 2.2: so a responder speaks of a number that no certificate has.
        reason = "The authority says that it never issued the certificate."
        return CertificateStatus(Answer.REVOKED, reason, found.revoked_at, found.reason)
    return revoked(found.revoked_at, found.reason, "The authority's responder")
