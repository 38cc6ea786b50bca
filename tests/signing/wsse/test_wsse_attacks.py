"""Every known trick on a signed message, of ours or a real one, is refused for the reason that it should."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from lxml import etree

from signing.verdict import Stage, SubIndication
from tests.signing.wsse.forging import (
    Forge,
    added,
    confused,
    edited,
    evil,
    first_child,
    in_algorithm,
    in_attribute,
    in_text,
    split_by,
    twice,
    under_another_envelope,
    value_changed,
    wrapped,
)
from tests.signing.wsse.messages import DS, SOAP, SOURCES, WSSE, WSU, Parts
from tests.support.fuzzing import STRIDE

_S = SubIndication
F, C, D, G = _S.FORMAT_FAILURE, _S.CRYPTO_CONSTRAINTS_FAILURE, _S.HASH_FAILURE, _S.SIG_CRYPTO_FAILURE
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SOAP_12 = "{http://www.w3.org/2003/05/soap-envelope}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def comment() -> etree._Element:
    return etree.Comment("x")


def instruction() -> etree._Element:
    return etree.ProcessingInstruction("x")


def before(text: bytes) -> Forge:
    return lambda source: text + etree.tostring(etree.fromstring(source.message))


def namespaces_redefined(parts: Parts) -> None:
    """The Body's children by other namespaces under the same prefixes."""
    for element in list(parts.body.iter(etree.Element))[1:]:
        element.tag = f"{{urn:evil}}{etree.QName(element).localname}"


def signature_in(place: Callable[[Parts], etree._Element]) -> Forge:
    return edited(lambda parts: place(parts).append(parts.signature))


def security_in(place: Callable[[Parts], etree._Element]) -> Forge:
    return edited(lambda parts: place(parts).append(parts.security))


ATTACKS: dict[str, tuple[Forge, SubIndication]] = {
    # the signed part
    "value changed": (edited(lambda p: setattr(next(p.body.iter("messageId")), "text", "900")), D),
    "element added": (edited(lambda p: p.body.append(etree.Element("a"))), D),
    "attribute added": (edited(lambda p: p.body.set("a", "b")), D),
    "instruction in the body": (edited(lambda p: p.body.append(instruction())), D),
    "namespaces redefined": (edited(namespaces_redefined), D),
    "body of the other version": (edited(lambda p: setattr(p.body, "tag", f"{SOAP_12}Body")), F),
    "body of no namespace": (edited(lambda p: setattr(p.body, "tag", "Body")), F),
    "digest changed to fit": (value_changed("DigestValue"), D),
    "truncated digest": (in_text("DigestValue", "AAAA"), D),
    "empty digest": (in_text("DigestValue", ""), D),
    # identifiers
    "identifier twice": (edited(lambda p: p.header.set(f"{WSU}Id", _identifier(p))), F),
    "identifier twice, as Id": (edited(lambda p: p.header.set("Id", _identifier(p))), F),
    "identifier twice, as ID": (edited(lambda p: p.security.set("ID", _identifier(p))), F),
    "identifier twice, as id": (edited(lambda p: p.signature.set("id", _identifier(p))), F),
    "identifier twice, as xml:id": (edited(lambda p: p.root.set(XML_ID, _identifier(p))), F),
    "identifier twice, of any namespace": (edited(lambda p: p.root.set("{urn:x}Id", _identifier(p))), F),
    "identifier twice, of another name": (edited(lambda p: p.root.set("AssertionID", _identifier(p))), F),
    "identifier twice, inside the body": (edited(lambda p: p.body[0].set("Id", _identifier(p))), F),
    "identifier twice, on the body itself": (edited(lambda p: p.body.set("Id", _identifier(p))), F),
    "no identifier": (edited(lambda p: p.body.attrib.clear()), F),
    "identifier of another attribute": (edited(lambda p: _renumber(p, "name")), F),
    "evil body, true one elsewhere": (confused(None, f"{WSU}Id"), F),
    "evil body by Id, true one by wsu:Id": (confused("Id", f"{WSU}Id"), F),
    "evil body by wsu:Id, true one by Id": (confused(f"{WSU}Id", "Id"), F),
    "evil body by wsu:Id, true one by ID": (confused(f"{WSU}Id", "ID"), F),
    "evil body by wsu:Id, true one by id": (confused(f"{WSU}Id", "id"), F),
    "evil body by wsu:Id, true one by xml:id": (confused(f"{WSU}Id", XML_ID), F),
    "evil body by ID, true one by Id": (confused("ID", "Id"), F),
    # bodies, envelopes, headers
    "body moved under another envelope": (under_another_envelope, F),
    "two bodies": (edited(lambda p: p.body.addnext(copy.deepcopy(p.body))), F),
    "two bodies, the evil one last": (edited(lambda p: p.body.addnext(evil(p.body))), F),
    "no body": (edited(lambda p: p.root.remove(p.body)), F),
    "body in front of the header": (edited(lambda p: p.root.insert(0, p.body)), F),
    "two headers": (edited(lambda p: p.header.addnext(etree.Element(f"{SOAP}Header"))), F),
    "no header": (edited(lambda p: p.root.remove(p.header)), F),
    "header of the other version": (edited(lambda p: setattr(p.header, "tag", f"{SOAP_12}Header")), F),
    "something behind the body": (edited(lambda p: etree.SubElement(p.root, "a")), F),
    "comment in the envelope": (edited(lambda p: p.root.insert(0, comment())), F),
    "instruction in the envelope": (edited(lambda p: p.root.insert(1, instruction())), F),
    "text between header and body": (edited(lambda p: setattr(p.header, "tail", "x")), F),
    "text behind the body": (edited(lambda p: setattr(p.body, "tail", "x")), F),
    "no envelope": (edited(lambda p: setattr(p.root, "tag", "Envelope")), F),
    "a body in the header": (edited(lambda p: etree.SubElement(p.header, f"{SOAP}Body")), F),
    "a body of the other version in the header": (edited(lambda p: etree.SubElement(p.header, f"{SOAP_12}Body")), F),
    # the place of the signature
    "two security headers": (edited(lambda p: p.header.append(copy.deepcopy(p.security))), F),
    "a second, empty security header": (edited(lambda p: etree.SubElement(p.header, f"{WSSE}Security")), F),
    "a second security header deeper": (
        edited(lambda p: etree.SubElement(etree.SubElement(p.header, "a"), f"{WSSE}Security")),
        F,
    ),
    "security header of another namespace": (edited(lambda p: setattr(p.security, "tag", "{urn:x}Security")), F),
    "security header for another actor": (edited(lambda p: p.security.set(f"{SOAP}actor", "urn:x")), F),
    "security header for another role": (edited(lambda p: p.security.set(f"{SOAP_12}role", "urn:x")), F),
    "needed in another way": (edited(lambda p: p.security.set(f"{SOAP}mustUnderstand", "perhaps")), F),
    "needed, in the other version": (edited(lambda p: p.security.set(f"{SOAP_12}mustUnderstand", "1")), F),
    "security header in the body": (security_in(lambda p: p.body), F),
    "security header deeper": (security_in(lambda p: etree.SubElement(p.header, "a")), F),
    "security header in the envelope": (security_in(lambda p: p.root), F),
    "signature in the body": (signature_in(lambda p: p.body), F),
    "signature in the header": (signature_in(lambda p: p.header), F),
    "signature deeper": (signature_in(lambda p: etree.SubElement(p.security, "a")), F),
    "two signatures": (edited(lambda p: p.security.append(copy.deepcopy(p.signature))), F),
    "a second signature in the header": (edited(lambda p: p.header.append(copy.deepcopy(p.signature))), F),
    "a timestamp": (edited(lambda p: etree.SubElement(p.security, f"{WSU}Timestamp")), F),
    "a token": (edited(lambda p: p.security.insert(0, etree.Element(f"{WSSE}BinarySecurityToken"))), F),
    "a comment beside the signature": (edited(lambda p: p.security.append(comment())), F),
    "text beside the signature": (edited(lambda p: setattr(p.security, "text", "x")), F),
    # what it refers to
    "reference to the document": (in_attribute("Reference", "URI", ""), F),
    "reference to a file": (in_attribute("Reference", "URI", "file:///etc/passwd"), F),
    "reference to the web": (in_attribute("Reference", "URI", "http://127.0.0.1/#x"), F),
    "reference by XPointer": (in_attribute("Reference", "URI", "#xpointer(/)"), F),
    "reference by XPointer to an identifier": (
        edited(lambda p: p.find("Reference").set("URI", f"#xpointer(id('{_identifier(p)}'))")),
        F,
    ),
    "reference to nothing": (in_attribute("Reference", "URI", "#nothing"), F),
    "reference to the header": (edited(lambda p: _refer(p, p.header)), F),
    "reference to the envelope": (edited(lambda p: _refer(p, p.root)), F),
    "reference to the content alone": (edited(lambda p: _refer(p, p.body[0])), F),
    "reference without URI": (edited(lambda p: p.find("Reference").attrib.clear()), F),
    "reference with a type": (in_attribute("Reference", "Type", "urn:x"), F),
    "two references": (twice("Reference"), F),
    # transforms and canonical form
    "two transforms": (twice("Transform"), F),
    "no transform": (edited(lambda p: p.find("Transforms").clear()), F),
    "transform with comments": (in_algorithm("Transform", EXCLUSIVE + "WithComments"), F),
    "transform inclusive": (in_algorithm("Transform", C14N), F),
    "transform enveloped": (in_algorithm("Transform", "http://www.w3.org/2000/09/xmldsig#enveloped-signature"), F),
    "transform XPath": (in_algorithm("Transform", "http://www.w3.org/TR/1999/REC-xpath-19991116"), F),
    "transform XPath filter": (in_algorithm("Transform", "http://www.w3.org/2002/06/xmldsig-filter2"), F),
    "transform XSLT": (in_algorithm("Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116"), F),
    "transform of a token": (in_algorithm("Transform", f"{WSSE[1:-1]}#STR-Transform"), F),
    "transform with a list that lists nothing": (added("Transform", f"{{{EXCLUSIVE}}}InclusiveNamespaces"), F),
    "canonicalisation with a list that lists nothing": (
        added("CanonicalizationMethod", f"{{{EXCLUSIVE}}}InclusiveNamespaces"),
        F,
    ),
    "canonicalisation with comments": (in_algorithm("CanonicalizationMethod", EXCLUSIVE + "WithComments"), F),
    "canonicalisation inclusive": (in_algorithm("CanonicalizationMethod", C14N), F),
    # algorithms
    "HMAC": (in_algorithm("SignatureMethod", MORE + "hmac-sha256"), C),
    "RSA with SHA-1": (in_algorithm("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), C),
    "RSA with SHA-1 as Kalkan names it": (in_algorithm("SignatureMethod", MORE + "rsa-sha1"), C),
    "digest SHA-1": (in_algorithm("DigestMethod", "http://www.w3.org/2000/09/xmldsig#sha1"), C),
    "digest of another family": (in_algorithm("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha512"), C),
    "output length": (added("SignatureMethod", f"{DS}HMACOutputLength"), F),
    # inside the signature
    "signature changed": (value_changed("SignatureValue"), G),
    "empty signature": (in_text("SignatureValue", ""), G),
    "two signed infos": (twice("SignedInfo"), F),
    "two values": (twice("SignatureValue"), F),
    "two key infos": (twice("KeyInfo"), F),
    "no key info": (edited(lambda p: p.signature.remove(p.find("KeyInfo"))), F),
    "empty key info": (edited(lambda p: p.find("KeyInfo").clear()), F),
    "two token references": (twice("SecurityTokenReference"), F),
    "empty token reference": (edited(lambda p: p.find("SecurityTokenReference").clear()), F),
    "two names of the key": (edited(lambda p: _double(p.find("SecurityTokenReference"))), F),
    "key value": (added("KeyInfo", f"{DS}KeyValue"), F),
    "retrieval method": (added("KeyInfo", f"{DS}RetrievalMethod"), F),
    "direct reference": (added("SecurityTokenReference", f"{WSSE}Reference"), F),
    "object": (added("Signature", f"{DS}Object"), F),
    "attribute of the token reference": (in_attribute("SecurityTokenReference", "TokenType", "urn:x"), F),
    "comment in the value": (split_by(etree.Comment, "SignatureValue"), F),
    "comment in the digest": (split_by(etree.Comment, "DigestValue"), F),
    "instruction in the value": (split_by(etree.ProcessingInstruction, "SignatureValue"), F),
    "comment in the signature": (first_child("Signature", comment), F),
    "comment in the signed info": (first_child("SignedInfo", comment), F),
    "text in the signature": (in_text("Signature", "x"), F),
    "text in the signed info": (in_text("SignedInfo", "x"), F),
    "attribute on the value": (in_attribute("SignatureValue", "Id", "x"), F),
    "value is not base64": (in_text("SignatureValue", "é!"), F),
    # the document's form
    "document type": (before(b"<!DOCTYPE a>"), F),
    "entity": (before(b'<!DOCTYPE a [<!ENTITY e "9">]>'), F),
    "outside entity": (before(b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'), F),
    "outside document type": (before(b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd">'), F),
    "declared identifiers": (before(b"<!DOCTYPE a [<!ATTLIST messageId name ID #IMPLIED>]>"), F),
    "UTF-16": (lambda s: etree.tostring(etree.fromstring(s.message), encoding="unicode").encode("utf-16"), F),
    "another encoding": (before(b'<?xml version="1.0" encoding="windows-1251"?>'), F),
    "too deep": (edited(lambda p: p.header.append(etree.fromstring(b"<a>" * 255 + b"</a>" * 255))), F),
    "large": (lambda s: s.message + b" " * 8 * 1024 * 1024, F),
    "a lot of namespaces": (edited(lambda p: p.header.append(_namespaces())), F),
    "nothing": (lambda s: b"", F),
    "junk": (lambda s: b"\0\xff<", F),
}
ATTACKS |= {f"wrapping {kind}": (wrapped(kind), D if kind == 7 else F) for kind in range(1, 9)}


def _identifier(parts: Parts) -> str:
    return str(parts.body.get(f"{WSU}Id"))


def _renumber(parts: Parts, attribute: str) -> None:
    parts.body.set(attribute, parts.body.attrib.pop(f"{WSU}Id"))


def _refer(parts: Parts, element: etree._Element) -> None:
    element.set(f"{WSU}Id", "other")
    parts.find("Reference").set("URI", "#other")


def _double(element: etree._Element) -> None:
    element.append(copy.deepcopy(element[0]))


def _namespaces() -> etree._Element:
    return etree.fromstring(b"<a " + b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(5000)) + b"/>")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_is_refused_for_the_right_reason(name: str, source: str) -> None:
    forge, expected = ATTACKS[name]
    sound = SOURCES[source]()
    forged = forge(sound)
    assert forged != sound.message
    verdict = sound.judge(forged)
    assert not verdict.passed
    assert (verdict.stage, verdict.sub_indication) == (Stage.SIGNATURE, expected)
    assert verdict.content is None and verdict.content_sha256 is None


@pytest.mark.parametrize(("source", "step"), [("ours, RSA", 1), ("ours, GOST", 31), ("real request", 31)])
def test_every_changed_byte_fails_or_changes_nothing_that_counts(source: str, step: int) -> None:
    """Byte by byte, and every so many bytes where the mathematics is slow."""
    sound = SOURCES[source]()
    signers, content = sound.judge(sound.message).signers, sound.content
    for place in range(0, len(sound.message), step * STRIDE if step == 1 else step):
        broken = bytearray(sound.message)
        broken[place] ^= 1 << (place % 7)
        verdict = sound.judge(bytes(broken))
        if verdict.passed:
            assert verdict.content == content
            assert verdict.signers == signers
