"""Every known trick on an enveloped XML signature, of ours or a real one, is refused for the reason that it should."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from lxml import etree

from signing.verdict import Stage, SubIndication
from signing.xmldsig.signing import sign_enveloped
from tests.signing.pki import gost_person, make, namesake, person, rsa_key
from tests.signing.xmldsig import forging
from tests.signing.xmldsig.documents import DS, SOUND, SOURCES, Source, ours_gost, ours_rsa
from tests.signing.xmldsig.forging import Forge, added, before, edited, in_algorithm, in_attribute, in_text, split_by
from tests.support.fuzzing import STRIDE

_S = SubIndication
F, C, D, G = _S.FORMAT_FAILURE, _S.CRYPTO_CONSTRAINTS_FAILURE, _S.HASH_FAILURE, _S.SIG_CRYPTO_FAILURE
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
FIRST, SECOND = 0, 1


def of_an_element(root: etree._Element, signature: etree._Element) -> None:
    root.set("Id", "x")
    forging.find(signature, "Reference").set("URI", "#x")


def second_first(_: etree._Element, signature: etree._Element) -> None:
    transforms = forging.find(signature, "Transforms")
    transforms.append(transforms[0])


def value_changed(name: str) -> Forge:
    """One character of the value replaced."""

    def edit(_: etree._Element, signature: etree._Element) -> None:
        value = forging.find(signature, name)
        text = "".join((value.text or "").split())
        value.text = ("B" if text[0] == "A" else "A") + text[1:]

    return edited(edit)


def encoded(encoding: str) -> Forge:
    return lambda source: etree.tostring(etree.fromstring(source.document), encoding="unicode").encode(encoding)


def in_bytes(old: bytes, new: bytes) -> Forge:
    def forge(source: Source) -> bytes:
        assert old in source.document
        return source.document.replace(old, new, 1)

    return forge


ATTACKS: dict[str, tuple[Forge, SubIndication]] = {
    # the content
    "content changed": (edited(lambda t, s: setattr(t[0], "text", "900")), D),
    "element added": (edited(lambda t, s: t.insert(0, etree.Element("amount"))), D),
    "attribute added": (edited(lambda t, s: t.set("a", "b")), D),
    "namespace redefined": (edited(lambda t, s: t.insert(0, etree.Element("{urn:x}request"))), D),
    "namespace declared at the root": (lambda s: etree.tostring(_with_namespace(s.document)), D),
    "text after the signature": (edited(lambda t, s: setattr(s, "tail", "9")), D),
    "instruction in the content": (edited(lambda t, s: t.insert(0, etree.ProcessingInstruction("evil", "x"))), D),
    "instruction before the root": (before(b"<?evil?>"), D),
    "instruction after the root": (lambda s: s.document + b"<?evil?>", D),
    "digest changed to fit": (value_changed("DigestValue"), D),
    "truncated digest": (in_text("DigestValue", "AAAA"), D),
    "empty digest": (in_text("DigestValue", ""), D),
    # the signature's place
    "no signature": (edited(lambda t, s: t.remove(s)), F),
    "signature of another namespace": (
        lambda s: s.document.replace(b"http://www.w3.org/2000/09/xmldsig#", b"http://www.w3.org/2000/09/xmldsig"),
        F,
    ),
    "signature not last": (edited(lambda t, s: t.insert(0, s)), F),
    "a copy of the signature first": (edited(lambda t, s: t.insert(0, etree.fromstring(etree.tostring(s)))), F),
    "something after the signature": (edited(lambda t, s: etree.SubElement(t, "b")), F),
    "comment after the signature": (edited(lambda t, s: t.append(etree.Comment("x"))), F),
    "instruction after the signature": (edited(lambda t, s: t.append(etree.ProcessingInstruction("x"))), F),
    "signature deeper": (edited(lambda t, s: t[0].append(s)), F),
    "signature is the root": (lambda s: etree.tostring(next(etree.fromstring(s.document).iter(DS + "Signature"))), F),
    "signed document inside another": (lambda s: b"<a>" + etree.tostring(etree.fromstring(s.document)) + b"</a>", F),
    # what it refers to
    "reference to an element": (edited(of_an_element), F),
    "reference to a file": (in_attribute("Reference", "URI", "file:///etc/passwd"), F),
    "reference to the web": (in_attribute("Reference", "URI", "http://127.0.0.1/"), F),
    "reference by XPointer": (in_attribute("Reference", "URI", "#xpointer(/)"), F),
    "reference without URI": (forging.without_attribute("Reference", "URI"), F),
    "reference with a type": (in_attribute("Reference", "Type", "urn:x"), F),
    "two references": (forging.twice("Reference"), F),
    # transforms and canonical form
    "a transform more": (forging.twice("Transform"), F),
    "no transforms": (edited(lambda t, s: forging.find(s, "Transforms").clear()), F),
    "transforms in another order": (
        edited(lambda t, s: forging.find(s, "Transforms").append(forging.find(s, "Transform"))),
        F,
    ),
    "transform XPath": (in_algorithm("Transform", "http://www.w3.org/TR/1999/REC-xpath-19991116", SECOND), F),
    "transform XPath filter": (in_algorithm("Transform", "http://www.w3.org/2002/06/xmldsig-filter2", FIRST), F),
    "transform XSLT": (in_algorithm("Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116", SECOND), F),
    "transform base64": (in_algorithm("Transform", "http://www.w3.org/2000/09/xmldsig#base64", SECOND), F),
    "transform exclusive": (in_algorithm("Transform", EXCLUSIVE, SECOND), F),
    "transform with content": (added("Transform", "XPath"), F),
    "canonicalisation with comments": (in_algorithm("CanonicalizationMethod", C14N + "#WithComments"), F),
    "canonicalisation exclusive": (in_algorithm("CanonicalizationMethod", EXCLUSIVE), F),
    # algorithms
    "HMAC": (in_algorithm("SignatureMethod", MORE + "hmac-sha256"), C),
    "RSA with SHA-1": (in_algorithm("SignatureMethod", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), C),
    "RSA with SHA-1 as Kalkan names it": (in_algorithm("SignatureMethod", MORE + "rsa-sha1"), C),
    "digest SHA-1": (in_algorithm("DigestMethod", SHA1), C),
    "digest of another family": (in_algorithm("DigestMethod", MORE + "gost34311"), C),
    "signature of another family": (in_algorithm("SignatureMethod", MORE + "gost34310-gost34311"), C),
    "output length": (added("SignatureMethod", "HMACOutputLength"), F),
    "digest with parameters": (added("DigestMethod", "DigestParameters"), F),
    # what is inside the signature
    "signature changed": (value_changed("SignatureValue"), G),
    "signature of zeros": (edited(lambda t, s: setattr(forging.find(s, "SignatureValue"), "text", _zeros(s))), G),
    "empty signature": (in_text("SignatureValue", ""), G),
    "two signed infos": (forging.twice("SignedInfo"), F),
    "two values": (forging.twice("SignatureValue"), F),
    "two certificates": (forging.twice("X509Certificate"), F),
    "two key infos": (forging.twice("KeyInfo"), F),
    "no key info": (edited(lambda t, s: s.remove(forging.find(s, "KeyInfo"))), F),
    "no certificate": (edited(lambda t, s: forging.find(s, "X509Data").clear()), F),
    "key value": (added("KeyInfo", "KeyValue"), F),
    "key name": (added("KeyInfo", "KeyName"), F),
    "retrieval method": (added("KeyInfo", "RetrievalMethod"), F),
    "object": (added("Signature", "Object"), F),
    "signature with an identifier": (in_attribute("Signature", "Id", "x"), F),
    "text inside": (edited(lambda t, s: setattr(s, "text", "x")), F),
    "comment inside": (edited(lambda t, s: s.insert(0, etree.Comment("x"))), F),
    "instruction inside": (edited(lambda t, s: s.insert(0, etree.ProcessingInstruction("x"))), F),
    "attribute on the value": (in_attribute("SignatureValue", "Id", "x"), F),
    "comment in the value": (split_by(etree.Comment, "SignatureValue"), F),
    "comment in the digest": (split_by(etree.Comment, "DigestValue"), F),
    "comment in the certificate": (split_by(etree.Comment, "X509Certificate"), F),
    "instruction in the value": (split_by(etree.ProcessingInstruction, "SignatureValue"), F),
    "certificate is junk": (in_text("X509Certificate", "MAA="), F),
    "value is not base64": (in_text("SignatureValue", "é!"), F),
    "value with a tail that means nothing": (in_text("DigestValue", "AB=="), F),
    # the document's form
    "document type": (before(b"<!DOCTYPE request>"), F),
    "entity": (before(b'<!DOCTYPE r [<!ENTITY e "9">]>'), F),
    "entity in use": (lambda s: b'<!DOCTYPE r [<!ENTITY e "9">]>' + in_bytes(b"></", b">&e;</")(s)[_start(s) :], F),
    "outside entity": (before(b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>'), F),
    "outside document type": (before(b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">'), F),
    "default attributes": (before(b'<!DOCTYPE r [<!ATTLIST request Id ID "x">]>'), F),
    "UTF-16": (encoded("utf-16"), F),
    "UTF-16 without a mark": (encoded("utf-16-le"), F),
    "UTF-32": (encoded("utf-32"), F),
    "another encoding": (before(b'<?xml version="1.0" encoding="windows-1251"?>'), F),
    "UTF-7": (before(b'<?xml version="1.0" encoding="UTF-7"?>'), F),
    "two roots": (lambda s: s.document + b"<a/>", F),
    "deep": (edited(lambda t, s: t.insert(0, etree.fromstring(b"<a>" * 250 + b"</a>" * 250))), D),
    "too deep": (lambda s: b"<a>" * 5000 + b"</a>" * 5000, F),
    "large": (lambda s: s.document + b" " * 8 * 1024 * 1024, F),
    "nothing": (lambda s: b"", F),
    "junk": (lambda s: b"\0\xff<", F),
}
ATTACKS |= {f"wrapping {kind}": (forging.wrapped(kind), D if kind in (2, 3, 7) else F) for kind in range(1, 9)}


def _with_namespace(document: bytes) -> etree._Element:
    root = etree.fromstring(document)
    outer = etree.Element(root.tag, nsmap={"evil": "urn:evil"})
    outer.extend(list(root))
    return outer


def _zeros(signature: etree._Element) -> str:
    text = "".join((forging.find(signature, "SignatureValue").text or "").split())
    return "A" * len(text.rstrip("=")) + "=" * text.count("=")


def _start(source: Source) -> int:
    return source.document.index(b"?>") + 2 if source.document.startswith(b"<?") else 0


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_is_refused_for_the_right_reason(name: str, source: str) -> None:
    forge, expected = ATTACKS[name]
    sound = SOURCES[source]()
    forged = forge(sound)
    assert forged != sound.document
    verdict = sound.judge(forged)
    assert not verdict.passed
    assert (verdict.stage, verdict.sub_indication) == (Stage.SIGNATURE, expected)
    assert verdict.content is None and verdict.content_sha256 is None


def with_certificate(source: Source, der: bytes) -> bytes:
    return in_text("X509Certificate", b64encode(der).decode())(source)


@pytest.mark.parametrize(
    ("forged", "expected"),
    [
        (lambda: with_certificate(ours_rsa(), namesake().der), G),
        (lambda: with_certificate(ours_rsa(), gost_person().der), C),
        (lambda: with_certificate(ours_gost(), person().der), C),
    ],
    ids=["another person's", "a GOST key under an RSA signature", "an RSA key under a GOST signature"],
)
def test_the_certificate_of_another_key_is_refused(forged: Callable[[], bytes], expected: SubIndication) -> None:
    assert ours_rsa().judge(forged()).sub_indication is expected


def test_a_comment_in_the_content_cannot_cut_a_value_short() -> None:
    assert ours_rsa().judge(ours_rsa().document.replace(b"100", b"1<!---->00")).content == SOUND


def test_an_untrusted_signer_is_refused() -> None:
    stranger = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("person"), None)
    verdict = ours_rsa().judge(sign_enveloped(SOUND, stranger.signing_key))
    assert verdict.sub_indication is _S.NO_CERTIFICATE_CHAIN_FOUND


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (lambda: b"<a>" + b" " * 8 * 1024 * 1024 + b"</a>", "too large"),
        (lambda: SOUND, "not signed"),
        (lambda: ours_rsa().changed(lambda t, s: t.insert(0, s)), "last children"),
    ],
    ids=["large", "unsigned", "not last"],
)
def test_the_reason_names_the_rule(document: Callable[[], bytes], reason: str) -> None:
    assert reason in ours_rsa().judge(document()).reason


@pytest.mark.parametrize(
    ("source", "step"), [("ours, RSA", 1), ("ours, GOST", 29), ("real, RSA", 7), ("real, GOST", 29)]
)
def test_every_changed_byte_fails_or_changes_nothing_that_counts(source: str, step: int) -> None:
    """Byte by byte, and every so many bytes where the mathematics is slow."""
    sound = SOURCES[source]()
    signers = sound.judge(sound.document).signers
    for place in range(0, len(sound.document), step * STRIDE if step == 1 else step):
        broken = bytearray(sound.document)
        broken[place] ^= 1 << (place % 7)
        verdict = sound.judge(bytes(broken))
        if verdict.passed:
            assert verdict.content == sound.content
            assert verdict.signers == signers
