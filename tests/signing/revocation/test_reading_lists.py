"""A list is read as it is written, or not at all: what is not understood in full makes nothing good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from signing.errors import RevocationUnreadable
from signing.revocation.crl import MAX_LIST_BYTES, read_list
from signing.revocation.crl_entries import Entry
from signing.revocation.crl_judging import is_believed
from tests.shared import shared_path
from tests.signing.pki import AT, gost_issuing, issuing
from tests.signing.revocation.making import AUTHORITIES, HOLD, HOUR, TOMORROW, YESTERDAY, Extra, Taken, make_list

BIG = (1 << 158) + 12345
DISTRIBUTION_POINT = Extra("2.5.29.28", bytes.fromhex("30038101ff"), critical=True)
UNHEARD_OF = "1.2.3.4.5"


@pytest.mark.parametrize("algorithm", AUTHORITIES)
def test_a_list_is_read_with_all_it_says(algorithm: str) -> None:
    author = AUTHORITIES[algorithm]()
    found = read_list(make_list(author, [Taken(5, reason=HOLD), Taken(BIG, YESTERDAY - HOUR, None)], base_number=3))
    assert found.issuer_name == author.certificate.subject_name
    assert found.authority_key_id == author.certificate.subject_key_id
    assert (found.this_update, found.next_update) == (AT - HOUR, TOMORROW)
    assert (found.number, found.base_number, found.is_delta) == (7, 3, True)
    assert len(found.entries) == 2
    assert found.entries.find(5) == Entry(YESTERDAY, HOLD)
    assert found.entries.find(BIG) == Entry(YESTERDAY - HOUR, None)
    assert found.entries.find(6) is None


def test_a_list_without_entries_numbers_or_end_is_read() -> None:
    found = read_list(make_list(issuing(), number=None, next_update=None, with_key_id=False, extra=[Extra("1.2", b"")]))
    assert len(found.entries) == 0
    assert (found.number, found.base_number, found.next_update, found.authority_key_id) == (None, None, None, None)


def test_pem_is_read_too() -> None:
    der = make_list(issuing(), [Taken(5)])
    assert read_list(pem.armor("X509 CRL", der)).signed_part == read_list(der).signed_part


def test_serial_numbers_with_the_same_end_are_kept_apart() -> None:
    same_end = [Taken((n << 32) + 99, YESTERDAY - n * HOUR, None) for n in range(5)]
    found = read_list(make_list(issuing(), same_end))
    assert [found.entries.find(one.serial_number) for one in same_end] == [Entry(one.at, None) for one in same_end]
    assert found.entries.find((7 << 32) + 99) is None


def test_times_of_the_last_century_and_after_2049_are_read() -> None:
    early, late = datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2051, 1, 1, tzinfo=UTC)
    found = read_list(make_list(issuing(), [Taken(5, early, None), Taken(6, late, None)]))
    assert found.entries.find(5) == Entry(early, None)
    assert found.entries.find(6) == Entry(late, None)


def test_an_entry_longer_than_127_bytes_is_read() -> None:
    long = Taken(5, extra=Extra(UNHEARD_OF, b"\x04\x7f" + b"x" * 127))
    assert read_list(make_list(issuing(), [long, Taken(6)])).entries.find(6) == Entry(YESTERDAY, 1)


def test_parameters_that_are_absent_mean_the_same_as_null() -> None:
    assert is_believed(read_list(make_list(gost_issuing(), inner_parameters=None)), gost_issuing().certificate)


def test_a_list_that_an_independent_library_made_is_read() -> None:
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(BIG)
        .revocation_date(YESTERDAY)
        .add_extension(x509.CRLReason(x509.ReasonFlags.cessation_of_operation), critical=False)
        .add_extension(x509.InvalidityDate(YESTERDAY), critical=False)
        .build()
    )
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuing().x509.subject)
        .last_update(AT - HOUR)
        .next_update(TOMORROW)
        .add_extension(x509.CRLNumber(70000), critical=False)
        .add_revoked_certificate(entry)
        .sign(issuing().key, hashes.SHA256())
    )
    found = read_list(made.public_bytes(Encoding.DER))
    assert found.number == 70000
    assert found.entries.find(BIG) == Entry(YESTERDAY, 5)
    assert is_believed(found, issuing().certificate)


def test_our_lists_are_lists_for_an_independent_library() -> None:
    """Else the tests here would speak of a dialect of their own."""
    made = x509.load_der_x509_crl(make_list(issuing(), [Taken(5), Taken(BIG, reason=HOLD)], base_number=3))
    assert made.is_signature_valid(issuing().key.public_key())
    entry = made.get_revoked_certificate_by_serial_number(BIG)
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.certificate_hold


REFUSED: dict[str, dict[str, Any]] = {
    "a part of the certificates alone": {"extra": [DISTRIBUTION_POINT]},
    "a part, without saying that it matters": {"extra": [Extra("2.5.29.28", bytes.fromhex("30038101ff"))]},
    "a critical extension nobody knows": {"extra": [Extra(UNHEARD_OF, b"\x05\x00", critical=True)]},
    "a critical extension of an entry": {"taken": [Taken(5, extra=Extra(UNHEARD_OF, b"\x05\x00", critical=True))]},
    "an entry of another issuer": {"taken": [Taken(5, extra=Extra("2.5.29.29", b"\x30\x00"))]},
    "two different algorithms": {"outer_oid": "1.2.840.113549.1.1.12"},
    "one extension twice": {"extra": [Extra("2.5.29.20", b"\x02\x01\x08")]},
    "a reason of two bytes": {"taken": [Taken(5, reason=None, extra=Extra("2.5.29.21", b"\x0a\x02\x00\x01"))]},
    "a reason with more behind it": {"taken": [Taken(5, reason=None, extra=Extra("2.5.29.21", b"\x0a\x01\x01\x00"))]},
    "a negative number": {"number": -1},
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_list_that_cannot_be_understood_in_full_is_refused(case: str) -> None:
    changes = {"taken": [Taken(6)], **REFUSED[case]}
    with pytest.raises(RevocationUnreadable, match="cannot be understood"):
        read_list(make_list(issuing(), **changes))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x17\x0d260301120000Z", b"\x17\x0d260230120000Z"),  # a day that is none
        (b"\x17\x0d260301120000Z", b"\x17\x0d260301126000Z"),  # a minute that is none
        (b"\x17\x0d260301120000Z", b"\x17\x0d2603011200+0Z"),
        (b"\x17\x0d260301120000Z", b"\x17\x0d26030112000Z0"),
        (b"\x17\x0d260301120000Z", b"\x04\x0d260301120000Z"),
        (b"\x02\x02\x12\x34", b"\x04\x02\x12\x34"),  # a serial number that is none
        (b"\x55\x1d\x14\x04\x03\x02\x01\x07", b"\x55\x1d\x14\x04\x03\x04\x01\x07"),  # a number that is none
        (b"\x01\x01\x0b\x05\x00\x30", b"\x01\x01\x0b\x04\x00\x30"),  # parameters of the algorithm
        (b"\x02\x01\x01\x30", b"\x02\x01\x00\x30"),  # a version that has no extensions
    ],
)
def test_bytes_that_are_no_such_part_are_refused(old: bytes, new: bytes) -> None:
    der = make_list(issuing(), [Taken(0x1234)])
    assert der.count(old) == 1
    with pytest.raises(RevocationUnreadable):
        read_list(der.replace(old, new))


@pytest.mark.parametrize("data", [b"\x30\x00", b"\x30\x02\x05\x00", b"<html>", b"-----BEGIN \xff"])
def test_what_is_said_of_bytes_that_are_no_list_is_a_sentence_of_this_room(data: bytes) -> None:
    with pytest.raises(RevocationUnreadable) as caught:
        read_list(data)
    assert str(caught.value) == "the list of revoked certificates cannot be understood"


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x00", b"-----BEGIN X509 CRL-----", b"\x30\x80\x00\x00", b"<html>"]
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(RevocationUnreadable):
        read_list(data)


def test_bytes_behind_the_list_are_refused() -> None:
    with pytest.raises(RevocationUnreadable):
        read_list(make_list(issuing()) + b"\x00")


def test_a_text_with_two_lists_or_with_something_else_is_refused() -> None:
    one = pem.armor("X509 CRL", make_list(issuing()))
    for text in (one + one, pem.armor("CERTIFICATE", issuing().der)):
        with pytest.raises(RevocationUnreadable):
            read_list(text)


def test_a_list_past_the_bound_is_not_even_looked_at() -> None:
    with pytest.raises(RevocationUnreadable, match="too large"):
        read_list(bytes(MAX_LIST_BYTES + 1))


def test_every_real_list_is_read_in_full() -> None:
    test_2022 = read_list(shared_path("data", "pki", "crl", "nca_gost2022_test.crl").read_bytes())
    assert (len(test_2022.entries), test_2022.number) == (195, 166)
    assert test_2022.this_update == datetime(2026, 8, 11, 3, 49, 19, tzinfo=UTC)
    assert test_2022.next_update == test_2022.this_update + timedelta(days=180)
    rsa = read_list(shared_path("data", "pki", "crl", "nca_rsa_test.crl").read_bytes())
    assert (len(rsa.entries), rsa.number) == (126, 9)
