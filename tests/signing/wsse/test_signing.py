"""An envelope is signed as SHEP wants it, and what is sent is what was signed."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from signing.errors import DocumentUnsignable
from signing.wsse.key_info import KeyInfoStyle, append_key_info
from signing.wsse.signing import make_id, sign_envelope
from signing.wsse.verifying import verify_envelope
from signing.xmldsig.building import append_signature
from signing.xmldsig.canonical import write_exclusive
from tests.signing.pki import person
from tests.signing.wsse.messages import DS, ENVELOPE, SOAP, WSSE, WSU, Parts, ours_rsa, policy, real

DS_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def envelope(body: str, *, declared: str = "", header: str = "", soap: str = SOAP_11) -> bytes:
    return f'<S:Envelope xmlns:S="{soap}"{declared}>{header}<S:Body>{body}</S:Body></S:Envelope>'.encode()


ENVELOPES = {
    "plain": envelope("<a>1</a>"),
    "empty body": envelope(""),
    "default namespace": f'<Envelope xmlns="{SOAP_11}"><Body><a xmlns=""/></Body></Envelope>'.encode(),
    "two prefixes of one namespace": envelope("<a/>", declared=f' xmlns:E="{SOAP_11}"', header="<E:Header/>"),
    "a header with entries": envelope("", header="<S:Header><to>x</to></S:Header>"),
    "SOAP 1.2": envelope("<a/>", soap=SOAP_12),
    "mark, declaration and line ends": b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>\r\n'
    + envelope("\r\n<a>&#13;</a>\r\n", header="\r\n\t"),
    "the signature's namespace by another prefix": envelope("", declared=f' xmlns:dsig="{DS_NAMESPACE}"'),
    "our prefixes for other things": envelope(
        "<ds:a/><wsu:b/>", declared=' xmlns:ds="urn:1" xmlns:wsse="urn:2" xmlns:wsu="urn:3"'
    ),
    "a type whose namespace only its value uses": envelope(
        f'<a xmlns:i="{XSI}" i:type="xs:string"/>', declared=' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
    ),
    "comments and a marked section": envelope("<a>1<!--2-->3<![CDATA[<&]]></a><?x y?>"),
    "an inner signature": envelope(f'<data><ds:Signature xmlns:ds="{DS_NAMESPACE}"/></data>'),
    "letters": envelope("қазақша 𝒜"),
}


def signed(envelope: bytes = ENVELOPE, style: KeyInfoStyle = KeyInfoStyle.KEY_IDENTIFIER) -> bytes:
    return sign_envelope(envelope, person().signing_key, new_id=lambda: "id-1", key_info=style)


def parts(message: bytes) -> Parts:
    return Parts(etree.fromstring(message))


@pytest.mark.parametrize("name", ENVELOPES)
def test_what_we_sign_passes_and_gives_the_body(name: str) -> None:
    message = signed(ENVELOPES[name])
    verdict = verify_envelope(message, policy())
    assert verdict.passed, verdict
    body = etree.fromstring(message)[1]
    assert verdict.content == etree.tostring(body, method="c14n", exclusive=True, with_comments=False)


@pytest.mark.parametrize("name", ENVELOPES)
def test_the_content_of_the_envelope_stays_what_it_was(name: str) -> None:
    before, after = etree.fromstring(ENVELOPES[name]), etree.fromstring(signed(ENVELOPES[name]))
    body = after[-1]
    del body.attrib[f"{WSU}Id"]
    written = [etree.tostring(one, method="c14n", exclusive=True) for one in (before[-1], body)]
    assert written[0] == written[1]


def test_the_message_has_the_profile_of_the_official_sample() -> None:
    """shep-protocol 3.1: the elements, in their order, with their attributes."""
    found = parts(signed())
    assert [element.tag for element in found.root] == [f"{SOAP}Header", f"{SOAP}Body"]
    assert found.security.items() == [(f"{SOAP}mustUnderstand", "1")]
    assert found.body.get(f"{WSU}Id") == "id-1"
    names = [etree.QName(element).localname for element in found.signature.iter(etree.Element)]
    assert names == [
        *("Signature", "SignedInfo", "CanonicalizationMethod", "SignatureMethod", "Reference", "Transforms"),
        *("Transform", "DigestMethod", "DigestValue", "SignatureValue", "KeyInfo", "SecurityTokenReference"),
        "KeyIdentifier",
    ]
    exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    assert found.find("CanonicalizationMethod").get("Algorithm") == exclusive
    assert [one.get("Algorithm") for one in found.signature.iter(f"{DS}Transform")] == [exclusive]
    assert found.find("Reference").get("URI") == "#id-1"
    assert found.find("KeyIdentifier").tag == f"{WSSE}KeyIdentifier"
    assert "\n" not in (found.find("KeyIdentifier").text or "\n")


def test_the_official_sample_has_the_same_elements_and_attributes_as_ours() -> None:
    def shape(message: bytes) -> list[tuple[str, list[str]]]:
        return [(str(one.tag), sorted(map(str, one.attrib))) for one in parts(message).header.iter(etree.Element)]

    assert shape(signed()) == shape(real("signed_request_gost2004.xml").message)


def test_the_prefixes_are_the_usual_ones() -> None:
    for mark in (b"<wsse:Security ", b"<ds:Signature ", b"<wsse:SecurityTokenReference>", b'<S:Body xmlns:wsu="'):
        assert mark in signed()


def test_the_other_style_names_issuer_and_serial_number() -> None:
    found = parts(signed(style=KeyInfoStyle.ISSUER_SERIAL))
    assert found.find("X509IssuerName").text == "CN=TEST ISSUING"
    assert found.find("X509SerialNumber").text == str(person().certificate.serial_number)
    assert not list(found.signature.iter(f"{WSSE}KeyIdentifier"))


def test_namespaces_that_only_values_use_survive_in_what_is_sent() -> None:
    assert b'xmlns:xs="http://www.w3.org/2001/XMLSchema"' in signed()


def test_the_signed_info_depends_on_nothing_around_it() -> None:
    canonical = write_exclusive(parts(signed()).find("SignedInfo"))
    assert canonical.startswith(f'<ds:SignedInfo xmlns:ds="{DS_NAMESPACE}"><ds:Canon'.encode())
    assert canonical.count(b"xmlns") == 1


def test_each_message_has_an_identifier_of_its_own() -> None:
    first, second = (parts(sign_envelope(ENVELOPE, person().signing_key)).body.get(f"{WSU}Id") for _ in range(2))
    assert first != second
    assert re.fullmatch(r"id-[0-9a-f-]{36}", str(first))
    assert re.fullmatch(r"id-[0-9a-f-]{36}", make_id())


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"<a>",
        b"<a/>",
        b"<!DOCTYPE a>" + ENVELOPE,
        ENVELOPE.replace(b"S:Body", b"S:Boty"),
        ENVELOPE.replace(b"</S:Body>", b"</S:Body><S:Body/>"),
        ENVELOPE.replace(b"</S:Body>", b"</S:Body>text"),
        ENVELOPE.replace(b"<S:Body>", b"<!--x--><S:Body>"),
        ENVELOPE.replace(b"<S:Body>", b'<S:Body Id="1">'),
        ENVELOPE.replace(b"<S:Body>", b'<S:Body xml:id="a">'),
        ENVELOPE.replace(b"<messageId>", b'<messageId a="id-1">'),
        ENVELOPE.replace(b"<S:Body>", b"<S:Header><x><Security/></x></S:Header><S:Body>"),
        ENVELOPE.replace(b"<request>", b'<request xmlns="relative">'),
        ours_rsa,
    ],
    ids=[
        *("nothing", "not well-formed", "no envelope", "document type", "no body", "two bodies", "text"),
        *("comment", "numbered", "numbered otherwise", "number in use", "security", "no canonical form", "signed"),
    ],
)
def test_what_cannot_be_signed_is_an_error(envelope: object) -> None:
    with pytest.raises(DocumentUnsignable):
        signed(envelope if isinstance(envelope, bytes) else ours_rsa().message)


def built(envelope: bytes, style: KeyInfoStyle) -> bytes:
    """The canonical Security, built element by element."""
    root, key = etree.fromstring(envelope), person().signing_key
    root[-1].set(f"{WSU}Id", "id-1")
    security = etree.SubElement(
        root, f"{WSSE}Security", nsmap={"wsse": WSSE[1:-1], "soap": str(root.tag)[1:].split("}")[0]}
    )
    security.set(f"{str(root.tag).removesuffix('Envelope')}mustUnderstand", "1")
    key_info = append_signature(
        security,
        key,
        write_exclusive(root[-2]),
        reference="#id-1",
        transforms=(EXCLUSIVE,),
        canonical_form=EXCLUSIVE,
        write=write_exclusive,
    )
    append_key_info(key_info, key.certificate, style)
    return write_exclusive(security)


@pytest.mark.parametrize("style", KeyInfoStyle)
@pytest.mark.parametrize("name", ["plain", "SOAP 1.2", "a header with entries", "letters"])
def test_the_text_of_the_header_is_what_its_elements_would_have_been(name: str, style: KeyInfoStyle) -> None:
    security = etree.fromstring(signed(ENVELOPES[name], style))[0][-1]
    assert write_exclusive(security) == built(ENVELOPES[name], style)


def test_an_identifier_may_have_two_hyphens_which_a_comment_could_not() -> None:
    message = sign_envelope(ENVELOPE, person().signing_key, new_id=lambda: "a--b")
    assert verify_envelope(message, policy()).passed


@pytest.mark.parametrize(
    "place", ["<S:Header><a><?signature id-1?></a></S:Header><S:Body>", "<S:Body><?signature id-1?>"]
)
def test_an_envelope_that_holds_our_own_mark_of_the_place_is_an_error(place: str) -> None:
    with pytest.raises(DocumentUnsignable):
        signed(ENVELOPE.replace(b"<S:Body>", place.encode()))


def test_a_number_that_is_there_in_another_spelling_is_in_use() -> None:
    with pytest.raises(DocumentUnsignable):
        signed(ENVELOPE.replace(b"<messageId>", b'<messageId a="&#105;d-1">'))


@pytest.mark.parametrize("identifier", ["", "1", "a b", 'a"', "#a", "a" * 300, "ы"])
def test_an_identifier_that_is_none_is_an_error(identifier: str) -> None:
    with pytest.raises(DocumentUnsignable):
        sign_envelope(ENVELOPE, person().signing_key, new_id=lambda: identifier)
