"""A signed message passes as SHEP and its participants send it, and says whose it is."""

from __future__ import annotations

import pytest
from lxml import etree

from signing.policy import MESSAGE_USAGE, Policy
from signing.verdict import Indication, Stage, SubIndication
from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore
from signing.wsse.key_info import KeyInfoStyle
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from tests.signing.pki import AT, IIN, gost_issuing, gost_person, issuing, make, person, rsa_key, trust
from tests.signing.wsse.messages import (
    ENVELOPE,
    REAL_IN_FORCE,
    SOAP,
    SOURCES,
    WSU,
    Parts,
    ours_by_serial,
    ours_rsa,
    policy,
    real,
)


@pytest.mark.parametrize("name", SOURCES)
def test_the_message_passes_with_the_body_that_was_signed(name: str) -> None:
    source = SOURCES[name]()
    verdict = source.judge(source.message)
    assert verdict.passed, verdict
    assert verdict.content == source.content
    assert (verdict.format, verdict.indication) == ("wsse", Indication.TOTAL_PASSED)


def test_the_signer_is_named() -> None:
    one = ours_rsa().judge(ours_rsa().message).only_signer
    assert one is not None and one.signer is not None
    assert (one.signer.iin, one.algorithm) == (IIN, "RSA with SHA-256")


def test_the_official_sample_is_signed_by_the_test_person_with_the_older_algorithm() -> None:
    source = real("signed_request_gost2004.xml")
    one = source.judge(source.message).only_signer
    assert one is not None and one.signer is not None
    assert (one.signer.iin, one.signer.bin) == ("123456789011", "123456789021")
    assert one.algorithm == "GOST 34.310-2004 with GOST 34.311-95"


def test_the_official_sample_is_past_its_certificate_today() -> None:
    source = real("signed_request_gost2004.xml")
    verdict = verify_envelope(source.message, Policy(source.policy.trust, AT))
    assert verdict.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    assert verdict.content is None and verdict.content_sha256 is not None
    assert REAL_IN_FORCE < AT


@pytest.mark.parametrize(
    "message",
    [
        lambda s: b"\xef\xbb\xbf" + etree.tostring(etree.fromstring(s.message)),
        lambda s: s.message + b"\r\n",
        lambda s: s.changed(lambda parts: setattr(parts.header, "tail", "\r\n  ")),
        lambda s: s.changed(lambda parts: setattr(parts.find("SignatureValue"), "tail", "\r\n")),
        lambda s: s.changed(_break_lines),
        lambda s: s.changed(lambda parts: parts.signature.set("Id", "SIG-1")),
        lambda s: s.changed(lambda parts: parts.find("KeyInfo").set("Id", "KI-1")),
        lambda s: s.changed(lambda parts: parts.find("SecurityTokenReference").set(f"{WSU}Id", "STR-1")),
        lambda s: s.changed(lambda parts: parts.security.attrib.clear()),
        lambda s: s.changed(lambda parts: parts.header.insert(0, etree.Element("{urn:a}Action"))),
        lambda s: s.changed(lambda parts: parts.header.append(etree.Comment("x"))),
        lambda s: s.changed(lambda parts: parts.root.set("encodingStyle", "x")),
    ],
    ids=[
        *("byte order mark", "end of line", "space between the parts", "space inside", "&#13; in the value"),
        *("numbered signature", "numbered key info", "numbered token reference", "not marked as needed"),
        *("another header", "comment in the header", "attribute of the envelope"),
    ],
)
@pytest.mark.parametrize("name", SOURCES)
def test_what_software_does_around_the_signed_part_is_accepted(name: str, message: object) -> None:
    source = SOURCES[name]()
    assert callable(message)
    verdict = source.judge(message(source))
    assert verdict.passed, verdict
    assert verdict.content == source.content


def _break_lines(parts: Parts) -> None:
    value = parts.find("SignatureValue")
    text = "".join((value.text or "").split())
    value.text = "\r\n".join(text[place : place + 76] for place in range(0, len(text), 76))


@pytest.mark.parametrize("attribute", ["Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"])
def test_the_body_may_have_an_identifier_of_another_kind(attribute: str) -> None:
    """Signed by hand: the program that signs here writes wsu:Id alone."""
    from signing.wsse import names
    from signing.wsse.key_info import append_key_info
    from signing.xmldsig import names as ds
    from signing.xmldsig.building import append_signature
    from signing.xmldsig.canonical import write_exclusive

    root, key = etree.fromstring(ENVELOPE), person().signing_key
    body = root[0]
    body.set(attribute, "body-1")
    header = etree.Element(f"{SOAP}Header")
    root.insert(0, header)
    key_info = append_signature(
        etree.SubElement(header, names.SECURITY),
        key,
        write_exclusive(body),
        reference="#body-1",
        transforms=(ds.EXCLUSIVE,),
        canonical_form=ds.EXCLUSIVE,
        write=write_exclusive,
    )
    append_key_info(key_info, key.certificate, KeyInfoStyle.KEY_IDENTIFIER)
    verdict = verify_envelope(etree.tostring(root), policy())
    assert verdict.passed, verdict


def test_a_comment_in_the_body_cannot_cut_a_value_short() -> None:
    source = ours_rsa()
    verdict = source.judge(source.message.replace(b"100", b"1<!---->00"))
    assert verdict.content == source.content


def test_a_key_for_messages_alone_passes_only_where_messages_are_judged() -> None:
    subject = tuple((one.oid, str(one.value)) for one in person().x509.subject)
    system = make(subject, rsa_key("system"), issuing(), key_usage=frozenset({"digital_signature"}))
    message = sign_envelope(ENVELOPE, system.signing_key)
    assert verify_envelope(message, Policy(trust(), AT, key_usage=MESSAGE_USAGE)).passed
    assert verify_envelope(message, policy()).stage is Stage.USAGE


def test_an_untrusted_signer_is_refused() -> None:
    stranger = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("person"), None)
    verdict = verify_envelope(sign_envelope(ENVELOPE, stranger.signing_key), policy())
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_certificate_that_nobody_knows_leaves_the_signature_undecided() -> None:
    verdict = verify_envelope(ours_by_serial().message, policy(), NO_CERTIFICATES)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.sub_indication is SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    assert verdict.content is None and verdict.content_sha256 is None


def test_of_several_certificates_of_one_name_the_one_whose_key_signed_is_taken() -> None:
    """Serial numbers are the authority's to choose; the tests' GOST certificates take any."""
    from tests.signing.gost_certificates import gost_scalar, make_gost

    certificate = gost_person().certificate
    twin = make_gost(
        list(certificate.subject),
        gost_scalar("twin"),
        gost_issuing(),
        begins=certificate.not_before,
        ends=certificate.not_after,
        key_usage=frozenset({"digital_signature", "non_repudiation"}),
        serial_number=certificate.serial_number,
    )
    message = sign_envelope(ENVELOPE, gost_person().signing_key, key_info=KeyInfoStyle.ISSUER_SERIAL)
    store = CertificateStore((twin.certificate, certificate))
    assert len(store.find("CN=TEST ISSUING (GOST)", certificate.serial_number)) == 2
    one = verify_envelope(message, policy(), store).only_signer
    assert one is not None and one.passed and one.signer is not None
    assert one.signer.certificate_sha256 == certificate.sha256
    alone = verify_envelope(message, policy(), CertificateStore((twin.certificate,)))
    assert alone.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


def test_a_certificate_that_is_known_proves_nothing_without_a_chain() -> None:
    stranger = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("person"), None)
    message = sign_envelope(ENVELOPE, stranger.signing_key, key_info=KeyInfoStyle.ISSUER_SERIAL)
    verdict = verify_envelope(message, policy(), CertificateStore((stranger.certificate,)))
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_where_only_known_certificates_count_another_one_is_refused() -> None:
    known = CertificateStore((person().certificate,))
    other = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("other"), issuing())
    message = sign_envelope(ENVELOPE, other.signing_key)
    assert verify_envelope(message, policy(), known).passed
    verdict = verify_envelope(message, policy(), known, only_known=True)
    assert (verdict.stage, verdict.sub_indication) == (Stage.SIGNATURE, SubIndication.SIG_CONSTRAINTS_FAILURE)
    assert verify_envelope(ours_rsa().message, policy(), known, only_known=True).passed
    assert verify_envelope(ours_by_serial().message, policy(), known, only_known=True).passed


def test_where_only_known_certificates_count_and_none_is_known_nobody_passes() -> None:
    assert not verify_envelope(ours_rsa().message, policy(), NO_CERTIFICATES, only_known=True).passed
