"""Why a certificate was revoked comes along from lists and answers, and says what becomes of what was signed before."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from signing.certificates import Certificate
from signing.revocation.crl import read_list
from signing.revocation.given_files import ListFiles, ResponseFiles
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.ocsp import read_response
from signing.revocation.status import Answer, CertificateStatus
from signing.verdict import Status
from tests.signing.pki import AT, issuing, person, root
from tests.signing.revocation.asking import ask, serial_of
from tests.signing.revocation.making import HOLD, HOUR, NEVER, Extra, Made, Said, Taken, make_list, make_response

CODES = [None, 0, 1, 3, 4, 5, HOLD, 9]
SOME = frozenset({0, 4})


@pytest.mark.parametrize("code", CODES)
def test_a_lists_reason_comes_along(code: int | None) -> None:
    taken = Taken(serial_of(person()), reason=code)
    full = make_list(issuing(), [taken])
    changes = [make_list(issuing()), make_list(issuing(), [taken], number=9, base_number=5)]
    for lists in ([full], changes):
        assert ask(ListFiles(tuple(read_list(one) for one in lists))).reason_code == code


@pytest.mark.parametrize("code", CODES)
def test_an_answers_reason_comes_along(code: int | None) -> None:
    said = Said(person().certificate, issuing().certificate, revoked=(AT - HOUR, code))
    assert ask(ResponseFiles((read_response(make_response(issuing(), [said])),))).reason_code == code


def test_a_number_that_was_never_issued_has_the_reason_that_the_standard_gives_it() -> None:
    said = Said(person().certificate, issuing().certificate, revoked=(NEVER, HOLD))
    response = make_response(issuing(), [said], extra=[Extra("1.3.6.1.5.5.7.48.1.9", b"\x05\x00")])
    assert ask(ResponseFiles((read_response(response),))).reason_code == HOLD


@dataclass(frozen=True)
class Says:
    """One status for one certificate, and good for all others."""

    number: int
    status: CertificateStatus

    def find_status(self, certificate: Certificate, issuer: Certificate, **moments: object) -> CertificateStatus:
        if certificate.serial_number == self.number:
            return self.status
        return CertificateStatus(Answer.GOOD, "It is good.")


@pytest.mark.parametrize("made", [person(), issuing()], ids=["the signer", "its authority"])
@pytest.mark.parametrize("code", CODES)
def test_a_later_revocation_spares_what_was_signed_before_for_the_callers_reasons_alone(
    made: Made, code: int | None
) -> None:
    status = CertificateStatus(Answer.REVOKED, "The list says so.", AT + HOUR, code)
    policy = RevocationPolicy(Mode.REQUIRE, (Says(serial_of(made), status),))
    chain = (person().certificate, issuing().certificate, root().certificate)
    spared = policy.judge(chain, now=AT, reference=AT, surviving=SOME).status is Status.PASSED
    assert spared is (code in SOME)
    assert policy.judge(chain, now=AT, reference=AT).status is Status.PASSED
    assert policy.judge(chain, now=AT, reference=AT + HOUR, surviving=SOME).status is Status.FAILED


def test_a_revocation_alone_has_a_reason() -> None:
    for answer in (Answer.GOOD, Answer.UNKNOWN):
        with pytest.raises(ValueError, match="alone has a reason"):
            CertificateStatus(answer, "Why.", None, 0)
