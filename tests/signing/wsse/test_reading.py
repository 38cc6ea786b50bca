"""What looks signed is told from what is not, and signed bytes come in an envelope without anything unsigned."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from lxml import etree

from signing.errors import SignatureRefused
from signing.wsse.reading import as_envelope, is_signed
from signing.wsse.signing import sign_envelope
from signing.wsse.verifying import verify_envelope
from tests.signing.pki import person
from tests.signing.wsse.forging import edited
from tests.signing.wsse.messages import ENVELOPE, SOAP, SOURCES, Parts, Source, ours_rsa, policy
from tests.signing.wsse.test_signing import ENVELOPES


def in_one_of_two_bodies(parts: Parts) -> None:
    parts.body.addnext(etree.Element(f"{SOAP}Body"))
    parts.body.append(parts.header)


@pytest.mark.parametrize("name", SOURCES)
def test_a_signed_message_looks_signed(name: str) -> None:
    assert is_signed(SOURCES[name]().message)


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_unsigned_envelope_does_not_even_with_a_signature_inside_its_body(name: str) -> None:
    assert not is_signed(ENVELOPES[name])


@pytest.mark.parametrize(
    "message",
    [
        edited(lambda p: p.security.remove(p.signature)),
        edited(lambda p: setattr(p.security, "tag", "security")),
        edited(lambda p: setattr(p.security, "tag", "{urn:x}Security")),
        edited(lambda p: p.header.append(p.signature)),
        edited(lambda p: p.header.replace(p.security, etree.Element("{urn:x}SIGNATURE"))),
        edited(lambda p: p.root.append(p.security)),
        edited(lambda p: etree.SubElement(p.header, "a").append(p.security)),
        edited(lambda p: setattr(p.header, "tag", "Header")),
        edited(lambda p: setattr(p.root, "tag", "envelope")),
        edited(lambda p: p.root.extend([copy.deepcopy(p.header), etree.Element(f"{SOAP}Body")])),
        edited(in_one_of_two_bodies),
        lambda s: b"<Signature/>",
    ],
    ids=[
        *("empty security", "no namespace", "another namespace", "beside", "another name", "outside the header"),
        *("deeper", "another header", "another envelope", "two bodies", "in one of two bodies", "alone"),
    ],
)
def test_whatever_looks_signed_counts_as_signed(message: Callable[[Source], bytes]) -> None:
    assert is_signed(message(ours_rsa()))


@pytest.mark.parametrize(
    "message",
    [b"", b"<a>", b"text", b"<!DOCTYPE a><a/>", ENVELOPE.decode().encode("utf-16"), b"<a>" * 300 + b"</a>" * 300],
    ids=["nothing", "not well-formed", "no XML", "document type", "UTF-16", "deep"],
)
def test_what_cannot_be_read_safely_is_neither(message: bytes) -> None:
    with pytest.raises(SignatureRefused):
        is_signed(message)


@pytest.mark.parametrize("name", SOURCES)
def test_the_envelope_around_the_content_holds_exactly_the_signed_bytes(name: str) -> None:
    source = SOURCES[name]()
    content = source.judge(source.message).content
    assert content is not None
    envelope = as_envelope(content)
    root = etree.fromstring(envelope)
    assert root.tag == f"{SOAP}Envelope"
    assert [child.tag for child in root] == [f"{SOAP}Body"]
    assert content in envelope
    assert etree.tostring(root[0], method="c14n", exclusive=True) == content


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelope_and_body_are_of_one_version(name: str) -> None:
    content = verify_envelope(sign_envelope(ENVELOPES[name], person().signing_key), policy()).content
    assert content is not None
    root = etree.fromstring(as_envelope(content))
    assert etree.QName(root).namespace == etree.QName(root[0]).namespace
    assert etree.QName(root).namespace == etree.QName(etree.fromstring(ENVELOPES[name])).namespace


def test_an_attribute_cannot_make_the_body_one_of_another_version() -> None:
    body = ENVELOPES["plain"].replace(b"<S:Body>", b"<S:Body a=' xmlns:S=\"http://www.w3.org/2003/05/soap-envelope\"'>")
    content = verify_envelope(sign_envelope(body, person().signing_key), policy()).content
    assert content is not None
    assert etree.fromstring(as_envelope(content)).tag == f"{SOAP}Envelope"


def test_the_usual_prefixes_of_types_can_be_resolved_again() -> None:
    """Exclusive canonical form leaves out what only values use, so the signed bytes do not have it."""
    content = ours_rsa().content
    assert b"xmlns:xs=" not in content
    data = next(etree.fromstring(as_envelope(content)).iter("data"))
    prefix = str(data.get("{http://www.w3.org/2001/XMLSchema-instance}type")).split(":")[0]
    assert data.nsmap[prefix] == "http://www.w3.org/2001/XMLSchema"
