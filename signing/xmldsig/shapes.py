"""Elements of the one accepted shape: known children in order, known attributes, and no text but white space."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml import etree

from signing.base64_text import from_base64
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable
from signing.xml_safety import malformed_xml
from signing.xmldsig import names

NONE: Final = frozenset[str]()
_ALGORITHM: Final = frozenset({"Algorithm"})
_PREFIX_LIST: Final = frozenset({"PrefixList"})
# The serialiser cannot take along the namespace without a prefix ("#default").
_PREFIX: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
_MOST_PREFIXES: Final = 32
_WHITE_SPACE: Final = " \t\r\n"


def read_children(
    parent: etree._Element, tags: Sequence[str], *, wanted: frozenset[str] = NONE, allowed: frozenset[str] = NONE
) -> list[etree._Element]:
    """The children, which must be exactly `tags` in this order. All `wanted` attributes are there, others `allowed`.

    Comments and processing instructions are children too, and never wanted.
    """
    # One more than wanted: a hostile element may have a million children.
    children = list(islice(parent, len(tags) + 1))
    if [child.tag for child in children] != list(tags):
        raise malformed_xml("The signature does not have the one accepted shape.")
    if any(not is_blank(text) for text in (parent.text, *(child.tail for child in children))):
        raise malformed_xml("The signature holds text where none belongs.")
    attributes = {str(name) for name in parent.attrib}
    if not wanted <= attributes <= wanted | allowed:
        raise malformed_xml("The signature does not have the one accepted shape.")
    return children


def read_algorithm(element: etree._Element) -> str:
    """The URI in `Algorithm`; parameters of an algorithm, such as lengths or lists of prefixes, are not accepted."""
    read_children(element, (), wanted=_ALGORITHM)
    return str(element.get("Algorithm"))


def read_exclusive(element: etree._Element) -> tuple[str, ...]:
    """The prefixes that an exclusive canonicalisation treats as the inclusive one does (exc-c14n, 4); mostly none.

    WSS4J writes the list by default. It only adds declarations to what is covered, so nothing is covered less by it.
    """
    if not len(element):
        read_algorithm(element)
        return ()
    (listed,) = read_children(element, (names.INCLUSIVE_NAMESPACES,), wanted=_ALGORITHM)
    read_children(listed, (), wanted=_PREFIX_LIST)
    prefixes = str(listed.get("PrefixList")).split()
    if len(prefixes) > _MOST_PREFIXES or not all(_PREFIX.fullmatch(prefix) for prefix in prefixes):
        raise malformed_xml("The list of prefixes of a canonicalisation is not one.")
    return tuple(prefixes)


def read_text(element: etree._Element, attributes: frozenset[str] = NONE) -> str:
    """The text of an element that holds nothing else: a comment in it would cut the value short."""
    if len(element) or {str(name) for name in element.attrib} != attributes:
        raise malformed_xml("The signature does not have the one accepted shape.")
    return element.text or ""


def read_bytes(element: etree._Element, attributes: frozenset[str] = NONE) -> bytes:
    """The bytes of a value in base64; Java's line ends, which arrive as &#13;, are white space like any other."""
    try:
        return from_base64(read_text(element, attributes).encode("ascii"))
    except ValueError as failure:
        raise malformed_xml("A value in the signature is not base64.") from failure


def read_signer(element: etree._Element, attributes: frozenset[str] = NONE) -> Certificate:
    """The certificate that the signature carries; whether it is worth anything is asked elsewhere."""
    try:
        return _read_once(read_bytes(element, attributes))
    except CertificateUnreadable as failure:
        raise malformed_xml("The certificate in the signature is not well-formed.") from failure


# Reading one takes longer than the mathematics, and the same peers come again and again. Refusals are not kept.
_read_once = lru_cache(maxsize=128)(read_certificate)


def is_blank(text: str | None) -> bool:
    return not text or not text.strip(_WHITE_SPACE)
