"""The seam to signing: real signatures in, acceptance or one of our codes out, never a word about who is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.x509.oid import NameOID

from contracts.errors import OperatorError, SignatureRefused
from gateway.intake.envelope import Envelope
from gateway.intake.signature import ALGORITHM, CODES, OTHER_PERSON, judge_signature
from signing.cms import sign_detached, verify_detached
from signing.errors import SigningError, TrustStoreUnusable
from signing.trust import TrustStore
from signing.verdict import Indication, Stage, SubIndication, Verdict, refused
from tests.signing import pki

CONTENT = b'{"the": "application"}'


def verify(signature: bytes, content: bytes, at: datetime) -> Verdict:
    return verify_detached(signature, content, trust=pki.trust(), at=at)


def signed(key: pki.Made, content: bytes = CONTENT) -> Envelope:
    return Envelope(CONTENT, sign_detached(content, key.signing_key, pki.AT), "eds", "cms", "")


def code_of(envelope: Envelope, iin: str = pki.IIN, at: datetime = pki.AT) -> str:
    with pytest.raises(SignatureRefused) as caught:
        judge_signature(envelope, iin, at, verify)
    (problem,) = caught.value.problems
    assert problem.pointer == "/signature/value"
    assert pki.IIN not in problem.detail
    return problem.code


def test_the_applicants_own_signature_over_these_bytes_is_accepted() -> None:
    record = judge_signature(signed(pki.person()), pki.IIN, pki.AT, verify)
    assert (record["method"], record["format"], record["indication"]) == ("eds", "cms", "TOTAL_PASSED")
    assert pki.IIN not in str(record)


def test_a_signature_over_other_bytes_is_refused() -> None:
    assert code_of(signed(pki.person(), CONTENT + b" ")) == "signature-digest-mismatch"


def test_another_persons_signature_is_refused() -> None:
    assert code_of(signed(pki.person()), iin="900101350999") == "signature-other-person"


def test_a_system_without_a_person_is_another_person() -> None:
    unit = ((NameOID.COMMON_NAME, "ИС"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "BIN990140009991"))
    assert code_of(signed(pki.make(unit, pki.rsa_key("system"), pki.issuing()))) == "signature-other-person"


def test_a_signature_of_an_unknown_authority_is_refused() -> None:
    strange = pki.make(pki.ROOT_NAME, pki.rsa_key("strange"), None, authority=True, key_usage=pki.AUTHORITY)
    assert code_of(signed(pki.make(pki.PERSON, pki.rsa_key("person"), strange))) == "signature-untrusted"


def test_an_expired_certificate_is_refused() -> None:
    assert code_of(signed(pki.person()), at=pki.AT + 2 * pki.YEAR) == "signature-expired"


def test_a_key_for_entering_sites_signs_nothing() -> None:
    login = frozenset({"digital_signature", "key_encipherment"})
    key = pki.make(pki.PERSON, pki.rsa_key("person"), pki.issuing(), key_usage=login)
    assert code_of(signed(key)) == "signature-usage"


def test_an_employees_certificate_does_not_speak_for_the_person_who_holds_it() -> None:
    employee = ("1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.5")
    key = pki.make(pki.PERSON, pki.rsa_key("person"), pki.issuing(), roles=employee)
    assert code_of(signed(key)) == "signature-usage"


@pytest.mark.parametrize("noise", [b"\x00", b"\x30\x03\x02\x01\x01", b"-----BEGIN CMS-----", b"noise"])
def test_noise_is_no_signature(noise: bytes) -> None:
    assert code_of(replace(signed(pki.person()), signature=noise)) == "signature-malformed"


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_of_a_check_has_a_code_of_its_own(stage: Stage) -> None:
    def stop(_signature: bytes, _content: bytes, _at: datetime) -> Verdict:
        return refused(stage, SubIndication.SIG_CONSTRAINTS_FAILURE, "why")

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), pki.IIN, pki.AT, stop)
    assert caught.value.public_code == CODES[stage]
    assert len({*CODES.values(), OTHER_PERSON, ALGORITHM}) == len(Stage) + 2


def test_an_algorithm_that_is_not_supported_is_told_as_such() -> None:
    def stop(_signature: bytes, _content: bytes, _at: datetime) -> Verdict:
        return refused(Stage.SIGNATURE, SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "why")

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), pki.IIN, pki.AT, stop)
    assert caught.value.public_code == ALGORITHM


def test_a_verdict_over_other_content_is_never_taken_for_ours() -> None:
    def mistaken(signature: bytes, content: bytes, at: datetime) -> Verdict:
        return replace(verify(signature, content, at), content=b"other")

    with pytest.raises(SignatureRefused):
        judge_signature(signed(pki.person()), pki.IIN, pki.AT, mistaken)


def test_an_error_of_signing_is_the_operators_and_says_no_more_than_its_code() -> None:
    def broken(_signature: bytes, _content: bytes, _at: datetime) -> Verdict:
        raise TrustStoreUnusable("the trust folder /secret does not exist")

    with pytest.raises(OperatorError, match="trust-store-unusable") as caught:
        judge_signature(signed(pki.person()), pki.IIN, pki.AT, broken)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value.__cause__, SigningError)


def test_an_empty_trust_store_believes_nobody() -> None:
    def lonely(signature: bytes, content: bytes, at: datetime) -> Verdict:
        verdict = verify_detached(signature, content, trust=TrustStore(()), at=at)
        assert verdict.indication is not Indication.TOTAL_PASSED
        return verdict

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), pki.IIN, pki.AT, lonely)
    assert caught.value.public_code == "signature-untrusted"
