"""Where enveloped signatures stand in a document: the last children of its root, in the order they were made."""

from __future__ import annotations

from itertools import islice
from typing import Final

from lxml import etree

from signing.xml_safety import malformed_xml
from signing.xmldsig import names
from signing.xmldsig.shapes import is_blank

MAX_SIGNATURES: Final = 8


def find_signatures(root: etree._Element) -> list[etree._Element]:
    """All signatures, first to last; a signature anywhere else in the document is refused. There may be none."""
    # Searched everywhere, so that none hides in a place where somebody else would look for it.
    found = list(islice(root.iter(names.SIGNATURE), MAX_SIGNATURES + 1))
    if len(found) > MAX_SIGNATURES:
        raise malformed_xml(f"The document has more than {MAX_SIGNATURES} signatures.")
    following = None
    for signature in reversed(found):
        if signature.getparent() is not root or signature.getnext() is not following:
            raise malformed_xml("A signature is not among the last children of the document's root.")
        if following is not None and not is_blank(signature.tail):
            raise malformed_xml("There is text between the signatures.")
        following = signature
    return found


def take_away(signature: etree._Element) -> None:
    """Remove the signature as the enveloped-signature transform does: the text after it stays."""
    root = signature.getparent()
    if root is None:
        raise malformed_xml("The signature is the document's root.")
    before = signature.getprevious()
    if signature.tail:
        if before is None:
            root.text = (root.text or "") + signature.tail
        else:
            before.tail = (before.tail or "") + signature.tail
    root.remove(signature)
