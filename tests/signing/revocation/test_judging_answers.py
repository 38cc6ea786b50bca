"""A responder's answer counts for one certificate, from one who may answer, for minutes; all else is unknown."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.x509.oid import NameOID

from signing.certificates import Certificate
from signing.revocation.ocsp import read_response
from signing.revocation.ocsp_judging import Asked, judge_live, judge_stored
from signing.revocation.status import Answer, CertificateStatus
from tests.signing.pki import AT, AUTHORITY, ISSUING_NAME, YEAR, Attributes, issuing, make, person, root, rsa_key
from tests.signing.revocation.asking import PEOPLE, with_serial
from tests.signing.revocation.making import (
    HOLD,
    HOUR,
    KEY_COMPROMISE,
    NEVER,
    OCSP_SIGNING,
    SECOND,
    YESTERDAY,
    Extra,
    Made,
    Said,
    make_old_responder,
    make_responder,
    make_response,
)

NONCE = b"n" * 32
MINUTE = timedelta(minutes=1)
SHA1 = "1.3.14.3.2.26"
EXTENDED_REVOKE = Extra("1.3.6.1.5.5.7.48.1.9", b"\x05\x00")


def said(**changes: Any) -> Said:
    """That the RSA person's certificate is good, but for what the caller says."""
    return Said(**({"certificate": person().certificate, "issuer": issuing().certificate} | changes))


def live(
    *answers: Said, author: Made | None = None, now: datetime = AT, nonce: bytes | None = NONCE, **changes: Any
) -> CertificateStatus:
    """The status by an answer to a question with a nonce."""
    response = make_response(author or make_responder(), answers or (said(),), **({"nonce": NONCE} | changes))
    return judge_live(read_response(response), Asked(person().certificate, issuing().certificate, nonce), now=now)


def stored(*answers: Said, now: datetime = AT, reference: datetime | None = None, **changes: Any) -> CertificateStatus:
    """The status by an answer that somebody else asked for."""
    response = read_response(make_response(make_responder(), answers or (said(),), **changes))
    asked = Asked(person().certificate, issuing().certificate)
    return judge_stored(response, asked, now=now, reference=reference or now)


@pytest.mark.parametrize("algorithm", PEOPLE)
@pytest.mark.parametrize("by_key", [True, False])
@pytest.mark.parametrize("delegated", [True, False])
def test_the_authority_and_its_responder_are_believed(algorithm: str, by_key: bool, delegated: bool) -> None:
    subject, issuer = (one() for one in PEOPLE[algorithm])
    author = make_responder(issuer=issuer) if delegated else issuer
    for revoked, answer in ((None, Answer.GOOD), ((YESTERDAY, KEY_COMPROMISE), Answer.REVOKED)):
        one = Said(subject.certificate, issuer.certificate, revoked=revoked)
        response = read_response(make_response(author, [one], nonce=NONCE, by_key=by_key))
        status = judge_live(response, Asked(subject.certificate, issuer.certificate, NONCE), now=AT)
        assert status.answer is answer
        assert status.revoked_at == (None if revoked is None else YESTERDAY)


def test_the_authoritys_own_answer_needs_no_certificate_inside() -> None:
    assert live(author=issuing(), enclosed=[]).answer is Answer.GOOD
    assert live(enclosed=[]).answer is Answer.UNKNOWN


def test_the_responders_certificate_is_found_among_others() -> None:
    assert live(enclosed=[root(), person(), make_responder()]).answer is Answer.GOOD


@pytest.mark.parametrize("value", [b"\x05\x00", b""])
def test_a_responder_that_need_not_be_looked_up_is_believed(value: bytes) -> None:
    """The extension holds NULL; in the authority's certificates of the older algorithm it is empty."""
    assert live(author=make_old_responder(value)).answer is Answer.GOOD


def test_no_more_certificates_are_looked_at_than_a_few() -> None:
    assert live(enclosed=[person()] * 8 + [make_responder()]).answer is Answer.UNKNOWN


def test_a_certificate_may_be_named_by_the_older_digest() -> None:
    assert live(said(hash_oid=SHA1)).answer is Answer.GOOD


def test_of_several_answers_the_one_about_the_certificate_counts() -> None:
    other = said(certificate=with_serial(person().certificate, 99), revoked=(YESTERDAY, None))
    assert live(other, said()).answer is Answer.GOOD
    assert live(said(), said(revoked=(YESTERDAY, None))).answer is Answer.UNKNOWN


def _other_digest(certificate: Certificate) -> bytes:
    return hashlib.sha256(certificate.der).digest()


OF_ANOTHER_CERTIFICATE: dict[str, dict[str, Any]] = {
    "another number": {"certificate": with_serial(person().certificate, 99)},
    "another issuer's name": {"issuer_name_hash": _other_digest(person().certificate)},
    "another issuer's key": {"issuer_key_hash": _other_digest(person().certificate)},
    "a digest that is not known": {"hash_oid": "1.2.3.4"},
    "the digest of another length": {"hash_oid": SHA1, "issuer_key_hash": b"x" * 20},
}


@pytest.mark.parametrize("case", OF_ANOTHER_CERTIFICATE)
def test_an_answer_about_another_certificate_is_unknown(case: str) -> None:
    assert live(said(**OF_ANOTHER_CERTIFICATE[case])).reason == "The responder's answer is not about the certificate."
    assert stored(said(**OF_ANOTHER_CERTIFICATE[case])).answer is Answer.UNKNOWN


def foreign_responder(key_id: bytes | None = None) -> Made:
    """Appointed by somebody who calls himself like the authority, or even names its key, but has another one."""
    forger = make(ISSUING_NAME, rsa_key("forger"), root(), authority=True, key_usage=AUTHORITY)
    subject: Attributes = ((NameOID.COMMON_NAME, "TEST RESPONDER"),)
    return make(subject, rsa_key("responder"), forger, roles=(OCSP_SIGNING,), authority_key_id=key_id)


UNAUTHORISED: dict[str, Callable[[], Made]] = {
    "appointed for something else": lambda: make_responder(roles=("1.3.6.1.5.5.7.3.4",)),
    "appointed for nothing": lambda: make_responder(roles=()),
    "appointed for anything": lambda: make_responder(roles=("2.5.29.37.0",)),
    "expired": lambda: make_responder(ends=AT - SECOND),
    "not valid yet": lambda: make_responder(begins=AT + SECOND),
    "a person": person,
    "the root": root,
    "of another authority": foreign_responder,
    "of a forger in the authority's name": lambda: foreign_responder(issuing().certificate.subject_key_id),
    "itself a forger in the authority's name": lambda: make(ISSUING_NAME, rsa_key("forger"), None, authority=True),
}


@pytest.mark.parametrize("case", UNAUTHORISED)
@pytest.mark.parametrize("revoked", [None, (YESTERDAY, KEY_COMPROMISE)])
def test_an_answer_of_one_who_may_not_answer_is_unknown(case: str, revoked: Any) -> None:
    author = UNAUTHORISED[case]()
    assert live(said(revoked=revoked), author=author).answer is Answer.UNKNOWN
    assert live(said(revoked=revoked), author=author, by_key=True).answer is Answer.UNKNOWN


def test_a_responder_that_has_expired_since_has_answered_in_time() -> None:
    response = read_response(make_response(make_responder(ends=AT + HOUR), [said(revoked=(YESTERDAY, KEY_COMPROMISE))]))
    asked = Asked(person().certificate, issuing().certificate)
    assert judge_stored(response, asked, now=AT + YEAR / 2, reference=AT).answer is Answer.REVOKED


def test_the_answer_must_name_the_one_who_signed_it() -> None:
    assert live(named=person().certificate).answer is Answer.UNKNOWN
    assert live(named=person().certificate, by_key=True).answer is Answer.UNKNOWN
    assert live(named=issuing().certificate).answer is Answer.UNKNOWN


def test_a_certificate_of_another_issuer_is_not_judged() -> None:
    """Even by an answer that its maker has signed: the question itself is wrong."""
    stranger = root().certificate
    response = read_response(make_response(issuing(), [said(certificate=stranger)], nonce=NONCE))
    asked = Asked(stranger, issuing().certificate, NONCE)
    assert judge_live(response, asked, now=AT).reason == "The certificate is another authority's."


def test_a_recorded_answer_is_no_answer_to_a_new_question() -> None:
    assert live(nonce=b"m" * 32).reason == "The responder's answer is not to this question."


def test_an_answer_without_the_nonce_counts_where_that_is_allowed_alone() -> None:
    response = read_response(make_response(make_responder(), [said()]))
    asked = Asked(person().certificate, issuing().certificate, NONCE)
    assert judge_live(response, asked, now=AT).answer is Answer.UNKNOWN
    assert judge_live(response, replace(asked, nonce_required=False), now=AT).answer is Answer.GOOD


def test_another_nonce_is_never_allowed() -> None:
    response = read_response(make_response(make_responder(), [said()], nonce=b"m" * 32))
    asked = Asked(person().certificate, issuing().certificate, NONCE, nonce_required=False)
    assert judge_live(response, asked, now=AT).answer is Answer.UNKNOWN


@pytest.mark.parametrize("revoked", [None, (YESTERDAY, KEY_COMPROMISE)])
@pytest.mark.parametrize("minutes", [-6, -5, 0, 5, 6])
def test_a_live_answer_is_of_this_moment(revoked: Any, minutes: int) -> None:
    known = live(said(revoked=revoked), now=AT + minutes * MINUTE).answer is not Answer.UNKNOWN
    assert known is (abs(minutes) <= 5)


def test_an_answer_made_now_from_old_knowledge_is_unknown() -> None:
    assert live(said(this_update=AT - 6 * MINUTE)).answer is Answer.UNKNOWN
    assert live(said(), produced_at=AT - 6 * MINUTE).answer is Answer.UNKNOWN


def test_an_answer_that_says_how_long_it_holds_holds_no_longer() -> None:
    assert live(said(next_update=AT)).answer is Answer.GOOD
    assert live(said(next_update=AT - SECOND)).answer is Answer.UNKNOWN


def test_good_is_unknown_once_the_certificate_has_expired() -> None:
    """Nobody has to remember its revocation then (RFC 6960, 4.4.4)."""
    end = person().certificate.not_after
    for this_update, produced_at in ((end + SECOND, end + SECOND), (end, end + SECOND), (end + SECOND, end)):
        moments: dict[str, Any] = {"author": issuing(), "produced_at": produced_at, "now": end}
        assert live(said(this_update=this_update), **moments).answer is Answer.UNKNOWN
        taken = said(this_update=this_update, revoked=(YESTERDAY, KEY_COMPROMISE))
        assert live(taken, **moments).answer is Answer.REVOKED
    assert live(said(this_update=end), author=issuing(), produced_at=end, now=end).answer is Answer.GOOD
    late = read_response(make_response(issuing(), [said(this_update=end)], produced_at=end + SECOND))
    asked = Asked(person().certificate, issuing().certificate)
    assert judge_stored(late, asked, now=end + YEAR, reference=end).answer is Answer.UNKNOWN


def test_the_window_is_the_callers() -> None:
    response = read_response(make_response(make_responder(), [said()]))
    asked = Asked(person().certificate, issuing().certificate)
    later = AT + HOUR
    assert judge_live(response, asked, now=later).answer is Answer.UNKNOWN
    assert judge_live(response, asked, now=later, window=HOUR).answer is Answer.GOOD


def test_a_stored_answer_counts_while_it_is_fresh_whoever_asked() -> None:
    assert stored(nonce=b"somebody else's").answer is Answer.GOOD
    assert stored(now=AT + 6 * MINUTE).answer is Answer.UNKNOWN


@pytest.mark.parametrize("minutes", [-1, 0, 5, 6])
def test_a_stored_answer_given_right_after_the_proven_moment_counts_for_ever(minutes: int) -> None:
    status = stored(now=AT + YEAR, reference=AT - minutes * MINUTE)
    assert (status.answer is Answer.GOOD) is (0 <= minutes <= 5)


def test_a_stored_answer_that_was_made_later_than_its_knowledge_does_not_cover_the_moment() -> None:
    assert stored(now=AT + YEAR, reference=AT, produced_at=AT + 6 * MINUTE).answer is Answer.UNKNOWN


def test_a_final_revocation_does_not_age_and_a_hold_does() -> None:
    assert stored(said(revoked=(YESTERDAY, KEY_COMPROMISE)), now=AT + YEAR).answer is Answer.REVOKED
    assert stored(said(revoked=(YESTERDAY, None)), now=AT + YEAR).answer is Answer.REVOKED
    assert stored(said(revoked=(YESTERDAY, HOLD)), now=AT + YEAR).answer is Answer.UNKNOWN
    assert stored(said(revoked=(YESTERDAY, HOLD))).answer is Answer.REVOKED


def test_what_the_responder_does_not_know_is_unknown() -> None:
    assert live(said(status="unknown")).reason == "The authority's responder does not know the certificate."


@pytest.mark.parametrize(
    ("revoked", "extra", "never"),
    [
        ((NEVER, HOLD), [EXTENDED_REVOKE], True),
        ((NEVER, HOLD), [], False),
        ((NEVER, KEY_COMPROMISE), [EXTENDED_REVOKE], False),
        ((YESTERDAY, HOLD), [EXTENDED_REVOKE], False),
    ],
)
def test_a_number_that_was_never_issued_is_called_so(
    revoked: tuple[datetime, int], extra: list[Extra], never: bool
) -> None:
    status = live(said(revoked=revoked), extra=extra)
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, revoked[0])
    assert (status.reason == "The authority says that it never issued the certificate.") is never


@pytest.mark.parametrize("algorithm", PEOPLE)
def test_an_answer_with_one_flipped_bit_is_unknown(algorithm: str) -> None:
    subject, issuer = (one() for one in PEOPLE[algorithm])
    whole = read_response(make_response(issuer, [Said(subject.certificate, issuer.certificate)], nonce=NONCE))
    asked = Asked(subject.certificate, issuer.certificate, NONCE)
    assert judge_live(whole, asked, now=AT).answer is Answer.GOOD
    for place in range(len(whole.signature)):
        signature = bytearray(whole.signature)
        signature[place] ^= 1 << place % 8
        assert judge_live(replace(whole, signature=bytes(signature)), asked, now=AT).answer is Answer.UNKNOWN
    for place in range(0, len(whole.signed_part), 3):
        part = bytearray(whole.signed_part)
        part[place] ^= 1 << place % 8
        assert judge_live(replace(whole, signed_part=bytes(part)), asked, now=AT).answer is Answer.UNKNOWN
