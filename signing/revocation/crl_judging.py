"""What lists say of one certificate: which lists are believed, and what an entry or the lack of one proves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from signing.certificates import Certificate
from signing.revocation.crl import RevocationList
from signing.revocation.signatures import has_signed
from signing.revocation.status import HOLD, REMOVED, Answer, CertificateStatus, good, revoked, unknown, weigh

_CRL_SIGN: Final = "crl_sign"


def is_from(found: RevocationList, issuer: Certificate) -> bool:
    """Whether the list says that it is this authority's: by full name, and by key where it names one."""
    return found.issuer_name == issuer.subject_name and found.authority_key_id in (None, issuer.subject_key_id)


def is_believed(found: RevocationList, issuer: Certificate) -> bool:
    """Whether this authority, with a key that may sign lists, has signed this list. Worked out once for each pair."""
    if issuer.der not in found.believed_of:
        found.believed_of[issuer.der] = _is_signed(found, issuer)
    return found.believed_of[issuer.der]


def is_in_force(found: RevocationList, now: datetime) -> bool:
    """Whether the list is the latest that there has to be; one that does not say until when is not."""
    return found.next_update is not None and found.this_update <= now <= found.next_update


def find_in_lists(
    lists: Iterable[RevocationList],
    certificate: Certificate,
    issuer: Certificate,
    *,
    now: datetime,
    reference: datetime,
) -> CertificateStatus:
    """What the authority's full lists say, each with the changes since then: a revocation that is in any of them, else
    the first known answer, the newest list first."""
    own = [one for one in lists if certificate.issuer_name == issuer.subject_name and is_from(one, issuer)]
    if not own:
        return unknown("There is no list of the authority that issued the certificate.")
    believed = sorted((one for one in own if is_believed(one, issuer)), key=lambda one: one.this_update, reverse=True)
    if not believed:
        return unknown("The list was not signed by the authority, or with a key that may not sign lists.")
    full = [one for one in believed if not one.is_delta]
    if not full:
        return unknown("There is a list of changes alone, without the list that it changes.")
    told: list[CertificateStatus] = []
    silent_at: list[datetime] = []
    for one in full:
        changes = next((delta for delta in believed if _changes(delta, one)), None)
        status = _judge(one, changes, certificate, now=now, reference=reference)
        # A hold alone can end: a newer list that does not name the certificate has lifted that of an older one.
        if status.reason_code != HOLD or all(moment <= one.this_update for moment in silent_at):
            told.append(status)
        if status.answer is Answer.GOOD:
            silent_at.append(one.this_update)
    return weigh(told, "The list says nothing.")


def _is_signed(found: RevocationList, issuer: Certificate) -> bool:
    if not is_from(found, issuer) or _CRL_SIGN not in issuer.key_usage:
        return False
    return has_signed(issuer, found.signature_oid, found.signed_part, found.signature)


def _changes(delta: RevocationList, full: RevocationList) -> bool:
    """Whether the one tells what has changed since the other (RFC 5280, 5.2.4: by their numbers)."""
    if delta.base_number is None or delta.number is None or full.number is None:
        return False
    return delta.base_number <= full.number < delta.number


def _judge(
    full: RevocationList, delta: RevocationList | None, certificate: Certificate, *, now: datetime, reference: datetime
) -> CertificateStatus:
    change = delta.entries.find(certificate.serial_number) if delta is not None else None
    if change is not None and change.reason != REMOVED:
        return revoked(change.revoked_at, change.reason, "The authority's list of changes")
    if delta is not None and change is not None and is_in_force(full, now) and is_in_force(delta, now):
        # Taken off hold, or gone because it expired: then it is the date that makes the answer unknown.
        return _judge_absent(delta, certificate, now=now, reference=reference)
    entry = full.entries.find(certificate.serial_number)
    if entry is not None and entry.reason != REMOVED:
        # A list that is out of date proves this still: what it cannot prove is that nothing was added.
        return revoked(entry.revoked_at, entry.reason, "The authority's list")
    return _judge_absent(full, certificate, now=now, reference=reference)


def _judge_absent(
    found: RevocationList, certificate: Certificate, *, now: datetime, reference: datetime
) -> CertificateStatus:
    if found.this_update > certificate.not_after:
        # RFC 5280, 3.3: an entry may leave the list once the certificate has expired.
        return unknown("The list is newer than the certificate's end, after which revoked ones leave the lists.")
    if found.this_update >= reference or is_in_force(found, now):
        # A list that is newer than the moment that counts would name whatever was revoked until then.
        return good("The authority's list does not name the certificate.")
    return unknown("The authority's list is out of date.")
