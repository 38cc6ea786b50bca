"""Enveloped XML signatures over a whole document, as НУЦ РК's software makes them: judging one and making one."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

from signing import algorithms
from signing.algorithms import Suite
from signing.base64_text import from_base64
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable, DocumentUnsignable, SignatureRefused
from signing.keys import SigningKey
from signing.signers import judge_signer
from signing.trust import TrustStore
from signing.verdict import Stage, SubIndication, Verdict, passed, refused
from signing.xml_safety import canonical_document, canonical_in_place, malformed_xml, parse_safely

_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_TRANSFORMS: Final = (_DS + "enveloped-signature", _C14N + "#WithComments")
_NONE: Final = frozenset[str]()
_ALGORITHM: Final = frozenset({"Algorithm"})


@dataclass(frozen=True)
class _Signature:
    """A signature of the one accepted shape, and the canonical bytes of what it covers."""

    suite: Suite
    signed_info: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    value: bytes = field(repr=False)
    certificate: Certificate
    content: bytes = field(repr=False)


def verify_enveloped(document: bytes, *, trust: TrustStore, at: datetime) -> Verdict:
    """Judge the one signature that is the last child of the root and covers the document; never an error on bad input.

    The content of a passed verdict is the canonical document without its signature and without comments: read that,
    never the document again. Raises ValueError for an `at` without a time zone only.
    """
    if at.tzinfo is None:
        raise ValueError("the moment of the check needs a time zone")
    try:
        signature = _read(parse_safely(document))
        if not hmac.compare_digest(signature.digest, algorithms.digest(signature.suite, signature.content)):
            reason = "The document is not the one that was signed."
            raise SignatureRefused(Stage.DIGEST, SubIndication.HASH_FAILURE, reason)
        key = signature.certificate.public_key_info
        algorithms.check_signature(signature.suite, key, signature.signed_info, signature.value, Stage.SIGNATURE)
        signer = judge_signer(signature.certificate, trust, at)
    except SignatureRefused as refusal:
        return refused(refusal.stage, refusal.sub_indication, refusal.reason)
    return passed(signer, signature.content)


def sign_enveloped(document: bytes, key: SigningKey) -> bytes:
    """The document in UTF-8 with a signature as the root's last child; not to be serialised again afterwards.

    Raises DocumentUnsignable for a document that is not plain XML or holds a signature already.
    """
    try:
        root = parse_safely(document)
        content = canonical_document(root)
    except SignatureRefused as refusal:
        raise DocumentUnsignable(refusal.reason) from refusal
    if next(root.iter(f"{{{_DS}}}Signature"), None) is not None:
        raise DocumentUnsignable("The document holds a signature already.")
    suite = key.suite
    signature = etree.SubElement(root, f"{{{_DS}}}Signature", nsmap={"ds": _DS})
    signed_info = _add(signature, "SignedInfo")
    _add(signed_info, "CanonicalizationMethod", Algorithm=_C14N)
    _add(signed_info, "SignatureMethod", Algorithm=suite.xml_signature_uri)
    reference = _add(signed_info, "Reference", URI="")
    transforms = _add(reference, "Transforms")
    for uri in _TRANSFORMS:
        _add(transforms, "Transform", Algorithm=uri)
    _add(reference, "DigestMethod", Algorithm=suite.xml_digest_uri)
    _add(reference, "DigestValue").text = _to_base64(algorithms.digest(suite, content))
    value = key.sign(canonical_in_place(signed_info))
    _add(signature, "SignatureValue").text = _to_base64(value)
    data = _add(_add(signature, "KeyInfo"), "X509Data")
    _add(data, "X509Certificate").text = _to_base64(key.certificate.der)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)


def _read(root: etree._Element) -> _Signature:
    found = list(root.iter(f"{{{_DS}}}Signature"))
    if len(found) != 1:
        raise malformed_xml(f"The document has {len(found)} signatures; exactly one is accepted.")
    signature = found[0]
    if signature.getparent() is not root or signature.getnext() is not None:
        raise malformed_xml("The signature is not the last child of the document's root.")
    signed_info, value, key_info = _children(signature, _NONE, ("SignedInfo", "SignatureValue", "KeyInfo"))
    method, signing_method, reference = _children(
        signed_info, _NONE, ("CanonicalizationMethod", "SignatureMethod", "Reference")
    )
    if _algorithm(method) != _C14N:
        raise malformed_xml("The canonicalisation of the signature is not on the list.")
    transforms, digest_method, digest = _children(
        reference, frozenset({"URI"}), ("Transforms", "DigestMethod", "DigestValue")
    )
    if reference.get("URI") != "":
        raise malformed_xml("The signature does not cover the whole document.")
    steps = _children(transforms, _NONE, ("Transform",) * len(_TRANSFORMS))
    if tuple(_algorithm(step) for step in steps) != _TRANSFORMS:
        raise malformed_xml("The transforms of the signature are not on the list.")
    (data,) = _children(key_info, _NONE, ("X509Data",))
    (certificate,) = _children(data, _NONE, ("X509Certificate",))
    suite = algorithms.suite_of_xml(_algorithm(digest_method), _algorithm(signing_method))
    return _Signature(
        suite=suite,
        signed_info=canonical_in_place(signed_info),
        digest=_from_base64(digest),
        value=_from_base64(value),
        certificate=_certificate(certificate),
        content=_content_without(signature, root),
    )


def _children(parent: etree._Element, attributes: frozenset[str], names: Sequence[str]) -> list[etree._Element]:
    """The children, which must be exactly `names` in this order, with nothing but white space between them."""
    texts = [parent.text, *(child.tail for child in parent)]
    if any(text and text.strip(" \t\r\n") for text in texts):
        raise malformed_xml("The signature holds text where none belongs.")
    if [child.tag for child in parent] != [f"{{{_DS}}}{name}" for name in names] or set(parent.attrib) != attributes:
        raise malformed_xml("The signature does not have the one accepted shape.")
    return list(parent)


def _algorithm(element: etree._Element) -> str:
    _children(element, _ALGORITHM, ())
    return str(element.get("Algorithm"))


def _content_without(signature: etree._Element, root: etree._Element) -> bytes:
    """What the enveloped-signature transform leaves: the signature goes, the text after it stays."""
    before = signature.getprevious()
    if signature.tail:
        if before is None:
            root.text = (root.text or "") + signature.tail
        else:
            before.tail = (before.tail or "") + signature.tail
    root.remove(signature)
    return canonical_document(root)


def _certificate(element: etree._Element) -> Certificate:
    try:
        return read_certificate(_from_base64(element))
    except CertificateUnreadable as failure:
        raise malformed_xml("The certificate in the signature is not well-formed.") from failure


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_DS}}}{name}", attributes)


def _to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(element: etree._Element) -> bytes:
    """The bytes of a value, which has no attribute and nothing inside but its text."""
    if len(element) or element.attrib:
        raise malformed_xml("The signature does not have the one accepted shape.")
    try:
        return from_base64((element.text or "").encode("ascii"))
    except ValueError as failure:
        raise malformed_xml("A value in the signature is not base64.") from failure
