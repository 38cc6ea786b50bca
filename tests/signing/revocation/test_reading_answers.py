"""A responder's answer is read as it is written, or not at all; an independent library makes and reads the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing.errors import RevocationUnreadable
from signing.revocation.certificate_ids import CertificateId, compute_key_id, name_certificate
from signing.revocation.ocsp import MAX_RESPONSE_BYTES, SingleAnswer, read_response
from signing.revocation.ocsp_judging import Asked, judge_stored
from signing.revocation.ocsp_request import build_request
from signing.revocation.status import Answer
from tests.signing.pki import AT, YEAR, gost_issuing, gost_person, issuing, person
from tests.signing.revocation.asking import PEOPLE
from tests.signing.revocation.making import (
    AUTHORITIES,
    HOLD,
    HOUR,
    KEY_COMPROMISE,
    TOMORROW,
    YESTERDAY,
    Extra,
    Made,
    Said,
    make_error,
    make_responder,
    make_response,
)

NONCE = b"n" * 32
UNHEARD_OF = "1.2.3.4.5"


def said(extra: Extra | None = None) -> Said:
    return Said(person().certificate, issuing().certificate, extra=extra)


def x509_of(made: Made) -> x509.Certificate:
    return x509.load_der_x509_certificate(made.der)


@pytest.mark.parametrize("algorithm", AUTHORITIES)
def test_an_answer_is_read_with_all_it_says(algorithm: str) -> None:
    author = AUTHORITIES[algorithm]()
    one = Said(
        person().certificate,
        issuing().certificate,
        revoked=(YESTERDAY, HOLD),
        this_update=AT - HOUR,
        next_update=TOMORROW,
    )
    extra = [Extra("1.3.6.1.5.5.7.48.1.9", b"\x05\x00")]
    found = read_response(make_response(author, [one, said()], nonce=NONCE, extra=extra, produced_at=AT - HOUR))
    name = name_certificate(person().certificate, issuing().certificate)
    assert found.answers == (
        SingleAnswer(name, Answer.REVOKED, YESTERDAY, HOLD, AT - HOUR, TOMORROW),
        SingleAnswer(name, Answer.GOOD, None, None, AT, None),
    )
    assert (found.produced_at, found.nonce, found.extended_revoke) == (AT - HOUR, NONCE, True)
    assert (found.responder_name, found.responder_key_id) == (author.certificate.subject_name, None)
    assert found.certificates == (author.der,)


def test_a_responder_named_by_its_key_is_read() -> None:
    found = read_response(make_response(issuing(), [said()], by_key=True))
    assert (found.responder_name, found.responder_key_id) == (None, compute_key_id(issuing().certificate))


def test_an_answer_that_an_independent_library_made_is_believed() -> None:
    # It writes the true time as the answer's: the answer is of a responder that lives long, and a final one.
    responder = make_responder(ends=AT + 50 * YEAR)
    made = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=x509_of(person()),
            issuer=x509_of(issuing()),
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED,
            this_update=AT,
            next_update=AT + timedelta(minutes=1),
            revocation_time=YESTERDAY,
            revocation_reason=x509.ReasonFlags.key_compromise,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, x509_of(responder))
        .certificates([x509_of(responder)])
        .add_extension(x509.OCSPNonce(NONCE), critical=False)
    )
    signed = made.sign(responder.signing_key.private_key, hashes.SHA256())  # type: ignore[attr-defined]
    response = read_response(signed.public_bytes(Encoding.DER))
    assert response.nonce == NONCE
    asked = Asked(person().certificate, issuing().certificate, NONCE)
    status = judge_stored(response, asked, now=AT, reference=AT)
    assert (status.answer, status.revoked_at) == (Answer.REVOKED, YESTERDAY)


def test_our_answers_are_answers_for_an_independent_library() -> None:
    """Else the tests here would speak of a dialect of their own."""
    one = Said(person().certificate, issuing().certificate, revoked=(YESTERDAY, KEY_COMPROMISE))
    made = ocsp.load_der_ocsp_response(make_response(make_responder(), [one], nonce=NONCE))
    single = next(iter(made.responses))
    assert single.serial_number == person().certificate.serial_number
    assert single.revocation_reason is x509.ReasonFlags.key_compromise
    assert single.revocation_time_utc == YESTERDAY


@pytest.mark.parametrize("algorithm", PEOPLE)
def test_an_independent_library_reads_our_question(algorithm: str) -> None:
    subject, issuer = (one().certificate for one in PEOPLE[algorithm])
    question = ocsp.load_der_ocsp_request(build_request(subject, issuer, NONCE))
    name = name_certificate(subject, issuer)
    assert question.serial_number == name.serial_number == subject.serial_number
    assert (question.issuer_name_hash, question.issuer_key_hash) == (name.issuer_name_hash, name.issuer_key_hash)
    assert isinstance(question.hash_algorithm, hashes.SHA256)
    assert question.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == NONCE


def test_the_digests_of_a_name_are_those_an_independent_library_takes() -> None:
    built = ocsp.OCSPRequestBuilder().add_certificate(x509_of(person()), x509_of(issuing()), hashes.SHA256()).build()
    name = name_certificate(person().certificate, issuing().certificate)
    assert (built.issuer_name_hash, built.issuer_key_hash) == (name.issuer_name_hash, name.issuer_key_hash)


@pytest.mark.parametrize("size", [0, 15, 33])
def test_a_nonce_too_short_to_be_new_or_too_long_to_be_taken_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="from 16 to 32 bytes"):
        build_request(person().certificate, issuing().certificate, bytes(size))


def test_a_certificate_is_named_by_the_authoritys_gost_digest_too() -> None:
    for oid in ("1.2.398.3.10.1.3.1", "1.2.398.3.10.1.3.2", "1.2.398.3.10.1.3.3"):
        name = name_certificate(gost_person().certificate, gost_issuing().certificate, oid)
        assert name.names(gost_person().certificate, gost_issuing().certificate)
        assert not name.names(person().certificate, issuing().certificate)


def test_a_digest_that_is_not_known_names_nothing() -> None:
    assert not CertificateId("1.2.3", b"", b"", 5).names(person().certificate, issuing().certificate)


ERRORS = ["malformed_request", "internal_error", "try_later", "sign_required", "unauthorized"]


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_of_the_responder_is_no_answer_and_is_named(status: str) -> None:
    with pytest.raises(RevocationUnreadable, match=status.replace("_", " ")):
        read_response(make_error(status))


CRITICAL = Extra(UNHEARD_OF, b"\x05\x00", critical=True)
SECOND_NONCE = Extra("1.3.6.1.5.5.7.48.1.2", b"\x04\x10" + b"m" * 16)
REFUSED: dict[str, Callable[[], bytes]] = {
    "a critical extension nobody knows": lambda: make_response(issuing(), [said()], extra=[CRITICAL]),
    "one about a certificate": lambda: make_response(issuing(), [said(CRITICAL)]),
    "two nonces": lambda: make_response(issuing(), [said()], nonce=NONCE, extra=[SECOND_NONCE]),
    "bytes behind it": lambda: make_response(issuing(), [said()]) + b"\x00",
    "success without an answer": lambda: make_error("successful"),
    "nothing": lambda: b"",
    "a page": lambda: b"<html>try again</html>",
    "too much": lambda: bytes(MAX_RESPONSE_BYTES + 1),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_understood_in_full_is_refused(case: str) -> None:
    with pytest.raises(RevocationUnreadable):
        read_response(REFUSED[case]())


def test_an_extension_that_is_not_critical_is_left_alone() -> None:
    extra = Extra(UNHEARD_OF, b"\x05\x00")
    assert len(read_response(make_response(issuing(), [said(extra)], extra=[extra])).answers) == 1


def test_an_answer_of_another_kind_is_refused() -> None:
    """The kind is an object identifier; one that ends in 9 is nobody's."""
    data = make_response(issuing(), [said()])
    kind = bytes.fromhex("06092b0601050507300101")
    assert data.count(kind) == 1
    with pytest.raises(RevocationUnreadable):
        read_response(data.replace(kind, kind[:-1] + b"\x09"))


@pytest.mark.parametrize("written", [b"00000101000000Z", b"20260302120000.", b"202603021200000", b"20260231120000Z"])
def test_a_time_that_is_none_is_refused(written: bytes) -> None:
    """The year 0 is none for Python."""
    data = make_response(issuing(), [said()], produced_at=AT - HOUR)
    with pytest.raises(RevocationUnreadable):
        read_response(data.replace(b"20260302110000Z", written))
