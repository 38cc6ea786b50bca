"""Canonical bytes: of a document (Canonical XML 1.0), and of an element where it stands (the same, and exclusive)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Final

from lxml import etree

from signing.xml_safety import malformed_xml

_XML_PREFIX: Final = "{http://www.w3.org/XML/1998/namespace}"


def write_document(root: etree._Element) -> bytes:
    """The whole document without comments, as a reference with an empty URI means it (XMLDSig, 4.4.3.3)."""
    return _write(root.getroottree(), exclusive=False)


def write_in_place(element: etree._Element) -> bytes:
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
    return _write(copied.getroottree(), exclusive=False)


def write_exclusive(element: etree._Element, prefixes: Sequence[str] = ()) -> bytes:
    """One element in exclusive form: with the namespaces that its names use, and no others (exc-c14n, no comments).

    Those of the `prefixes` are written where they are declared, used or not.
    """
    return _write(element, exclusive=True, prefixes=prefixes)


def _in_scope(element: etree._Element) -> Any:
    # The stubs know no default namespace, whose prefix is None.
    return element.nsmap


def _write(what: etree._Element | etree._ElementTree, *, exclusive: bool, prefixes: Sequence[str] = ()) -> bytes:
    listed: Any = list(prefixes) or None
    try:
        return etree.tostring(
            what, method="c14n", exclusive=exclusive, with_comments=False, inclusive_ns_prefixes=listed
        )
    except (etree.LxmlError, ValueError) as failure:
        raise malformed_xml("The document has no canonical form.") from failure
