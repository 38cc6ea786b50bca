"""Reading XML that may be hostile: nothing in it is fetched or expanded, and no document can keep us busy for long."""

from __future__ import annotations

import io
from typing import Final

from lxml import etree

from signing.errors import SignatureRefused
from signing.verdict import Stage, SubIndication

MAX_XML_BYTES: Final = 8 * 1024 * 1024
MAX_ATTRIBUTES: Final = 256
"""Of one element. Canonical form sorts them one by one, which takes the square of their number."""
MAX_NAMESPACE_STEPS: Final = 100_000_000
"""What canonical form may cost: at each element, every namespace in scope is compared with every other.

Well under a second. Without the bound, 170 kB with 8000 namespaces at the root take seven minutes (libxml2 2.14).
"""


def malformed_xml(reason: str) -> SignatureRefused:
    """The refusal of a document whose form is wrong."""
    return SignatureRefused(Stage.SIGNATURE, SubIndication.FORMAT_FAILURE, reason)


def parse_safely(document: bytes) -> etree._Element:
    """The root of the document, or SignatureRefused: no document type, entities or network; size and depth bounded."""
    if len(document) > MAX_XML_BYTES:
        raise malformed_xml("The document is too large.")
    # huge_tree stays off, which bounds the depth too (256 levels).
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
    _bound_canonical_form(document, root)
    return root


def find_root_name(document: bytes) -> str:
    """The root's name, {namespace}name, read from the document's beginning; "" where there is none to be read."""
    events = etree.iterparse(
        io.BytesIO(document[:MAX_XML_BYTES]), events=("start",), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for _, element in events:
            return str(element.tag)
    except etree.XMLSyntaxError:
        return ""
    return ""


def _bound_canonical_form(document: bytes, root: etree._Element) -> None:
    # Counting bytes is enough for nearly every document: in UTF-8 names and "=" cannot be written in another way.
    elements = document.count(b"<")
    if document.count(b"xmlns") ** 2 * elements > MAX_NAMESPACE_STEPS:
        in_scope = _count_namespaces_in_scope(root)
        if in_scope**2 * elements > MAX_NAMESPACE_STEPS:
            raise malformed_xml("The document has too many namespaces.")
    if document.count(b"=") > MAX_ATTRIBUTES and root.xpath(f"boolean(//@*[{MAX_ATTRIBUTES + 1}])"):
        raise malformed_xml("An element of the document has too many attributes.")


def _count_namespaces_in_scope(root: etree._Element) -> int:
    """The most declarations that are in scope anywhere."""
    most = current = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        current += 1 if event == "start-ns" else -1
        most = max(most, current)
    return most
