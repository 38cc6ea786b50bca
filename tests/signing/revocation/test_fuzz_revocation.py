"""Whatever bytes come as a list or an answer, they say what their authority signed, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

import pytest
from hypothesis import given
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
from tests.support.fuzzing import Edits, budget, mutated, mutations

BUDGET = budget()


def by_list(data: bytes) -> StatusSource:
    return ListFiles((read_list(data),))


def by_response(data: bytes) -> StatusSource:
    return ResponseFiles((read_response(data),))


@dataclass(frozen=True)
class Case:
    """A document with what is asked of it, and the answer that it gives untouched."""

    read: Callable[[bytes], StatusSource]
    data: bytes
    certificate: Certificate
    issuer: Certificate
    now: datetime = AT

    def ask(self, data: bytes) -> CertificateStatus:
        return ask(self.read(data), self.certificate, self.issuer, now=self.now)

    def says_the_same(self, edits: Edits) -> bool:
        """Unreadable or unknown; or what the untouched document says, since what was touched is not signed."""
        try:
            told = self.ask(mutated(self.data, edits))
        except RevocationUnreadable:
            return True
        return told.answer is Answer.UNKNOWN or told == untouched(self)


@cache
def untouched(case: Case) -> CertificateStatus:
    told = case.ask(case.data)
    assert told.answer is not Answer.UNKNOWN, "else nothing could be lost"
    return told


@cache
def rsa_list() -> Case:
    data = make_list(issuing(), [Taken(99), Taken(serial_of(person()), YESTERDAY, HOLD)])
    return Case(by_list, data, person().certificate, issuing().certificate)


@cache
def gost_list() -> Case:
    return Case(by_list, make_list(gost_issuing(), [Taken(99)]), gost_person().certificate, gost_issuing().certificate)


@cache
def rsa_answer() -> Case:
    said = Said(person().certificate, issuing().certificate, revoked=(YESTERDAY, HOLD))
    data = make_response(make_responder(), [said], nonce=b"n" * 32)
    return Case(by_response, data, said.certificate, said.issuer)


@cache
def gost_answer() -> Case:
    said = Said(gost_person().certificate, gost_issuing().certificate)
    data = make_response(make_responder(issuer=gost_issuing()), [said])
    return Case(by_response, data, said.certificate, said.issuer)


@cache
def real_list() -> Case:
    data = shared_path("data", "pki", "crl", "nca_gost2022_test.crl").read_bytes()
    return Case(by_list, data, real_subject(99), real_authority(), read_list(data).this_update)


@cache
def real_answer() -> Case:
    data = shared_path("data", "pki", "ocsp", "ocsp_response_ceo_2015_revoked.bin").read_bytes()
    told = read_response(data)
    number = told.answers[0].certificate.serial_number
    return Case(by_response, data, real_subject(number), real_authority(), told.produced_at)


@cache
def real_authority() -> Certificate:
    return read_certificate(shared_path("data", "pki", "trust", "test", "nca_gost2022_test.cer").read_bytes())


def real_subject(serial_number: int) -> Certificate:
    return with_serial(replace(real_authority(), issuer_name=real_authority().subject_name), serial_number)


@BUDGET
@given(mutations(700))
def test_a_mutated_list_says_the_same_or_nothing(edits: Edits) -> None:
    assert rsa_list().says_the_same(edits)


@BUDGET
@given(mutations(500))
def test_a_mutated_gost_list_says_the_same_or_nothing(edits: Edits) -> None:
    assert gost_list().says_the_same(edits)


@BUDGET
@given(mutations(1700))
def test_a_mutated_answer_says_the_same_or_nothing(edits: Edits) -> None:
    assert rsa_answer().says_the_same(edits)


@BUDGET
@given(mutations(1200))
def test_a_mutated_gost_answer_says_the_same_or_nothing(edits: Edits) -> None:
    assert gost_answer().says_the_same(edits)


@BUDGET
@given(mutations(10600))
def test_a_mutated_real_list_says_the_same_or_nothing(edits: Edits) -> None:
    assert real_list().says_the_same(edits)


@BUDGET
@given(mutations(1300))
def test_a_mutated_real_answer_says_the_same_or_nothing(edits: Edits) -> None:
    assert real_answer().says_the_same(edits)


@BUDGET
@given(st.binary(max_size=300))
def test_random_bytes_are_no_list_and_no_answer(data: bytes) -> None:
    for one in (data, b"\x30" + data, b"\x30\x82\x01\x00" + data):
        with pytest.raises(RevocationUnreadable):
            read_list(one)
        with pytest.raises(RevocationUnreadable):
            read_response(one)
