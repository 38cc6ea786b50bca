"""A detached CMS signature passes when everything is in order, in whichever form it comes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from asn1crypto import cms, tsp

from signing.cms import sign_detached, verify_detached
from signing.verdict import Indication, Verdict
from tests.signing.forge import CONTENT, attribute, message, signer_info, simple, usual_attributes
from tests.signing.pki import AT, IIN, Made, person, trust


def judge(signature: bytes, content: bytes = CONTENT, at: datetime = AT) -> Verdict:
    return verify_detached(signature, content, trust=trust(), at=at)


def signed() -> bytes:
    return sign_detached(CONTENT, person().signing_key, AT)


def names(made: Made) -> cms.CMSAttribute:
    """The signed attribute that names the signer's certificate."""
    named = tsp.SigningCertificateV2({"certs": [{"cert_hash": bytes.fromhex(made.certificate.sha256)}]})
    return attribute("signing_certificate_v2", named)


def test_what_we_sign_passes_and_names_signer_time_and_content() -> None:
    verdict = judge(signed())
    assert verdict.indication is Indication.TOTAL_PASSED
    assert verdict.content == CONTENT
    assert verdict.signed_at == AT
    assert verdict.signer is not None
    assert (verdict.signer.iin, verdict.signer.bin, verdict.signer.roles) == (IIN, None, ("individual",))


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


def test_attributes_in_ber_are_judged_by_their_der_encoding() -> None:
    info = signer_info(person())
    attributes = info["signed_attrs"].dump()
    loose = attributes[:1] + b"\x80" + info["signed_attrs"].contents + b"\x00\x00"
    whole = info.contents.replace(attributes, loose)
    in_ber = cms.SignerInfo.load(b"\x30\x82" + len(whole).to_bytes(2, "big") + whole)
    signature = message([in_ber], [person()])
    assert loose in signature
    assert judge(signature).passed


def test_a_signing_time_after_2049_is_written_and_read() -> None:
    late = datetime(2051, 1, 1, tzinfo=UTC)
    signature = sign_detached(CONTENT, person().signing_key, late)
    assert judge(signature).signed_at == late


def test_a_moment_without_zone_is_the_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        judge(signed(), at=datetime(2026, 3, 2, 12))  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        sign_detached(CONTENT, person().signing_key, datetime(2026, 3, 2, 12))  # noqa: DTZ001
