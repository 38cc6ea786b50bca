"""What is in an authority's list is revoked, what is not is good while the list holds, and all else is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from asn1crypto.x509 import AuthorityKeyIdentifier

from signing.certificates import Certificate
from signing.revocation.crl import read_list
from signing.revocation.given_files import ListFiles
from signing.revocation.status import Answer, CertificateStatus
from tests.signing.pki import (
    AT,
    AUTHORITY,
    ISSUING_NAME,
    YEAR,
    issuing,
    make,
    person,
    root,
    rsa_key,
)
from tests.signing.revocation.asking import PEOPLE, ask, serial_of
from tests.signing.revocation.making import (
    HOLD,
    HOUR,
    KEY_COMPROMISE,
    REMOVED,
    SECOND,
    TOMORROW,
    YESTERDAY,
    Extra,
    Taken,
    make_list,
)

LATER = AT + timedelta(days=30)


def files(*lists: bytes) -> ListFiles:
    return ListFiles(tuple(read_list(one) for one in lists))


def judge(*lists: bytes, **moments: Any) -> CertificateStatus:
    """Of the RSA person, by these lists."""
    return ask(files(*lists), **moments)


def taken(reason: int | None = KEY_COMPROMISE, at: datetime = YESTERDAY) -> Taken:
    return Taken(serial_of(person()), at, reason)


@pytest.mark.parametrize("algorithm", PEOPLE)
def test_an_entry_is_a_revocation_from_its_moment_on(algorithm: str) -> None:
    subject, issuer = PEOPLE[algorithm]
    source = files(make_list(issuer(), [Taken(99), Taken(serial_of(subject()), YESTERDAY)]))
    status = ask(source, subject().certificate, issuer().certificate)
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, YESTERDAY)
    assert status.reason == "The authority's list says so: the key was compromised."


@pytest.mark.parametrize("algorithm", PEOPLE)
def test_no_entry_in_a_list_that_holds_is_good(algorithm: str) -> None:
    subject, issuer = PEOPLE[algorithm]
    status = ask(files(make_list(issuer(), [Taken(99)])), subject().certificate, issuer().certificate)
    assert status.answer is Answer.GOOD


def test_no_entry_in_a_list_out_of_date_is_unknown() -> None:
    stale = make_list(issuing(), next_update=AT - SECOND)
    assert judge(stale).answer is Answer.UNKNOWN
    assert judge(stale).reason == "The authority's list is out of date."
    assert judge(make_list(issuing(), next_update=AT)).answer is Answer.GOOD


def test_no_entry_in_a_list_that_does_not_say_how_long_it_holds_is_unknown() -> None:
    assert judge(make_list(issuing(), next_update=None)).answer is Answer.UNKNOWN


def test_an_entry_in_a_list_out_of_date_is_a_revocation_still() -> None:
    assert judge(make_list(issuing(), [taken()], next_update=AT - SECOND)).answer is Answer.REVOKED
    assert judge(make_list(issuing(), [taken()], next_update=None)).answer is Answer.REVOKED


def test_a_list_newer_than_the_check_says_what_was_revoked_until_then() -> None:
    """A check as of a moment in the past."""
    newer: dict[str, Any] = {"this_update": LATER, "next_update": LATER + HOUR}
    assert judge(make_list(issuing(), **newer)).answer is Answer.GOOD
    status = judge(make_list(issuing(), [taken(at=AT + HOUR)], **newer))
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, AT + HOUR)


def test_a_list_newer_than_the_certificates_end_says_nothing_by_silence() -> None:
    """Revoked certificates leave the lists once they have expired (RFC 5280, 3.3)."""
    end = person().certificate.not_after
    newer = make_list(issuing(), this_update=end + SECOND, next_update=end + HOUR)
    assert judge(newer).answer is Answer.UNKNOWN
    assert judge(newer, now=end + SECOND, reference=AT).answer is Answer.UNKNOWN
    assert judge(make_list(issuing(), this_update=end, next_update=end + HOUR)).answer is Answer.GOOD


def test_a_list_newer_than_a_proven_moment_is_enough_however_old_it_is() -> None:
    stored = make_list(issuing(), this_update=AT + HOUR, next_update=TOMORROW)
    assert judge(stored, now=AT + YEAR * 3, reference=AT).answer is Answer.GOOD
    assert judge(stored, now=AT + YEAR * 3, reference=AT + 2 * HOUR).answer is Answer.UNKNOWN


def test_no_list_of_the_authority_is_unknown() -> None:
    assert judge().answer is Answer.UNKNOWN
    assert judge(make_list(root())).reason == "There is no list of the authority that issued the certificate."


def test_a_certificate_of_another_authority_is_unknown() -> None:
    """Numbers are unique for one authority alone."""
    source = files(make_list(issuing()))
    assert ask(source, root().certificate, issuing().certificate).answer is Answer.UNKNOWN


def forger(**changes: Any) -> bytes:
    """A list in the authority's name by somebody with a key of his own."""
    other = make(ISSUING_NAME, rsa_key("forger"), root(), authority=True, key_usage=AUTHORITY)
    return make_list(other, **changes)


def test_a_list_of_another_authority_with_the_same_name_is_not_believed() -> None:
    assert judge(forger()).answer is Answer.UNKNOWN
    assert judge(forger(taken=[taken()])).answer is Answer.UNKNOWN


def test_a_forged_list_that_names_no_key_is_not_believed() -> None:
    assert judge(forger(with_key_id=False)).reason.startswith("The list was not signed by the authority")


def test_a_list_that_names_no_key_is_believed_of_the_one_who_signed_it() -> None:
    assert judge(make_list(issuing(), with_key_id=False)).answer is Answer.GOOD


def test_a_list_that_names_another_key_is_another_authoritys_whoever_signed_it() -> None:
    """Authorities with one name are told apart by their keys."""
    named = AuthorityKeyIdentifier({"key_identifier": b"another key"}).dump()
    other = make_list(issuing(), with_key_id=False, extra=[Extra("2.5.29.35", named)])
    assert judge(other).reason == "There is no list of the authority that issued the certificate."


def test_a_forged_list_does_not_hide_the_true_one() -> None:
    status = judge(forger(with_key_id=False, this_update=AT), make_list(issuing(), [taken()]))
    assert status.answer is Answer.REVOKED


def test_a_list_by_a_key_that_may_not_sign_lists_is_not_believed() -> None:
    weak = make(ISSUING_NAME, rsa_key("weak"), root(), authority=True, key_usage=frozenset({"key_cert_sign"}))
    subject = replace(person().certificate, authority_key_id=weak.certificate.subject_key_id)
    assert ask(files(make_list(weak)), subject, weak.certificate).answer is Answer.UNKNOWN


@pytest.mark.parametrize("algorithm", PEOPLE)
def test_every_flipped_bit_of_signature_or_content_takes_the_belief(algorithm: str) -> None:
    subject, issuer = PEOPLE[algorithm]
    whole = read_list(make_list(issuer(), [Taken(serial_of(subject()))]))
    for place in range(0, len(whole.signature) * 8, 41):
        flipped = replace(whole, signature=flip(whole.signature, place), believed_of={})
        assert not knows(flipped, subject().certificate, issuer().certificate)
    for place in range(0, len(whole.signed_part) * 8, 173):
        flipped = replace(whole, signed_part=flip(whole.signed_part, place), believed_of={})
        assert not knows(flipped, subject().certificate, issuer().certificate)
    assert knows(replace(whole, believed_of={}), subject().certificate, issuer().certificate)


def flip(data: bytes, place: int) -> bytes:
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def knows(found: Any, certificate: Certificate, issuer: Certificate) -> bool:
    return ask(ListFiles((found,)), certificate, issuer).answer is not Answer.UNKNOWN


def delta(taken: list[Taken] | None = None, number: int | None = 9, base: int = 5, **changes: Any) -> bytes:
    return make_list(issuing(), taken or [], number=number, base_number=base, this_update=AT - SECOND, **changes)


def test_a_list_of_changes_adds_to_the_full_one() -> None:
    status = judge(delta([taken()]), make_list(issuing()))
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, YESTERDAY)
    assert status.reason.startswith("The authority's list of changes says so")
    assert judge(make_list(issuing()), delta()).answer is Answer.GOOD


def test_a_list_of_changes_lifts_a_hold() -> None:
    held = make_list(issuing(), [taken(HOLD)])
    lifted = delta([taken(REMOVED)])
    assert judge(held).answer is Answer.REVOKED
    assert judge(held, lifted).answer is Answer.GOOD


def test_a_hold_that_became_final_is_told_by_the_changes() -> None:
    status = judge(make_list(issuing(), [taken(HOLD)]), delta([taken(KEY_COMPROMISE, AT - HOUR)]))
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, AT - HOUR)


@pytest.mark.parametrize("stale", ["full", "delta"])
def test_a_hold_is_not_lifted_where_one_of_the_two_is_out_of_date(stale: str) -> None:
    end: dict[str, Any] = {"next_update": AT - SECOND}
    held = make_list(issuing(), [taken(HOLD)], **(end if stale == "full" else {}))
    lifted = delta([taken(REMOVED)], **(end if stale == "delta" else {}))
    assert judge(held, lifted).answer is Answer.REVOKED


def test_changes_alone_are_unknown() -> None:
    assert judge(delta([taken()])).answer is Answer.UNKNOWN
    assert judge(delta()).reason.startswith("There is a list of changes alone")


@pytest.mark.parametrize(
    ("number", "base", "full_number"), [(9, 8, 7), (9, 5, 9), (9, 5, 10), (None, 5, 7), (9, 5, None)]
)
def test_changes_of_another_full_list_are_left_alone(number: int | None, base: int, full_number: int | None) -> None:
    """Of a later one than is at hand, or of an earlier one than the full list knows already."""
    full = make_list(issuing(), [taken(HOLD)], number=full_number)
    assert judge(full, delta([taken(REMOVED)], number, base)).answer is Answer.REVOKED


def test_forged_changes_are_left_alone() -> None:
    held = make_list(issuing(), [taken(HOLD)])
    forged = forger(taken=[taken(REMOVED)], number=9, base_number=5, with_key_id=False)
    assert judge(held, forged).answer is Answer.REVOKED


def test_of_several_full_lists_the_newest_that_knows_is_heard() -> None:
    old = make_list(issuing(), [taken(HOLD)], this_update=AT - 2 * HOUR, number=6)
    new = make_list(issuing())
    assert judge(old, new).answer is Answer.GOOD
    assert judge(new, old).answer is Answer.GOOD
    stale = make_list(issuing(), next_update=AT - SECOND)
    assert judge(stale, old).answer is Answer.REVOKED


def test_an_authoritys_certificate_is_looked_up_in_the_roots_list() -> None:
    source = files(make_list(root(), [Taken(serial_of(issuing()))]), make_list(issuing()))
    assert ask(source, issuing().certificate, root().certificate).answer is Answer.REVOKED
    assert ask(source).answer is Answer.GOOD
