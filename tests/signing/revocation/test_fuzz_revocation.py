"""Whatever bytes come as a list or an answer, they say what their authority signed, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.certificates import Certificate, read_certificate
from signing.errors import RevocationUnreadable
from signing.revocation.crl import read_list
from signing.revocation.given_files import ListFiles, ResponseFiles
from signing.revocation.ocsp import read_response
from signing.revocation.status import Answer, CertificateStatus, StatusSource
from tests.shared import shared_path
from tests.signing.pki import AT, gost_issuing, gost_person, issuing, person
from tests.signing.revocation.asking import ask, serial_of, with_serial
from tests.signing.revocation.making import HOLD, YESTERDAY, Said, Taken, make_list, make_responder, make_response

BUDGET = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
Edits = list[tuple[int, int, bytes]]


def mutations(size: int) -> st.SearchStrategy[Edits]:
    """Up to four edits: where, how many bytes go, which come."""
    edit = st.tuples(st.integers(0, size), st.integers(0, 4), st.binary(max_size=4))
    return st.lists(edit, min_size=1, max_size=4)


def mutated(data: bytes, edits: Edits) -> bytes:
    for place, gone, new in edits:
        data = data[:place] + new + data[place + gone :]
    return data


def by_list(data: bytes) -> StatusSource:
    return ListFiles((read_list(data),))


def by_response(data: bytes) -> StatusSource:
    return ResponseFiles((read_response(data),))


def says_the_same(read: Callable[[bytes], StatusSource], data: bytes, edits: Edits, asked: Asked) -> bool:
    """Unreadable or unknown; or what the untouched document says, since what was touched is not signed."""
    told = asked.of(read(data))
    assert told.answer is not Answer.UNKNOWN, "the untouched document must say something"
    try:
        changed = asked.of(read(mutated(data, edits)))
    except RevocationUnreadable:
        return True
    return changed.answer is Answer.UNKNOWN or changed == told


class Asked:
    """Whom a document is about, and when it is asked."""

    def __init__(self, certificate: Certificate, issuer: Certificate, now: datetime = AT) -> None:
        self._certificate, self._issuer, self._now = certificate, issuer, now

    def of(self, source: StatusSource) -> CertificateStatus:
        return ask(source, self._certificate, self._issuer, now=self._now)


@cache
def made_list() -> bytes:
    return make_list(issuing(), [Taken(99), Taken(serial_of(person()), YESTERDAY, HOLD)], base_number=None)


@cache
def made_gost_list() -> bytes:
    return make_list(gost_issuing(), [Taken(99)])


@cache
def made_response() -> bytes:
    said = Said(person().certificate, issuing().certificate, revoked=(YESTERDAY, HOLD))
    return make_response(make_responder(), [said], nonce=b"n" * 32)


@cache
def made_gost_response() -> bytes:
    said = Said(gost_person().certificate, gost_issuing().certificate)
    return make_response(make_responder(issuer=gost_issuing()), [said])


@BUDGET
@given(mutations(700))
def test_a_mutated_list_says_the_same_or_nothing(edits: Edits) -> None:
    assert says_the_same(by_list, made_list(), edits, Asked(person().certificate, issuing().certificate))


@BUDGET
@given(mutations(500))
def test_a_mutated_gost_list_says_the_same_or_nothing(edits: Edits) -> None:
    asked = Asked(gost_person().certificate, gost_issuing().certificate)
    assert says_the_same(by_list, made_gost_list(), edits, asked)


@BUDGET
@given(mutations(1700))
def test_a_mutated_answer_says_the_same_or_nothing(edits: Edits) -> None:
    assert says_the_same(by_response, made_response(), edits, Asked(person().certificate, issuing().certificate))


@BUDGET
@given(mutations(1200))
def test_a_mutated_gost_answer_says_the_same_or_nothing(edits: Edits) -> None:
    asked = Asked(gost_person().certificate, gost_issuing().certificate)
    assert says_the_same(by_response, made_gost_response(), edits, asked)


def real_authority() -> Certificate:
    return read_certificate(shared_path("data", "pki", "trust", "test", "nca_gost2022_test.cer").read_bytes())


def real_subject(serial_number: int) -> Certificate:
    return with_serial(replace(real_authority(), issuer_name=real_authority().subject_name), serial_number)


@BUDGET
@given(mutations(10600))
def test_a_mutated_real_list_says_the_same_or_nothing(edits: Edits) -> None:
    data = shared_path("data", "pki", "crl", "nca_gost2022_test.crl").read_bytes()
    now = read_list(data).this_update
    assert says_the_same(by_list, data, edits, Asked(real_subject(99), real_authority(), now))


@BUDGET
@given(mutations(1300))
def test_a_mutated_real_answer_says_the_same_or_nothing(edits: Edits) -> None:
    data = shared_path("data", "pki", "ocsp", "ocsp_response_ceo_2015_revoked.bin").read_bytes()
    told = read_response(data)
    number = told.answers[0].certificate.serial_number
    assert says_the_same(by_response, data, edits, Asked(real_subject(number), real_authority(), told.produced_at))


@BUDGET
@given(st.binary(max_size=300))
def test_random_bytes_are_no_list_and_no_answer(data: bytes) -> None:
    for one in (data, b"\x30" + data, b"\x30\x82\x01\x00" + data):
        with pytest.raises(RevocationUnreadable):
            read_list(one)
        with pytest.raises(RevocationUnreadable):
            read_response(one)
