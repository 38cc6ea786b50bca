"""Making enveloped signatures: the first one of a document, and further ones beside it."""

from __future__ import annotations

from typing import Final

from lxml import etree

from signing.errors import DocumentUnsignable, SignatureRefused
from signing.keys import SigningKey
from signing.xml_safety import parse_safely
from signing.xmldsig import names
from signing.xmldsig.building import append_signature, to_base64
from signing.xmldsig.canonical import write_document, write_in_place
from signing.xmldsig.placing import MAX_SIGNATURES, find_signatures

_TRANSFORMS: Final = (names.ENVELOPED, names.INCLUSIVE_WITH_COMMENTS)


def sign_enveloped(document: bytes, key: SigningKey) -> bytes:
    """The document in UTF-8 with a signature as the root's last child; not to be serialised again afterwards.

    Raises DocumentUnsignable for a document that is not plain XML or holds a signature already.
    """
    root, already = _parse(document)
    if already:
        raise DocumentUnsignable("The document holds a signature already.")
    return _sign(root, key)


def add_signature(document: bytes, key: SigningKey) -> bytes:
    """The signed document with one more signature, which covers those before it too.

    Raises DocumentUnsignable where there is no signature yet, one is out of its place, or there are too many.
    """
    root, already = _parse(document)
    if not already:
        raise DocumentUnsignable("The document holds no signature yet.")
    if already == MAX_SIGNATURES:
        raise DocumentUnsignable(f"The document holds {MAX_SIGNATURES} signatures, and cannot have more.")
    return _sign(root, key)


def _parse(document: bytes) -> tuple[etree._Element, int]:
    try:
        root = parse_safely(document)
        return root, len(find_signatures(root))
    except SignatureRefused as refusal:
        raise DocumentUnsignable(refusal.reason) from refusal


def _sign(root: etree._Element, key: SigningKey) -> bytes:
    try:
        covered = write_document(root)
    except SignatureRefused as refusal:
        raise DocumentUnsignable(refusal.reason) from refusal
    key_info = append_signature(
        root,
        key,
        covered,
        reference="",
        transforms=_TRANSFORMS,
        canonical_form=names.INCLUSIVE,
        write=write_in_place,
    )
    data = etree.SubElement(key_info, names.X509_DATA)
    etree.SubElement(data, names.X509_CERTIFICATE).text = to_base64(key.certificate.der)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
