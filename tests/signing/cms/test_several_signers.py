"""Each signer of a message is judged alone, and the message passes where all of them do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from types import FrameType

import pytest
from asn1crypto import cms
from cryptography.x509.oid import NameOID

from signing import algorithms
from signing.algorithms import GOST_2015_512, RSA_SHA256
from signing.cms.making import sign_cms
from signing.cms.reading import MAX_SIGNERS
from signing.cms.verifying import verify_cms
from signing.keys import SigningKey
from signing.policy import Policy
from signing.verdict import Indication, Stage, Status, SubIndication, Verdict
from tests.signing.cms.forge import CONTENT, attribute, message, signer_info, usual_attributes
from tests.signing.pki import AT, IIN, PERSON, Made, gost_person, issuing, make, person, rsa_key, trust

OTHER_IIN = "900101350133"
OTHER = ((NameOID.COMMON_NAME, "ДРУГОЙ ЧЕЛОВЕК"), (NameOID.SERIAL_NUMBER, f"IIN{OTHER_IIN}"))


def judge(signature: bytes, content: bytes | None = CONTENT) -> Verdict:
    return verify_cms(signature, Policy(trust(), AT), content)


@cache
def other() -> Made:
    """Another person, whom the same authority vouches for."""
    return make(OTHER, rsa_key("other"), issuing())


def outcomes(verdict: Verdict) -> dict[str | None, SubIndication | None]:
    """Why each signer did not pass, by the IIN that the certificate names."""
    return {
        one.signer.iin if one.signer else None: one.hindrance[1].sub_indication if one.hindrance else None
        for one in verdict.signers
    }


@pytest.mark.parametrize("attached", [True, False])
def test_signers_of_both_families_pass_together(attached: bool) -> None:
    keys: list[SigningKey] = [person().signing_key, gost_person().signing_key, other().signing_key]
    verdict = judge(sign_cms(CONTENT, keys, AT, attached=attached), None if attached else CONTENT)
    assert verdict.passed and verdict.content == CONTENT
    assert sorted(one.algorithm for one in verdict.signers) == sorted(
        [RSA_SHA256.name, GOST_2015_512.name, RSA_SHA256.name]
    )
    assert set(outcomes(verdict)) == {IIN, OTHER_IIN}
    assert verdict.only_signer is None


def test_the_content_is_digested_once_for_each_algorithm_however_many_sign() -> None:
    keys: list[SigningKey] = [person().signing_key, other().signing_key, gost_person().signing_key] * 3
    signed = sign_cms(CONTENT, keys, AT)
    digested = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is algorithms.digest.__code__ and frame.f_locals["data"] == CONTENT:
            digested.append(frame.f_locals["suite"].name)

    sys.setprofile(watch)
    try:
        verdict = judge(signed)
    finally:
        sys.setprofile(None)
    assert verdict.passed and len(verdict.signers) == len(keys)
    assert sorted(digested) == sorted([RSA_SHA256.name, GOST_2015_512.name])


def test_the_message_lists_each_digest_and_each_certificate_once() -> None:
    keys: list[SigningKey] = [person().signing_key, gost_person().signing_key, person().signing_key]
    signed = cms.ContentInfo.load(sign_cms(CONTENT, keys, AT))["content"]
    listed = {one["algorithm"].dotted for one in signed["digest_algorithms"]}
    assert listed == {RSA_SHA256.digest_oid, GOST_2015_512.digest_oid}
    assert (len(signed["digest_algorithms"]), len(signed["certificates"]), len(signed["signer_infos"])) == (2, 2, 3)


def of_other_content() -> cms.SignerInfo:
    return signer_info(other(), usual_attributes(b"other"))


def with_a_broken_signature() -> cms.SignerInfo:
    info = signer_info(other())
    info["signature"] = bytes(256)
    return info


def of_an_unknown_algorithm() -> cms.SignerInfo:
    return signer_info(other(), signature_algorithm="1.2.3.4")


def naming_another_certificate() -> cms.SignerInfo:
    named = cms.CMSAttribute({"type": "signing_certificate", "values": [{"certs": [{"cert_hash": bytes(20)}]}]})
    return signer_info(other(), [*usual_attributes(), named])


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (of_other_content, SubIndication.HASH_FAILURE),
        (with_a_broken_signature, SubIndication.SIG_CRYPTO_FAILURE),
        (of_an_unknown_algorithm, SubIndication.CRYPTO_CONSTRAINTS_FAILURE),
        (naming_another_certificate, SubIndication.SIG_CONSTRAINTS_FAILURE),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_one_broken_signature_fails_the_message_and_leaves_the_other_signer_as_he_is(
    broken: Callable[[], cms.SignerInfo], why: SubIndication, first: bool
) -> None:
    infos = [broken(), signer_info(person())]
    verdict = judge(message(infos if first else infos[::-1], [person(), other()]))
    assert not verdict.passed and verdict.content is None and verdict.content_sha256 is None
    assert verdict.sub_indication is why
    assert outcomes(verdict) == {IIN: None, OTHER_IIN: why}


def test_one_expired_signer_leaves_the_result_open_and_tells_which() -> None:
    expired = make(OTHER, rsa_key("other"), issuing(), ends=AT - timedelta(days=1))
    verdict = judge(message([signer_info(person()), signer_info(expired)], [person(), expired]))
    assert verdict.indication is Indication.INDETERMINATE
    assert outcomes(verdict) == {IIN: None, OTHER_IIN: SubIndication.OUT_OF_BOUNDS_NO_POE}
    assert verdict.content_sha256 is not None


def test_a_certain_failure_of_one_outweighs_the_doubt_about_another() -> None:
    expired = make(PERSON, rsa_key("person"), issuing(), ends=AT - timedelta(days=1))
    verdict = judge(message([signer_info(expired), with_a_broken_signature()], [expired, other()]))
    assert verdict.indication is Indication.TOTAL_FAILED


def test_one_signer_whose_certificate_is_missing_does_not_pass_with_the_others() -> None:
    verdict = judge(message([signer_info(person()), signer_info(other())], [person()]))
    assert verdict.indication is Indication.INDETERMINATE
    assert outcomes(verdict) == {IIN: None, None: SubIndication.NO_SIGNING_CERTIFICATE_FOUND}


def test_two_signers_of_one_certificate_are_two_signers() -> None:
    again = signer_info(person(), [*usual_attributes(), attribute("1.2.3.4", cms.OctetString(b""))])
    verdict = judge(message([signer_info(person()), again], [person()]))
    assert verdict.passed and len(verdict.signers) == 2


def test_as_many_signers_as_allowed_pass() -> None:
    verdict = judge(message([signer_info(person())] * MAX_SIGNERS, [person()]))
    assert verdict.passed and len(verdict.signers) == MAX_SIGNERS


def test_what_differs_from_the_content_given_is_refused_for_all() -> None:
    signed = sign_cms(CONTENT, [person().signing_key, gost_person().signing_key], AT, attached=True)
    verdict = judge(signed, b"other")
    assert (verdict.stage, verdict.sub_indication) == (Stage.SIGNATURE, SubIndication.HASH_FAILURE)
    assert verdict.refusal is not None and verdict.refusal.status is Status.FAILED
