"""The seam to signing: real signatures in, acceptance or one of our codes out, never a word about who is right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from cryptography.x509.oid import NameOID

from contracts.application import Application
from contracts.errors import OperatorError, RevocationUnknown, SignatureRefused
from gateway.intake.envelope import Envelope
from gateway.intake.signature import ALGORITHM, BY_REASON, BY_STAGE, OTHER_PERSON, UNCLEAR, judge_signature
from gateway.intake.wrapper import read_wrapper, write_wrapper
from signing.cms.making import sign_cms, sign_detached
from signing.cms.verifying import verify_cms
from signing.errors import SigningError, TrustStoreUnusable
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Indication, Stage, SubIndication, Verdict
from signing.xmldsig.signing import sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.gateway.sample_case import make_application
from tests.signing import pki
from tests.support.verdicts import refused, stopped

CONTENT = b'{"the": "application"}'


def verify(envelope: Envelope, at: datetime) -> Verdict:
    if envelope.format == "xmldsig":
        return verify_enveloped(envelope.signature, Policy(pki.trust(), at))
    return verify_cms(envelope.signature, Policy(pki.trust(), at), envelope.content)


def application(iin: str = pki.IIN, **changes: Any) -> Application:
    """Of an applicant with this IIN."""
    declared = make_application() | changes
    declared["applicant"]["iin"] = iin
    return Application.model_validate_json(json.dumps(declared))


def signed(key: pki.Made, content: bytes = CONTENT) -> Envelope:
    return Envelope(CONTENT, sign_detached(content, key.signing_key, pki.AT), "eds", "cms", "")


def code_of(envelope: Envelope, iin: str = pki.IIN, at: datetime = pki.AT) -> str:
    with pytest.raises(SignatureRefused) as caught:
        judge_signature(envelope, application(iin), at, verify)
    (problem,) = caught.value.problems
    assert problem.pointer == "/signature/value"
    assert pki.IIN not in problem.detail
    return problem.code


def test_the_applicants_own_signature_over_these_bytes_is_accepted() -> None:
    record = judge_signature(signed(pki.person()), application(), pki.AT, verify)
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


@pytest.mark.parametrize("more", ["1.2.398.3.3.4.1.1.1", "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.6"])
def test_a_role_beside_that_of_an_individual_speaks_for_somebody_else(more: str) -> None:
    key = pki.make(pki.PERSON, pki.rsa_key("person"), pki.issuing(), roles=("1.2.398.3.3.4.1.1", more))
    assert code_of(signed(key)) == "signature-usage"


@pytest.mark.parametrize("noise", [b"\x00", b"\x30\x03\x02\x01\x01", b"-----BEGIN CMS-----", b"noise"])
def test_noise_is_no_signature(noise: bytes) -> None:
    assert code_of(replace(signed(pki.person()), signature=noise)) == "signature-malformed"


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_of_a_check_has_a_code_of_its_own(stage: Stage) -> None:
    def stop(_envelope: Envelope, _at: datetime) -> Verdict:
        return stopped(stage, SubIndication.CHAIN_CONSTRAINTS_FAILURE)

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, stop)
    assert caught.value.public_code == BY_STAGE[stage]
    assert len({*BY_STAGE.values(), OTHER_PERSON, UNCLEAR}) == len(Stage) + 2


@pytest.mark.parametrize("reason", BY_REASON)
def test_reasons_that_say_more_than_the_stage_have_codes_of_their_own(reason: SubIndication) -> None:
    def stop(_envelope: Envelope, _at: datetime) -> Verdict:
        return refused(reason)

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, stop)
    assert caught.value.public_code == BY_REASON[reason]


def test_a_signer_who_is_not_named_rightly_is_told_of_as_such() -> None:
    def stop(_envelope: Envelope, _at: datetime) -> Verdict:
        return stopped(Stage.USAGE, SubIndication.SIG_CONSTRAINTS_FAILURE)

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, stop)
    assert caught.value.public_code == UNCLEAR


@pytest.mark.parametrize("stage", [Stage.REVOCATION, Stage.TIMESTAMP])
def test_a_revocation_that_nobody_can_tell_of_is_not_the_callers_fault(stage: Stage) -> None:
    def stop(_envelope: Envelope, _at: datetime) -> Verdict:
        return stopped(stage, SubIndication.TRY_LATER)

    with pytest.raises(RevocationUnknown) as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, stop)
    assert caught.value.retryable


def test_an_algorithm_that_is_not_supported_is_told_as_such() -> None:
    def stop(_envelope: Envelope, _at: datetime) -> Verdict:
        return stopped(Stage.CHAIN, SubIndication.CRYPTO_CONSTRAINTS_FAILURE)

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, stop)
    assert caught.value.public_code == ALGORITHM


def test_a_verdict_over_other_content_is_never_taken_for_ours() -> None:
    def mistaken(envelope: Envelope, at: datetime) -> Verdict:
        return replace(verify(envelope, at), content=b"other")

    with pytest.raises(SignatureRefused):
        judge_signature(signed(pki.person()), application(), pki.AT, mistaken)


def test_an_error_of_signing_is_the_operators_and_says_no_more_than_its_code() -> None:
    def broken(_envelope: Envelope, _at: datetime) -> Verdict:
        raise TrustStoreUnusable("the trust folder /secret does not exist")

    with pytest.raises(OperatorError, match="trust-store-unusable") as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, broken)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value.__cause__, SigningError)


def test_an_empty_trust_store_believes_nobody() -> None:
    def lonely(envelope: Envelope, at: datetime) -> Verdict:
        verdict = verify_cms(envelope.signature, Policy(TrustStore(()), at), envelope.content)
        assert verdict.indication is not Indication.TOTAL_PASSED
        return verdict

    with pytest.raises(SignatureRefused) as caught:
        judge_signature(signed(pki.person()), application(), pki.AT, lonely)
    assert caught.value.public_code == "signature-untrusted"


GUARDIAN = {
    "iin": "900101350133", "surname": "Другой", "name": "Человек", "birth_date": "1990-01-01",
    "ground": "guardianship", "document_number": "12", "issued_on": "2026-01-12",
}  # fmt: skip


def guardian() -> pki.Made:
    subject = ((NameOID.COMMON_NAME, "ДРУГОЙ ЧЕЛОВЕК"), (NameOID.SERIAL_NUMBER, f"IIN{GUARDIAN['iin']}"))
    return pki.make(subject, pki.rsa_key("other"), pki.issuing(), roles=("1.2.398.3.3.4.1.1",))


def test_a_representative_who_is_declared_may_sign() -> None:
    record = judge_signature(signed(guardian()), application(representative=GUARDIAN), pki.AT, verify)
    assert record["signed_by"] == "representative"


def test_a_representative_who_is_not_declared_may_not() -> None:
    assert code_of(signed(guardian())) == "signature-other-person"


def test_whoever_signs_besides_the_applicant_does_no_harm() -> None:
    both = sign_cms(CONTENT, [guardian().signing_key, pki.person().signing_key], pki.AT)
    record = judge_signature(replace(signed(pki.person()), signature=both), application(), pki.AT, verify)
    assert record["signed_by"] == "applicant"
    assert len(record["signers"]) == 2


def test_one_signer_who_does_not_pass_spoils_the_whole() -> None:
    unknown = pki.make(pki.PERSON, pki.rsa_key("strange"), None)
    both = sign_cms(CONTENT, [pki.person().signing_key, unknown.signing_key], pki.AT)
    assert code_of(replace(signed(pki.person()), signature=both)) == "signature-untrusted"


def wrapped(content: bytes, key: pki.Made) -> Envelope:
    return Envelope(CONTENT, sign_enveloped(write_wrapper(content), key.signing_key), "eds", "xmldsig", "")


def test_a_signed_wrapper_of_these_bytes_is_accepted() -> None:
    record = judge_signature(wrapped(CONTENT, pki.person()), application(), pki.AT, verify)
    assert (record["format"], record["signed_by"]) == ("xmldsig", "applicant")


def test_a_signed_wrapper_of_other_bytes_is_refused() -> None:
    assert code_of(wrapped(b"other", pki.person())) == "signature-digest-mismatch"


@pytest.mark.parametrize("document", [
    b"<application>e30=</application>",
    b'<application xmlns="urn:asp-gateway:application:1"><x/></application>',
    b'<application xmlns="urn:asp-gateway:application:1" a="b">e30=</application>',
    b'<application xmlns="urn:asp-gateway:application:1">e3</application>',
])  # fmt: skip
def test_a_signed_document_that_is_no_wrapper_is_malformed(document: bytes) -> None:
    envelope = replace(wrapped(CONTENT, pki.person()), signature=sign_enveloped(document, pki.person().signing_key))
    assert code_of(envelope) == "signature-malformed"


def test_what_is_wrapped_is_what_is_read() -> None:
    assert read_wrapper(write_wrapper(CONTENT)) == CONTENT
