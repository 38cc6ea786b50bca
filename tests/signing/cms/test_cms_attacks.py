"""Every rule for CMS refuses the message that breaks it alone, at the stage and for the reason that it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asn1crypto import cms, core, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from signing import algorithms
from signing.algorithms import GOST_2015_512, RSA_SHA256
from signing.cms.attributes import MAX_ATTRIBUTES, MAX_TIMESTAMPS
from signing.cms.making import sign_detached
from signing.cms.reading import MAX_CERTIFICATES, MAX_CMS_BYTES, MAX_SIGNERS
from signing.cms.verifying import verify_cms
from signing.policy import Policy
from signing.verdict import Stage, StageResult, Status, SubIndication, Verdict
from tests.signing.cms.forge import CONTENT, attribute, message, signer_info, simple, usual_attributes
from tests.signing.pki import AT, IIN, PERSON, Made, gost_person, issuing, make, person, root, rsa_key, trust

_S = SubIndication
ONE, TWO = usual_attributes()
STAMP = "signature_time_stamp_token"


def judge(signature: bytes, content: bytes = CONTENT) -> Verdict:
    return verify_cms(signature, Policy(trust(), AT), content)


def other() -> Made:
    """Another person, whom the same authority vouches for."""
    subject = ((NameOID.COMMON_NAME, "ДРУГОЙ ЧЕЛОВЕК"), (NameOID.SERIAL_NUMBER, "IIN900101350133"))
    return make(subject, rsa_key("other"), issuing())


def with_other_key() -> bytes:
    """The person's certificate over a signature by another key."""
    return message([signer_info(Made(rsa_key("other"), person().x509))], [person()])


def naming_another_certificate() -> bytes:
    named = tsp.SigningCertificateV2({"certs": [{"cert_hash": bytes.fromhex(root().certificate.sha256)}]})
    return simple(person(), [ONE, TWO, attribute("signing_certificate_v2", named)])


def with_other_certificate() -> bytes:
    """Another's true signature, with the person's certificate alone inside."""
    return message([signer_info(other())], [person()])


def attributes_as_content() -> bytes:
    """The attributes of a true signature, given as content of a message without attributes."""
    attributes = cms.CMSAttributes(usual_attributes()).dump()
    return message([signer_info(person(), over=attributes)], [person()])


def enveloped() -> bytes:
    encoded: bytes = cms.ContentInfo({"content_type": "data", "content": CONTENT}).dump()
    return encoded


def small_key() -> bytes:
    return simple(make(PERSON, rsa_key("small", 1024), issuing()))


def sha1() -> bytes:
    attributes = usual_attributes(digest="sha1")
    old = hashes.SHA1()  # noqa: S303 - what must be refused
    return simple(person(), attributes, digest="sha1", signature_algorithm="sha1_rsa", hash_algorithm=old)


def foreign_version() -> bytes:
    info = signer_info(person())
    info["version"] = "v3"
    return message([info], [person()])


def with_unsigned(*attributes: cms.CMSAttribute) -> bytes:
    return message([signer_info(person(), unsigned=attributes)], [person()])


def token() -> cms.ContentInfo:
    """As much of a timestamp as a reader of messages sees of it."""
    return cms.ContentInfo({"content_type": "data", "content": b""})


def zoneless() -> cms.Time:
    return cms.Time("generalized_time", core.GeneralizedTime(contents=b"20260302120000"))


def gost_over_rsa() -> bytes:
    content = attribute("message_digest", algorithms.digest(GOST_2015_512, CONTENT))
    names = {"digest": GOST_2015_512.digest_oid, "signature_algorithm": GOST_2015_512.signature_oid}
    return simple(person(), [ONE, content], **names)


def rsa_over_gost() -> bytes:
    """A GOST signer's message that calls its algorithms those of RSA."""
    signed = sign_detached(CONTENT, gost_person().signing_key, AT)
    info = cms.ContentInfo.load(signed)["content"]["signer_infos"][0]
    info["digest_algorithm"] = {"algorithm": RSA_SHA256.digest_oid}
    info["signature_algorithm"] = {"algorithm": RSA_SHA256.signature_oid}
    info["signed_attrs"] = cms.CMSAttributes(usual_attributes())
    return message([info], [gost_person()])


ATTACKS: dict[str, tuple[Callable[[], bytes], SubIndication]] = {
    "signature over other bytes": (lambda: simple(person(), usual_attributes(b"other")), _S.HASH_FAILURE),
    "embedded content differs": (
        lambda: message([signer_info(person())], [person()], embedded=b"other"),
        _S.HASH_FAILURE,
    ),
    "embedded content is empty": (
        lambda: message([signer_info(person())], [person()], embedded=b""),
        _S.HASH_FAILURE,
    ),
    "another person's key": (with_other_key, _S.SIG_CRYPTO_FAILURE),
    "attributes changed": (
        lambda: message([_reattributed(signer_info(person()))], [person()]),
        _S.SIG_CRYPTO_FAILURE,
    ),
    "names another certificate": (naming_another_certificate, _S.SIG_CONSTRAINTS_FAILURE),
    "no signed attributes": (
        lambda: simple(person(), over=CONTENT),
        _S.FORMAT_FAILURE,
    ),
    "attributes given as content": (attributes_as_content, _S.FORMAT_FAILURE),
    "no message digest": (lambda: simple(person(), [ONE]), _S.FORMAT_FAILURE),
    "message digest twice": (lambda: simple(person(), [ONE, TWO, TWO]), _S.FORMAT_FAILURE),
    "two values of one digest": (
        lambda: simple(person(), [ONE, attribute("message_digest", TWO["values"][0].native, b"\0" * 32)]),
        _S.FORMAT_FAILURE,
    ),
    "digest without value": (
        lambda: simple(person(), [ONE, attribute("message_digest")]),
        _S.FORMAT_FAILURE,
    ),
    "truncated digest": (
        lambda: simple(person(), [ONE, attribute("message_digest", TWO["values"][0].native[:16])]),
        _S.HASH_FAILURE,
    ),
    "no content type": (lambda: simple(person(), [TWO]), _S.FORMAT_FAILURE),
    "another content type signed": (
        lambda: simple(person(), [attribute("content_type", "signed_data"), TWO]),
        _S.FORMAT_FAILURE,
    ),
    "another content type outside": (
        lambda: message([signer_info(person())], [person()], content_type="tst_info"),
        _S.FORMAT_FAILURE,
    ),
    "too many attributes": (
        lambda: simple(
            person(), [ONE, TWO, *(attribute(f"1.2.3.{n}", cms.OctetString(b"")) for n in range(MAX_ATTRIBUTES))]
        ),
        _S.FORMAT_FAILURE,
    ),
    "too many unsigned attributes": (
        lambda: with_unsigned(*(attribute(f"1.2.3.{n}", cms.OctetString(b"")) for n in range(MAX_ATTRIBUTES + 1))),
        _S.FORMAT_FAILURE,
    ),
    "too many timestamps": (
        lambda: with_unsigned(attribute(STAMP, *[token()] * (MAX_TIMESTAMPS + 1))),
        _S.FORMAT_FAILURE,
    ),
    "timestamp attribute without timestamp": (lambda: with_unsigned(attribute(STAMP)), _S.FORMAT_FAILURE),
    "signing time is no moment": (
        lambda: simple(person(), [ONE, TWO, attribute("signing_time", zoneless())]),
        _S.FORMAT_FAILURE,
    ),
    "SHA-1": (sha1, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "SHA-512": (
        lambda: simple(person(), digest="sha512", signature_algorithm="sha512_rsa", hash_algorithm=hashes.SHA512()),
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "GOST digest under an RSA signature": (
        lambda: simple(person(), digest=GOST_2015_512.digest_oid),
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "GOST names over an RSA key": (
        lambda: simple(person(), digest=GOST_2015_512.digest_oid, signature_algorithm=GOST_2015_512.signature_oid),
        _S.HASH_FAILURE,
    ),
    "GOST names and digest over an RSA key": (gost_over_rsa, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "RSA names over a GOST key": (rsa_over_gost, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "digest of one family, signature of another": (
        lambda: simple(person(), digest="sha512"),
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "PSS padding": (
        lambda: simple(person(), signature_algorithm="rsassa_pss", pss=True),
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "PSS padding under another name": (lambda: simple(person(), pss=True), _S.SIG_CRYPTO_FAILURE),
    "key of 1024 bits": (small_key, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "no signer": (lambda: message([], [person()]), _S.FORMAT_FAILURE),
    "too many signers": (
        lambda: message([signer_info(person())] * (MAX_SIGNERS + 1), [person()]),
        _S.FORMAT_FAILURE,
    ),
    "signer named by key identifier": (
        lambda: simple(person(), by_key_id=True),
        _S.FORMAT_FAILURE,
    ),
    "another version of signer": (foreign_version, _S.FORMAT_FAILURE),
    "no certificate": (lambda: message([signer_info(person())], []), _S.NO_SIGNING_CERTIFICATE_FOUND),
    "another's certificate alone": (with_other_certificate, _S.NO_SIGNING_CERTIFICATE_FOUND),
    "too many certificates": (
        lambda: message([signer_info(person())], [person(), *[root()] * MAX_CERTIFICATES]),
        _S.FORMAT_FAILURE,
    ),
    "not signed data": (enveloped, _S.FORMAT_FAILURE),
    "trailing byte": (lambda: simple(person()) + b"\0", _S.FORMAT_FAILURE),
    "cut short": (lambda: simple(person())[:-1], _S.FORMAT_FAILURE),
    "nothing": (lambda: b"", _S.FORMAT_FAILURE),
    "junk": (lambda: b"\x30\x82\xff\xff" + b"\x30" * 300, _S.FORMAT_FAILURE),
    "deep junk": (lambda: b"\x30\x80" * 50_000, _S.FORMAT_FAILURE),
    "not base64": (lambda: "подпись".encode(), _S.FORMAT_FAILURE),
    "two PEM blocks": (
        lambda: b"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n-----BEGIN CMS-----\nMAA=\n-----END CMS-----",
        _S.FORMAT_FAILURE,
    ),
    "too large": (lambda: b"\x30" * (MAX_CMS_BYTES + 1), _S.FORMAT_FAILURE),
}


def _reattributed(info: cms.SignerInfo) -> cms.SignerInfo:
    """The same signature beside attributes with one more in them."""
    info["signed_attrs"] = cms.CMSAttributes([ONE, TWO, attribute("1.2.3.4", cms.OctetString(b""))])
    return info


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_is_refused_where_it_should_be(name: str) -> None:
    forge, sub_indication = ATTACKS[name]
    verdict = judge(forge())
    assert not verdict.passed
    assert (verdict.stage, verdict.sub_indication) == (Stage.SIGNATURE, sub_indication)
    assert verdict.content is None


@pytest.mark.parametrize("name", ATTACKS)
def test_no_reason_repeats_content_or_person(name: str) -> None:
    verdict = judge(ATTACKS[name][0]())
    assert IIN not in repr(verdict) and "ТЕСТОВ" not in repr(verdict) and "Заявление" not in repr(verdict)


def test_a_second_certificate_of_issuer_and_serial_is_refused() -> None:
    verdict = judge(message([signer_info(person())], [person(), person()]))
    assert verdict.sub_indication is _S.NO_SIGNING_CERTIFICATE_FOUND


def test_a_signer_without_certificate_is_named_by_nobody_and_the_doubt_is_told() -> None:
    one = judge(message([signer_info(person())], [])).only_signer
    assert one is not None
    assert one.signer is None and not one.passed
    assert one.stages[Stage.SIGNATURE] == StageResult(
        Status.UNKNOWN,
        "The message does not hold exactly one certificate of the signer.",
        _S.NO_SIGNING_CERTIFICATE_FOUND,
    )
    assert one.stages[Stage.CHAIN].status is Status.NOT_CHECKED


def with_a_certificate_of_another_kind() -> bytes:
    """The certificate under the tag of a PKCS#6 one."""
    return simple(person()).replace(person().der, b"\xa0" + person().der[1:])


def keyed_in_version_one() -> bytes:
    info = signer_info(person(), by_key_id=True)
    info["version"] = "v1"
    return message([info], [person()])


@pytest.mark.parametrize(
    ("signature", "content", "reason"),
    [
        (lambda: simple(person()), b"\0" * (MAX_CMS_BYTES + 1), "content is too large"),
        (lambda: b"\x30" * (MAX_CMS_BYTES + 1), CONTENT, "signature is too large"),
        (enveloped, CONTENT, "not signed data"),
        (lambda: simple(person(), by_key_id=True), CONTENT, "not named by issuer and serial"),
        (keyed_in_version_one, CONTENT, "not named by issuer and serial"),
        (lambda: message([], [person()]), CONTENT, "0 signers"),
        (with_a_certificate_of_another_kind, CONTENT, "another kind"),
    ],
    ids=["large content", "large signature", "other message", "key id", "version one", "no signer", "other kind"],
)
def test_the_reason_names_the_rule(signature: Callable[[], bytes], content: bytes, reason: str) -> None:
    verdict = judge(signature(), content)
    assert verdict.stage is Stage.SIGNATURE and reason in verdict.reason
