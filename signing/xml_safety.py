"""Reading XML that may be hostile, and its canonical bytes (Canonical XML 1.0)."""

from __future__ import annotations

import copy
from typing import Any, Final

from lxml import etree

from signing.errors import SignatureRefused
from signing.verdict import Stage, SubIndication

MAX_XML_BYTES: Final = 8 * 1024 * 1024
_XML_PREFIX: Final = "{http://www.w3.org/XML/1998/namespace}"


def malformed_xml(reason: str) -> SignatureRefused:
    """The refusal of a document whose form is wrong."""
    return SignatureRefused(Stage.FORMAT, SubIndication.FORMAT_FAILURE, reason)


def parse_safely(document: bytes) -> etree._Element:
    """The root of the document, or SignatureRefused: no document type, entities or network, bounded size and depth."""
    if len(document) > MAX_XML_BYTES:
        raise malformed_xml("The document is too large.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise malformed_xml("The document is not well-formed XML.") from failure
    information = root.getroottree().docinfo
    if information.internalDTD is not None or information.externalDTD is not None:
        raise malformed_xml("The document has a document type declaration.")
    # The parser tells UTF-16 and UTF-32 by their zero bytes, which UTF-8 never has in XML.
    if b"\0" in document or (information.encoding or "UTF-8").upper() not in ("UTF-8", "ASCII", "US-ASCII"):
        raise malformed_xml("The document is not in UTF-8.")
    return root


def canonical_document(root: etree._Element) -> bytes:
    """The whole document without comments, as a reference with an empty URI means it (XMLDSig, 4.4.3.3)."""
    return _canonical(root.getroottree())


def canonical_in_place(element: etree._Element) -> bytes:
    """One element with the namespaces and xml: attributes that it inherits where it stands (inclusive, no comments)."""
    # The serialiser drops inherited namespaces of a sub-element, so they are written on a copy first.
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if str(name).startswith(_XML_PREFIX):
                attributes.setdefault(str(name), str(value))
    try:
        copied = etree.Element(element.tag, attributes, nsmap=_in_scope(element))
    except (ValueError, TypeError) as failure:
        raise malformed_xml("The namespaces of the signature cannot be read.") from failure
    copied.text = element.text
    for child in element:
        copied.append(copy.deepcopy(child))
    return _canonical(copied.getroottree())


def _in_scope(element: etree._Element) -> Any:
    # The stubs know no default namespace, whose prefix is None.
    return element.nsmap


def _canonical(tree: etree._ElementTree) -> bytes:
    try:
        return etree.tostring(tree, method="c14n", exclusive=False, with_comments=False)
    except (etree.LxmlError, ValueError) as failure:
        raise malformed_xml("The document has no canonical form.") from failure
