"""The lists of the official test authorities, RSA and GOST, say what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signing.certificates import Certificate, read_certificate
from signing.revocation.crl import RevocationList, read_list
from signing.revocation.given_files import ListFiles
from signing.revocation.status import Answer
from tests.shared import shared_path
from tests.signing.revocation.asking import ask, with_serial

REAL = {
    "rsa": ("nca_rsa_test.crl", "nca_rsa_test.crt", 0x474C38696D8677A2C8B6E40345A8B04168C0905C),
    "gost": ("nca_gost2022_test.crl", "nca_gost2022_test.cer", 0x11878BBB2D0C22C0BB736D57935C80D54BE605FF),
}
UNLISTED = 0x41E45CC8A04C705963E5CD6769848A934D8EAEF5
SECOND = timedelta(seconds=1)


def real(name: str) -> tuple[RevocationList, Certificate, int]:
    list_name, authority, revoked = REAL[name]
    found = read_list(shared_path("data", "pki", "crl", list_name).read_bytes())
    issuer = read_certificate(shared_path("data", "pki", "trust", "test", authority).read_bytes())
    return found, issuer, revoked


def subject_of(issuer: Certificate, serial_number: int) -> Certificate:
    """Somebody whose certificate this authority issued, with this number; it lives as long as the authority."""
    return with_serial(replace(issuer, issuer_name=issuer.subject_name), serial_number)


@pytest.mark.parametrize("name", REAL)
def test_a_listed_certificate_is_revoked_and_another_is_good_while_the_list_holds(name: str) -> None:
    found, issuer, revoked = real(name)
    source = ListFiles((found,))
    assert found.next_update is not None
    for now in (found.this_update, found.this_update + timedelta(days=30), found.next_update):
        assert ask(source, subject_of(issuer, revoked), issuer, now=now).answer is Answer.REVOKED
        assert ask(source, subject_of(issuer, UNLISTED), issuer, now=now).answer is Answer.GOOD


@pytest.mark.parametrize("name", REAL)
def test_later_the_list_still_knows_who_is_revoked_and_no_longer_who_is_not(name: str) -> None:
    found, issuer, revoked = real(name)
    assert found.next_update is not None
    now = found.next_update + SECOND
    assert ask(ListFiles((found,)), subject_of(issuer, revoked), issuer, now=now).answer is Answer.REVOKED
    assert ask(ListFiles((found,)), subject_of(issuer, UNLISTED), issuer, now=now).answer is Answer.UNKNOWN


@pytest.mark.parametrize("name", REAL)
def test_a_real_list_with_one_flipped_bit_is_not_believed(name: str) -> None:
    found, issuer, revoked = real(name)
    for place in range(0, len(found.signed_part), 977):
        part = bytearray(found.signed_part)
        part[place] ^= 0x10
        changed = ListFiles((replace(found, signed_part=bytes(part), believed_of={}),))
        assert ask(changed, subject_of(issuer, revoked), issuer, now=found.this_update).answer is Answer.UNKNOWN
    for place in range(0, len(found.signature), 7):
        signature = bytearray(found.signature)
        signature[place] ^= 0x10
        changed = ListFiles((replace(found, signature=bytes(signature), believed_of={}),))
        assert ask(changed, subject_of(issuer, revoked), issuer, now=found.this_update).answer is Answer.UNKNOWN


def test_the_lists_are_of_their_own_authority_alone() -> None:
    rsa_list, _, revoked = real("rsa")
    _, gost_issuer, _ = real("gost")
    status = ask(ListFiles((rsa_list,)), subject_of(gost_issuer, revoked), gost_issuer, now=rsa_list.this_update)
    assert status.answer is Answer.UNKNOWN
