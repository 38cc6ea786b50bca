"""Every known trick on an enveloped XML signature is refused, at the stage and for the reason that it should."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from lxml import etree

from signing.verdict import Stage, SubIndication, Verdict
from signing.xmldsig import sign_enveloped, verify_enveloped
from tests.signing.pki import AT, issuing, make, person, rsa_key, trust

DS = "{http://www.w3.org/2000/09/xmldsig#}"
SOUND = b"<request><iin>900101350122</iin><amount>100</amount></request>"
_S = SubIndication


def judge(document: bytes) -> Verdict:
    return verify_enveloped(document, trust=trust(), at=AT)


def signed(document: bytes = SOUND) -> bytes:
    return sign_enveloped(document, person().signing_key)


def changed(edit: Callable[[etree._Element, etree._Element], object]) -> bytes:
    """The sound document after `edit(root, signature)`."""
    tree = etree.fromstring(signed())
    edit(tree, next(tree.iter(DS + "Signature")))
    return etree.tostring(tree)


def swapped(old: str, new: str) -> bytes:
    document = signed()
    assert old.encode() in document
    return document.replace(old.encode(), new.encode())


def wrapped() -> bytes:
    """The signed original inside another root."""
    return b"<request><amount>900</amount>" + signed() + b"</request>"


def original_inside_evil() -> bytes:
    """The signature last in a new root, the original beside it (the classic wrapping)."""
    tree = etree.fromstring(signed())
    evil = etree.fromstring(b"<request><amount>900</amount></request>")
    signature = next(tree.iter(DS + "Signature"))
    evil.append(tree)
    evil.append(signature)
    return etree.tostring(evil)


def original_inside_signature() -> bytes:
    """The original as an Object of the signature of a new root."""
    evil = etree.fromstring(b"<request><amount>900</amount></request>")
    tree = etree.fromstring(signed())
    signature = next(tree.iter(DS + "Signature"))
    evil.append(signature)
    etree.SubElement(signature, DS + "Object").append(tree)
    return etree.tostring(evil)


def of_an_element(tree: etree._Element, signature: etree._Element) -> None:
    tree.set("Id", "x")
    next(signature.iter(DS + "Reference")).set("URI", "#x")


def twice(parent_name: str, name: str) -> bytes:
    def edit(_: etree._Element, signature: etree._Element) -> None:
        parent = signature if parent_name == "Signature" else next(signature.iter(DS + parent_name))
        first = next(parent.iter(DS + name))
        first.addnext(etree.fromstring(etree.tostring(first)))

    return changed(edit)


def added(parent_name: str, name: str) -> bytes:
    def edit(_: etree._Element, signature: etree._Element) -> None:
        parent = signature if parent_name == "Signature" else next(signature.iter(DS + parent_name))
        etree.SubElement(parent, DS + name).text = "128"

    return changed(edit)


def of_another_person() -> bytes:
    """The signature by one key, the certificate of another."""
    other = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("other"), issuing())

    def edit(_: etree._Element, signature: etree._Element) -> None:
        next(signature.iter(DS + "X509Certificate")).text = b64encode(other.der).decode()

    return changed(edit)


def comment_in(name: str) -> bytes:
    def edit(_: etree._Element, signature: etree._Element) -> None:
        value = next(signature.iter(DS + name))
        comment = etree.Comment("x")
        comment.tail, value.text = (value.text or "")[4:], (value.text or "")[:4]
        value.append(comment)

    return changed(edit)


F, C = (Stage.FORMAT, _S.FORMAT_FAILURE), (Stage.SIGNATURE, _S.CRYPTO_CONSTRAINTS_FAILURE)
D, G = (Stage.DIGEST, _S.HASH_FAILURE), (Stage.SIGNATURE, _S.SIG_CRYPTO_FAILURE)
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"

ATTACKS: dict[str, tuple[Callable[[], bytes], tuple[Stage, SubIndication]]] = {
    "content changed": (lambda: swapped("100", "900"), D),
    "element added": (lambda: swapped("<amount>", "<amount>9</amount><amount>"), D),
    "text after the signature": (lambda: swapped("</ds:Signature>", "</ds:Signature>9"), D),
    "instruction before the root": (lambda: b"<?evil?>" + signed(), D),
    "digest changed to fit": (
        lambda: changed(lambda _, s: setattr(next(s.iter(DS + "DigestValue")), "text", "A" * 43 + "=")),
        D,
    ),
    "truncated digest": (
        lambda: changed(lambda _, s: setattr(next(s.iter(DS + "DigestValue")), "text", "AAAA")),
        D,
    ),
    "signature changed": (
        lambda: changed(lambda _, s: setattr(next(s.iter(DS + "SignatureValue")), "text", "A" * 342 + "==")),
        G,
    ),
    "key of another": (of_another_person, G),
    "no signature": (lambda: SOUND, F),
    "two signatures": (lambda: changed(lambda t, s: t.insert(0, etree.fromstring(etree.tostring(s)))), F),
    "signature of another namespace": (
        lambda: swapped('http://www.w3.org/2000/09/xmldsig#"', 'http://www.w3.org/2000/09/xmldsig"'),
        F,
    ),
    "signature not last": (lambda: changed(lambda t, s: t.insert(0, s)), F),
    "something after the signature": (lambda: changed(lambda t, s: etree.SubElement(t, "b")), F),
    "comment after the signature": (lambda: swapped("</ds:Signature>", "</ds:Signature><!--x-->"), F),
    "signature deeper": (lambda: changed(lambda t, s: t[0].append(s)), F),
    "signature is the root": (lambda: etree.tostring(next(etree.fromstring(signed()).iter(DS + "Signature"))), F),
    "signed document wrapped": (wrapped, F),
    "original beside evil": (original_inside_evil, D),
    "original inside the signature": (original_inside_signature, F),
    "reference to an element": (lambda: changed(of_an_element), F),
    "reference to a file": (lambda: swapped('URI=""', 'URI="file:///etc/passwd"'), F),
    "reference to the web": (lambda: swapped('URI=""', 'URI="http://127.0.0.1/"'), F),
    "reference without URI": (lambda: swapped(' URI=""', ""), F),
    "reference with a type": (lambda: swapped('URI=""', 'URI="" Type="urn:x"'), F),
    "two references": (lambda: twice("SignedInfo", "Reference"), F),
    "two signed infos": (lambda: twice("Signature", "SignedInfo"), F),
    "two values": (lambda: twice("Signature", "SignatureValue"), F),
    "two certificates": (lambda: twice("X509Data", "X509Certificate"), F),
    "a transform more": (lambda: twice("Transforms", "Transform"), F),
    "transform XPath": (
        lambda: swapped(C14N + "#WithComments", "http://www.w3.org/TR/1999/REC-xpath-19991116"),
        F,
    ),
    "transform XSLT": (lambda: swapped(C14N + "#WithComments", "http://www.w3.org/TR/1999/REC-xslt-19991116"), F),
    "transform with content": (lambda: added("Transform", "XPath"), F),
    "canonicalisation off the list": (
        lambda: swapped(f'Method Algorithm="{C14N}"', 'Method Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"'),
        F,
    ),
    "HMAC": (lambda: swapped(MORE + "rsa-sha256", MORE + "hmac-sha256"), C),
    "RSA with SHA-1": (lambda: swapped(MORE + "rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), C),
    "digest SHA-1": (
        lambda: swapped("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        C,
    ),
    "digest of another family": (
        lambda: swapped("http://www.w3.org/2001/04/xmlenc#sha256", MORE + "gost34311"),
        C,
    ),
    "output length": (lambda: added("SignatureMethod", "HMACOutputLength"), F),
    "key value": (lambda: added("KeyInfo", "KeyValue"), F),
    "retrieval method": (lambda: added("KeyInfo", "RetrievalMethod"), F),
    "object": (lambda: added("Signature", "Object"), F),
    "text inside": (lambda: swapped("<ds:SignatureValue>", "text<ds:SignatureValue>"), F),
    "attribute on the value": (lambda: swapped("<ds:SignatureValue>", '<ds:SignatureValue Id="x">'), F),
    "comment in the value": (lambda: comment_in("SignatureValue"), F),
    "comment in the digest": (lambda: comment_in("DigestValue"), F),
    "comment in the certificate": (lambda: comment_in("X509Certificate"), F),
    "certificate is junk": (
        lambda: changed(lambda _, s: setattr(next(s.iter(DS + "X509Certificate")), "text", "MAA=")),
        F,
    ),
    "value is not base64": (
        lambda: changed(lambda _, s: setattr(next(s.iter(DS + "SignatureValue")), "text", "é!")),
        F,
    ),
    "document type": (lambda: b"<!DOCTYPE request>" + signed(), F),
    "entity": (lambda: b'<!DOCTYPE r [<!ENTITY e "9">]>' + swapped("100", "&e;"), F),
    "outside entity": (lambda: b'<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + swapped("100", "&e;"), F),
    "outside document type": (lambda: b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">' + signed(), F),
    "UTF-16": (lambda: signed().decode().encode("utf-16"), F),
    "UTF-16 without a mark": (lambda: signed().decode().encode("utf-16-le"), F),
    "another encoding": (lambda: b'<?xml version="1.0" encoding="windows-1251"?>' + signed(), F),
    "deep": (lambda: b"<a>" * 5000 + b"</a>" * 5000, F),
    "large": (lambda: b" " * (8 * 1024 * 1024 + 1), F),
    "nothing": (lambda: b"", F),
    "junk": (lambda: b"\0\xff<", F),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_attack_is_refused_where_it_should_be(name: str) -> None:
    forge, expected = ATTACKS[name]
    verdict = judge(forge())
    assert not verdict.passed
    assert (verdict.stage, verdict.sub_indication) == expected
    assert verdict.content is None


def with_two_signatures() -> bytes:
    return changed(lambda t, s: t.insert(0, etree.fromstring(etree.tostring(s))))


@pytest.mark.parametrize(
    ("document", "reason"),
    [(lambda: b"<a>" + b" " * 8 * 1024 * 1024 + b"</a>", "too large"), (with_two_signatures, "2 signatures")],
    ids=["large", "two signatures"],
)
def test_the_reason_names_the_rule(document: Callable[[], bytes], reason: str) -> None:
    assert reason in judge(document()).reason


def test_a_comment_in_the_content_cannot_cut_a_value_short() -> None:
    verdict = judge(swapped("<amount>100", "<amount>1<!---->00"))
    assert verdict.content == SOUND


def test_an_untrusted_signer_is_refused() -> None:
    stranger = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("person"), None)
    verdict = judge(sign_enveloped(SOUND, stranger.signing_key))
    assert verdict.sub_indication is _S.NO_CERTIFICATE_CHAIN_FOUND


def test_every_changed_byte_fails_or_changes_nothing_that_counts() -> None:
    document = signed()
    for place in range(len(document)):
        broken = bytearray(document)
        broken[place] ^= 1 << (place % 7)
        verdict = judge(bytes(broken))
        if verdict.passed:
            assert verdict.content == SOUND
            assert verdict.signer == judge(document).signer
