"""The answers of НУЦ РК's test responder, as they really are: both of them revocations."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing.certificates import Certificate, read_certificate
from signing.errors import RevocationUnreadable
from signing.revocation.given_files import ResponseFiles
from signing.revocation.ocsp import Response, read_response
from signing.revocation.status import Answer, CertificateStatus
from tests.shared import shared_path
from tests.signing.revocation.asking import ask, with_serial
from tests.signing.revocation.making import NEVER

HEAD, INDIVIDUAL = "ocsp_response_ceo_2015_revoked.bin", "ocsp_response_individual_2015.bin"
MOMENTS = {HEAD: datetime(2022, 9, 2, 16, 59, 28, tzinfo=UTC), INDIVIDUAL: datetime(2022, 9, 2, 16, 58, 34, tzinfo=UTC)}
NUMBERS = {
    HEAD: 334337323104307273202639732180583052495171937826,
    INDIVIDUAL: 90995583491935517844583812548046341754099549519,
}
MINUTE = timedelta(minutes=1)


def raw(name: str) -> bytes:
    return shared_path("data", "pki", "ocsp", name).read_bytes()


def authority() -> Certificate:
    return read_certificate(shared_path("data", "pki", "trust", "test", "nca_gost2022_test.cer").read_bytes())


def judge(response: Response, name: str, *, now: datetime | None = None) -> CertificateStatus:
    """Of the certificate that the answer is about, from the authority that issued it."""
    issuer = authority()
    subject = with_serial(replace(issuer, issuer_name=issuer.subject_name), NUMBERS[name])
    return ask(ResponseFiles((response,)), subject, issuer, now=now or MOMENTS[name])


def test_the_heads_certificate_is_on_hold() -> None:
    status = judge(read_response(raw(HEAD)), HEAD)
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, datetime(2022, 7, 27, 10, 25, 30, tzinfo=UTC))
    assert status.reason == "The authority's responder says so: it is on hold."


def test_the_individuals_certificate_is_told_to_have_never_been_issued() -> None:
    """The README beside the sample calls this answer good: it holds the extended meaning of revoked (RFC 6960, 2.2)."""
    status = judge(read_response(raw(INDIVIDUAL)), INDIVIDUAL)
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, NEVER)
    assert status.reason == "The authority says that it never issued the certificate."


@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize("minutes", [-6, 6, 525600])
def test_at_another_moment_a_hold_is_not_known(name: str, minutes: int) -> None:
    response = read_response(raw(name))
    assert judge(response, name, now=MOMENTS[name] + minutes * MINUTE).answer is Answer.UNKNOWN
    assert judge(response, name, now=MOMENTS[name] + 4 * MINUTE).answer is Answer.REVOKED


@pytest.mark.parametrize("name", MOMENTS)
def test_an_answer_says_nothing_of_another_certificate(name: str) -> None:
    other = HEAD if name == INDIVIDUAL else INDIVIDUAL
    status = judge(read_response(raw(name)), other, now=MOMENTS[name])
    assert status.reason == "There is no answer of a responder about the certificate."


@pytest.mark.parametrize("name", MOMENTS)
def test_a_real_answer_with_one_flipped_bit_is_unknown(name: str) -> None:
    """In what is signed or in the signature; the rest is the responder's certificate, of which a part is enough."""
    data = raw(name)
    response = read_response(data)
    places = [data.index(part) + at for part in (response.signed_part, response.signature) for at in range(len(part))]
    assert len(places) > 400
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        try:
            status = judge(read_response(bytes(changed)), name)
        except RevocationUnreadable:
            continue
        assert status.answer is Answer.UNKNOWN
