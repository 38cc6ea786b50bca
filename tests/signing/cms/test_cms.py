"""A CMS signature passes when everything is in order, in whichever form it comes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core, tsp

from signing.cms.making import sign_cms, sign_detached
from signing.cms.verifying import lacks_content, verify_cms
from signing.keys import SigningKey
from signing.policy import Policy
from signing.verdict import Indication, Stage, Status, SubIndication, Verdict
from tests.signing.cms.forge import CONTENT, attribute, message, signer_info, simple, usual_attributes
from tests.signing.pki import AT, IIN, Made, gost_person, person, trust

KEYS: dict[str, Callable[[], SigningKey]] = {
    "RSA": lambda: person().signing_key,
    "GOST": lambda: gost_person().signing_key,
}


def judge(signature: bytes, content: bytes | None = CONTENT) -> Verdict:
    return verify_cms(signature, Policy(trust(), AT), content)


def signed() -> bytes:
    return sign_detached(CONTENT, person().signing_key, AT)


def names(made: Made, algorithm: str = "sha256") -> cms.CMSAttribute:
    """The signed attribute that names the signer's certificate."""
    named = {"hash_algorithm": {"algorithm": algorithm}, "cert_hash": bytes.fromhex(made.certificate.sha256)}
    return attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [named]}))


@pytest.mark.parametrize("key", KEYS)
def test_what_we_sign_passes_and_names_signer_time_and_content(key: str) -> None:
    verdict = judge(sign_detached(CONTENT, KEYS[key](), AT))
    assert verdict.indication is Indication.TOTAL_PASSED
    assert (verdict.format, verdict.content) == ("cms", CONTENT)
    one = verdict.only_signer
    assert one is not None and one.signer is not None
    assert (one.signed_at, one.stamped_at, one.judged_at) == (AT, None, AT)
    assert (one.signer.iin, one.signer.bin, one.signer.roles) == (IIN, None, ("individual",))
    assert key in one.algorithm


@pytest.mark.parametrize("key", KEYS)
def test_content_inside_needs_no_other(key: str) -> None:
    verdict = judge(sign_cms(CONTENT, KEYS[key](), AT, attached=True), None)
    assert verdict.passed, verdict
    assert verdict.content == CONTENT


def test_empty_content_inside_is_content() -> None:
    assert judge(sign_cms(b"", person().signing_key, AT, attached=True), None).content == b""


@pytest.mark.parametrize("key", KEYS)
def test_a_detached_signature_without_its_content_says_that_the_content_is_missing(key: str) -> None:
    verdict = judge(sign_detached(CONTENT, KEYS[key](), AT), None)
    assert lacks_content(verdict)
    assert (verdict.indication, verdict.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.SIGNED_DATA_NOT_FOUND,
    )


@pytest.mark.parametrize("signature", [signed, lambda: b"\x30\x00"], ids=["sound", "no message"])
def test_other_verdicts_do_not_say_that_the_content_is_missing(signature: Callable[[], bytes]) -> None:
    assert not lacks_content(judge(signature()))


def test_a_message_made_without_our_code_passes() -> None:
    assert judge(simple(person())).passed


@pytest.mark.parametrize(
    "written",
    [
        lambda der: base64.b64encode(der),
        lambda der: base64.encodebytes(der).replace(b"\n", b"\r\n"),
        lambda der: b"-----BEGIN CMS-----\n" + base64.encodebytes(der) + b"-----END CMS-----\n",
        lambda der: b"-----BEGIN PKCS7-----\n" + base64.encodebytes(der) + b"-----END PKCS7-----",
    ],
    ids=["base64", "base64-lines", "pem-cms", "pem-pkcs7"],
)
def test_base64_and_pem_are_read_too(written: Callable[[bytes], bytes]) -> None:
    assert judge(written(signed())).passed


def test_embedded_content_passes_where_it_is_the_content_given() -> None:
    assert judge(message([signer_info(person())], [person()], embedded=CONTENT)).passed


def test_a_named_certificate_attribute_that_is_right_passes() -> None:
    assert judge(simple(person(), [*usual_attributes(), names(person())])).passed


def test_unknown_attributes_beside_the_signature_change_nothing() -> None:
    countersigned = attribute("counter_signature", signer_info(person()))
    strange = attribute("1.2.3.4", core.OctetString(b"anything"))
    info = signer_info(person(), unsigned=[countersigned, strange])
    verdict = judge(message([info], [person()]))
    assert verdict.passed
    assert verdict.signers == judge(simple(person())).signers


def test_the_key_itself_may_name_the_algorithm_of_an_rsa_signature() -> None:
    assert judge(simple(person(), signature_algorithm="rsassa_pkcs1v15")).passed


def test_a_signing_time_after_2049_is_written_and_read() -> None:
    late = datetime(2051, 1, 1, tzinfo=UTC)
    only = judge(sign_detached(CONTENT, person().signing_key, late)).only_signer
    assert only is not None and only.signed_at == late


def test_what_is_not_looked_at_says_so() -> None:
    only = judge(signed()).only_signer
    assert only is not None
    assert only.stages[Stage.TIMESTAMP].status is Status.NOT_CHECKED
    assert only.stages[Stage.REVOCATION].status is Status.NOT_CHECKED


def test_signing_needs_a_moment_with_its_zone_and_a_key() -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign_detached(CONTENT, person().signing_key, datetime(2026, 3, 2, 12))  # noqa: DTZ001
    with pytest.raises(ValueError, match="needs a key"):
        sign_cms(CONTENT, [], AT)
