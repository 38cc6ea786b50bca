"""Keys, certificates and documents of no known format: whatever bytes come, the answer is one of our own words.

The formats have fuzzers of their own beside their tests.
"""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from signing.certificates import read_certificate
from signing.checking import check_document
from signing.cms.making import sign_cms
from signing.errors import CertificateUnreadable, DocumentUnrecognised, KeyUnusable
from signing.keys import load_p12
from signing.policy import Policy
from signing.wsse.signing import sign_envelope
from signing.xmldsig.signing import sign_enveloped
from tests.shared import shared_path
from tests.signing.pki import AT, gost_person, person, trust
from tests.support.fuzzing import budget, mutated, mutations

ENVELOPE = b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><a>b</a></S:Body></S:Envelope>'


@cache
def key_file(algorithm: str) -> tuple[bytes, bytes]:
    """A file as НУЦ РК gives it out, and the DER of the certificate in it."""
    key = Authority.create(AT).issue("individual", Subject("900314499010"), at=AT, algorithm=algorithm)
    return export_p12(key, "password"), key.certificate.der


@budget()
@given(mutations(1400))
def test_a_mutated_certificate_is_read_or_refused(edits: list[tuple[int, int, bytes]]) -> None:
    for made in (person(), gost_person()):
        try:
            read_certificate(mutated(made.der, edits))
        except CertificateUnreadable:
            continue


@budget()
@given(mutations(1400))
def test_a_mutated_real_certificate_is_read_or_refused(edits: list[tuple[int, int, bytes]]) -> None:
    der = shared_path("data", "pki", "signed", "ceo_valid_sign_2004_gost.cer").read_bytes()
    try:
        read_certificate(mutated(der, edits))
    except CertificateUnreadable:
        return


@pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
@budget()
@given(edits=mutations(4200))
def test_a_mutated_key_file_opens_to_the_same_key_or_not_at_all(
    algorithm: str, edits: list[tuple[int, int, bytes]]
) -> None:
    file, certificate = key_file(algorithm)
    try:
        key = load_p12(mutated(file, edits), "password", allow_pure=True)
    except KeyUnusable:
        return
    assert key.certificate.der == certificate


@budget()
@given(st.binary(max_size=300))
def test_random_bytes_are_no_key_file(data: bytes) -> None:
    with pytest.raises(KeyUnusable):
        load_p12(data, "password")


@budget()
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_random_bytes_are_unrecognised_or_do_not_pass(data: bytes) -> None:
    for document in (data, b"\x30" + data, b"<" + data, b"<a>" + data + b"</a>"):
        try:
            assert not check_document(document, Policy(trust(), AT)).passed
        except DocumentUnrecognised:
            continue


@cache
def documents() -> tuple[bytes, ...]:
    key, other = person().signing_key, gost_person().signing_key
    return (
        sign_cms(b"content", [key, other], AT, attached=True),
        sign_enveloped(b"<a>b</a>", other),
        sign_envelope(ENVELOPE, key),
    )


@budget()
@given(mutations(4000))
def test_a_mutated_document_of_any_format_gets_a_verdict_or_is_unrecognised(
    edits: list[tuple[int, int, bytes]],
) -> None:
    signers = {person().certificate.sha256, gost_person().certificate.sha256}
    for document in documents():
        try:
            verdict = check_document(mutated(document, edits), Policy(trust(), AT))
        except DocumentUnrecognised:
            continue
        if verdict.passed:
            assert {one.signer.certificate_sha256 for one in verdict.signers if one.signer} <= signers
