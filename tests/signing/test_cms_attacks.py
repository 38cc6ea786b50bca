"""Every rule for CMS refuses the message that breaks it alone, at the stage and for the reason that it should."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asn1crypto import cms, tsp
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from signing.cms import sign_detached, verify_detached
from signing.cms_message import MAX_ATTRIBUTES, MAX_CERTIFICATES, MAX_CMS_BYTES
from signing.verdict import Stage, SubIndication
from tests.signing.forge import CONTENT, attribute, message, signer_info, simple, usual_attributes
from tests.signing.pki import AT, IIN, PERSON, Made, issuing, make, person, root, rsa_key, trust

_S = SubIndication
ONE, TWO = usual_attributes()


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


ATTACKS: dict[str, tuple[Callable[[], bytes], Stage, SubIndication]] = {
    "signature over other bytes": (lambda: simple(person(), usual_attributes(b"other")), Stage.DIGEST, _S.HASH_FAILURE),
    "embedded content differs": (
        lambda: message([signer_info(person())], [person()], embedded=b"other"),
        Stage.DIGEST,
        _S.HASH_FAILURE,
    ),
    "embedded content is empty": (
        lambda: message([signer_info(person())], [person()], embedded=b""),
        Stage.DIGEST,
        _S.HASH_FAILURE,
    ),
    "another person's key": (with_other_key, Stage.SIGNATURE, _S.SIG_CRYPTO_FAILURE),
    "attributes changed": (
        lambda: message([_reattributed(signer_info(person()))], [person()]),
        Stage.SIGNATURE,
        _S.SIG_CRYPTO_FAILURE,
    ),
    "names another certificate": (naming_another_certificate, Stage.SIGNATURE, _S.SIG_CONSTRAINTS_FAILURE),
    "no signed attributes": (
        lambda: simple(person(), over=CONTENT),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "attributes given as content": (attributes_as_content, Stage.FORMAT, _S.FORMAT_FAILURE),
    "no message digest": (lambda: simple(person(), [ONE]), Stage.FORMAT, _S.FORMAT_FAILURE),
    "message digest twice": (lambda: simple(person(), [ONE, TWO, TWO]), Stage.FORMAT, _S.FORMAT_FAILURE),
    "two values of one digest": (
        lambda: simple(person(), [ONE, attribute("message_digest", TWO["values"][0].native, b"\0" * 32)]),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "digest without value": (
        lambda: simple(person(), [ONE, attribute("message_digest")]),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "truncated digest": (
        lambda: simple(person(), [ONE, attribute("message_digest", TWO["values"][0].native[:16])]),
        Stage.DIGEST,
        _S.HASH_FAILURE,
    ),
    "no content type": (lambda: simple(person(), [TWO]), Stage.FORMAT, _S.FORMAT_FAILURE),
    "another content type signed": (
        lambda: simple(person(), [attribute("content_type", "signed_data"), TWO]),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "another content type outside": (
        lambda: message([signer_info(person())], [person()], content_type="tst_info"),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "too many attributes": (
        lambda: simple(
            person(), [ONE, TWO, *(attribute(f"1.2.3.{n}", cms.OctetString(b"")) for n in range(MAX_ATTRIBUTES))]
        ),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "SHA-1": (sha1, Stage.SIGNATURE, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "SHA-512": (
        lambda: simple(person(), digest="sha512", signature_algorithm="sha512_rsa", hash_algorithm=hashes.SHA512()),
        Stage.SIGNATURE,
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "digest of one family, signature of another": (
        lambda: simple(person(), digest="sha512"),
        Stage.SIGNATURE,
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "PSS padding": (
        lambda: simple(person(), signature_algorithm="rsassa_pss", pss=True),
        Stage.SIGNATURE,
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "PSS padding under another name": (lambda: simple(person(), pss=True), Stage.SIGNATURE, _S.SIG_CRYPTO_FAILURE),
    "key of 1024 bits": (small_key, Stage.SIGNATURE, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "two signers": (
        lambda: message([signer_info(person()), signer_info(other())], [person(), other()]),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "no signer": (lambda: message([], [person()]), Stage.FORMAT, _S.FORMAT_FAILURE),
    "signer named by key identifier": (
        lambda: simple(person(), by_key_id=True),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "another version of signer": (foreign_version, Stage.FORMAT, _S.FORMAT_FAILURE),
    "no certificate": (lambda: message([signer_info(person())], []), Stage.FORMAT, _S.NO_SIGNING_CERTIFICATE_FOUND),
    "another's certificate alone": (with_other_certificate, Stage.FORMAT, _S.NO_SIGNING_CERTIFICATE_FOUND),
    "too many certificates": (
        lambda: message([signer_info(person())], [person(), *[root()] * MAX_CERTIFICATES]),
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "not signed data": (enveloped, Stage.FORMAT, _S.FORMAT_FAILURE),
    "trailing byte": (lambda: simple(person()) + b"\0", Stage.FORMAT, _S.FORMAT_FAILURE),
    "cut short": (lambda: simple(person())[:-1], Stage.FORMAT, _S.FORMAT_FAILURE),
    "nothing": (lambda: b"", Stage.FORMAT, _S.FORMAT_FAILURE),
    "junk": (lambda: b"\x30\x82\xff\xff" + b"\x30" * 300, Stage.FORMAT, _S.FORMAT_FAILURE),
    "deep junk": (lambda: b"\x30\x80" * 50_000, Stage.FORMAT, _S.FORMAT_FAILURE),
    "not base64": (lambda: "подпись".encode(), Stage.FORMAT, _S.FORMAT_FAILURE),
    "two PEM blocks": (
        lambda: b"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n-----BEGIN CMS-----\nMAA=\n-----END CMS-----",
        Stage.FORMAT,
        _S.FORMAT_FAILURE,
    ),
    "too large": (lambda: b"\x30" * (MAX_CMS_BYTES + 1), Stage.FORMAT, _S.FORMAT_FAILURE),
}


def _reattributed(info: cms.SignerInfo) -> cms.SignerInfo:
    """The same signature beside attributes with one more in them."""
    info["signed_attrs"] = cms.CMSAttributes([ONE, TWO, attribute("1.2.3.4", cms.OctetString(b""))])
    return info


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_is_refused_where_it_should_be(name: str) -> None:
    forge, stage, sub_indication = ATTACKS[name]
    verdict = verify_detached(forge(), CONTENT, trust=trust(), at=AT)
    assert not verdict.passed
    assert (verdict.stage, verdict.sub_indication) == (stage, sub_indication)
    assert verdict.content is None


@pytest.mark.parametrize("name", ATTACKS)
def test_no_reason_repeats_content_or_person(name: str) -> None:
    verdict = verify_detached(ATTACKS[name][0](), CONTENT, trust=trust(), at=AT)
    assert IIN not in repr(verdict) and "ТЕСТОВ" not in repr(verdict) and "Заявление" not in repr(verdict)


def test_a_second_certificate_of_issuer_and_serial_is_refused() -> None:
    verdict = verify_detached(message([signer_info(person())], [person(), person()]), CONTENT, trust=trust(), at=AT)
    assert verdict.sub_indication is _S.NO_SIGNING_CERTIFICATE_FOUND


def keyed_in_version_one() -> bytes:
    info = signer_info(person(), by_key_id=True)
    info["version"] = "v1"
    return message([info], [person()])


@pytest.mark.parametrize(
    ("signature", "content", "reason"),
    [
        (lambda: b"", b"\0" * (MAX_CMS_BYTES + 1), "content is too large"),
        (lambda: b"\x30" * (MAX_CMS_BYTES + 1), CONTENT, "signature is too large"),
        (enveloped, CONTENT, "not signed data"),
        (keyed_in_version_one, CONTENT, "not named by issuer and serial"),
    ],
    ids=["large content", "large signature", "other message", "key identifier"],
)
def test_the_reason_names_the_rule(signature: Callable[[], bytes], content: bytes, reason: str) -> None:
    verdict = verify_detached(signature(), content, trust=trust(), at=AT)
    assert verdict.stage is Stage.FORMAT and reason in verdict.reason


def test_every_changed_bit_of_a_message_fails_or_changes_nothing_that_counts() -> None:
    message_bytes = sign_detached(CONTENT, person().signing_key, AT)
    sound = verify_detached(message_bytes, CONTENT, trust=trust(), at=AT)
    for place in range(len(message_bytes)):
        changed = bytearray(message_bytes)
        changed[place] ^= 1 << (place % 8)
        verdict = verify_detached(bytes(changed), CONTENT, trust=trust(), at=AT)
        if verdict.passed:
            assert (verdict.signer, verdict.content, verdict.signed_at) == (sound.signer, CONTENT, sound.signed_at)


def test_every_changed_bit_of_short_content_fails() -> None:
    signature = sign_detached(CONTENT, person().signing_key, AT)
    for place in range(len(CONTENT) * 8):
        changed = bytearray(CONTENT)
        changed[place // 8] ^= 1 << (place % 8)
        assert not verify_detached(signature, bytes(changed), trust=trust(), at=AT).passed
