"""XML as strangers send it: parsed without document types, entities or network; looked at by local names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from registries_mock.errors import ForbiddenXml, Unreadable

_BOM: Final = "\ufeff"
_DECLARATION: Final = re.compile(r"^<\?xml[^>]*\?>")


def parse_bytes(document: bytes) -> etree._Element:
    """The root of a message; raises Unreadable, or ForbiddenXml where there is a document type."""
    # A new parser each time: lxml serialises threads that share one.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as failure:
        if b"<!DOCTYPE" in document[:4096]:
            raise ForbiddenXml("document type declarations are not accepted") from failure
        raise Unreadable("the message is not well-formed XML") from failure
    if root.getroottree().docinfo.internalDTD is not None:
        raise ForbiddenXml("document type declarations are not accepted")
    return root


def parse_text(text: str) -> etree._Element:
    """The root of a document that travels as text; what its declaration says of encodings no longer holds."""
    return parse_bytes(_DECLARATION.sub("", text.lstrip(_BOM).strip()).encode())


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]  # the parser leaves no comments, whose tag is no text


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The children of that local name."""
    return iter(()) if element is None else element.iterchildren(f"{{*}}{name}")


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that local name."""
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def text_of(element: etree._Element | None, *names: str) -> str:
    """The text at the end of a way of local names, stripped; "" where there is none."""
    for name in names:
        element = child(element, name)
    return "" if element is None or not element.text else element.text.strip()
