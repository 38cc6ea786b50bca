"""A bare signature passes over its content alone, with the certificate of the key that made it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from signing.keys import SigningKey
from signing.policy import Policy
from signing.raw import MAX_CONTENT_BYTES, MAX_SIGNATURE_BYTES, verify_raw
from signing.trust import TrustStore
from signing.verdict import Stage, Status, SubIndication, Verdict
from tests.signing.pki import AT, IIN, PERSON, YEAR, gost_person, issuing, make, person, rsa_key, trust
from tests.support.fuzzing import budget

EXAMPLES = 100
BUDGET = budget(EXAMPLES)
CONTENT = "Заявление".encode()
KEYS: dict[str, Callable[[], SigningKey]] = {
    "RSA": lambda: person().signing_key,
    "GOST": lambda: gost_person().signing_key,
}


def judge(signature: bytes, certificate: bytes, content: bytes = CONTENT, policy: Policy | None = None) -> Verdict:
    return verify_raw(signature, certificate, content, policy or Policy(trust(), AT))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("written", [bytes, base64.b64encode, base64.encodebytes], ids=["bytes", "base64", "lines"])
def test_a_signature_passes_and_names_its_signer(key: str, written: Callable[[bytes], bytes]) -> None:
    signing = KEYS[key]()
    verdict = judge(written(signing.sign(CONTENT)), signing.certificate.der)
    assert verdict.passed, verdict
    assert (verdict.format, verdict.content) == ("raw", CONTENT)
    one = verdict.only_signer
    assert one is not None and one.signer is not None
    assert (one.signer.iin, one.algorithm) == (IIN, signing.suite.name)
    assert (one.signed_at, one.stamped_at, one.judged_at) == (None, None, AT)
    assert one.stages[Stage.TIMESTAMP].status is Status.NOT_CHECKED


@pytest.mark.parametrize(
    "certificate",
    [
        lambda: base64.b64encode(person().der),
        lambda: base64.encodebytes(person().der),
        lambda: person().x509.public_bytes(Encoding.PEM),
    ],
    ids=["base64", "lines", "PEM"],
)
def test_the_certificate_is_read_in_every_form(certificate: Callable[[], bytes]) -> None:
    assert judge(person().signing_key.sign(CONTENT), certificate()).passed


@pytest.mark.parametrize("key", KEYS)
def test_every_changed_byte_of_signature_and_content_fails(key: str) -> None:
    signing = KEYS[key]()
    signature, certificate = signing.sign(CONTENT), signing.certificate.der
    for place, whole in enumerate(signature):
        changed = signature[:place] + bytes([whole ^ 1 << place % 8]) + signature[place + 1 :]
        assert judge(changed, certificate).sub_indication is SubIndication.SIG_CRYPTO_FAILURE
    for place, whole in enumerate(CONTENT):
        changed = CONTENT[:place] + bytes([whole ^ 1 << place % 8]) + CONTENT[place + 1 :]
        verdict = judge(signature, certificate, changed)
        assert verdict.sub_indication is SubIndication.SIG_CRYPTO_FAILURE and verdict.content is None


@pytest.mark.parametrize("signature", [b"", b"\0", bytes(64), bytes(128), bytes(256), b"\xff" * 256])
@pytest.mark.parametrize("key", KEYS)
def test_what_is_no_signature_fails(key: str, signature: bytes) -> None:
    verdict = judge(signature, KEYS[key]().certificate.der)
    assert (verdict.stage, verdict.sub_indication) == (Stage.SIGNATURE, SubIndication.SIG_CRYPTO_FAILURE)


def test_the_certificate_of_another_key_or_family_fails() -> None:
    another = make(PERSON, rsa_key("other"), issuing())
    signature = person().signing_key.sign(CONTENT)
    for certificate in (another.der, gost_person().der):
        assert judge(signature, certificate).sub_indication is SubIndication.SIG_CRYPTO_FAILURE


@pytest.mark.parametrize(
    "certificate",
    [b"", b"\x30\x00", "подпись".encode(), base64.b64encode(b"\x30\x00"), b"-----BEGIN CERTIFICATE-----\n"],
    ids=["nothing", "empty", "text", "base64", "PEM"],
)
def test_what_is_no_certificate_refuses_the_signature(certificate: bytes) -> None:
    verdict = judge(person().signing_key.sign(CONTENT), certificate)
    assert (verdict.sub_indication, verdict.signers) == (SubIndication.FORMAT_FAILURE, ())


def test_what_is_too_large_is_refused() -> None:
    signature, certificate = person().signing_key.sign(CONTENT), person().der
    for large in (
        judge(signature, certificate, bytes(MAX_CONTENT_BYTES + 1)),
        judge(bytes(MAX_SIGNATURE_BYTES + 1), certificate),
    ):
        assert large.sub_indication is SubIndication.FORMAT_FAILURE and "too large" in large.reason


def test_a_small_key_fails() -> None:
    small = make(PERSON, rsa_key("small", 1024), issuing())
    verdict = judge(bytes(128), small.der)
    assert verdict.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE


def test_the_certificate_is_judged_like_any_other() -> None:
    signing = person().signing_key
    signature, certificate = signing.sign(CONTENT), signing.certificate.der
    late = judge(signature, certificate, policy=Policy(trust(), AT + 2 * YEAR))
    assert late.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    untrusted = judge(signature, certificate, policy=Policy(TrustStore(()), AT))
    assert untrusted.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    login = make(
        PERSON, rsa_key("person"), issuing(), key_usage=frozenset({"digital_signature"}), ends=AT + timedelta(1)
    )
    assert judge(signature, login.der).stage is Stage.USAGE


@BUDGET
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_random_bytes_never_pass(signature: bytes, certificate: bytes) -> None:
    assert not judge(signature, certificate).passed
    assert not judge(signature, person().der).passed
    assert not judge(signature, gost_person().der).passed
