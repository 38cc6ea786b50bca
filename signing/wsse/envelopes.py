"""The shape of a SOAP envelope: at most one Header, then one Body, and nothing else that could be taken for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from lxml import etree

from signing.wsse.names import SOAP_11, SOAP_12, WSU_ID
from signing.xml_safety import malformed_xml
from signing.xmldsig.shapes import is_blank

# Any software may take any of these for the identifier that a reference means.
IDS: Final = frozenset({WSU_ID, "Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"})

_ENVELOPES: Final = {f"{{{soap}}}Envelope": soap for soap in (SOAP_11, SOAP_12)}
_PARTS: Final = {soap: ([f"{{{soap}}}Header", f"{{{soap}}}Body"], [f"{{{soap}}}Body"]) for soap in (SOAP_11, SOAP_12)}


@dataclass(frozen=True)
class Envelope:
    """An envelope of SOAP 1.1 or 1.2; `soap` is its namespace, which all its parts share."""

    soap: str
    document: bytes = field(repr=False)
    """As it came: what can be counted in it need not be searched for in the tree."""
    root: etree._Element
    header: etree._Element | None
    body: etree._Element


def read_envelope(document: bytes, root: etree._Element) -> Envelope:
    """The parts of the envelope that `document` was parsed to, or SignatureRefused."""
    soap = _ENVELOPES.get(str(root.tag))
    if soap is None:
        raise malformed_xml("The document is not a SOAP envelope.")
    children = list(islice(root, 3))
    if [child.tag for child in children] not in _PARTS[soap]:
        raise malformed_xml("The envelope does not hold a Header and exactly one Body, and nothing else.")
    if any(not is_blank(text) for text in (root.text, *(child.tail for child in children))):
        raise malformed_xml("The envelope holds text where none belongs.")
    return Envelope(soap, document, root, children[0] if len(children) == 2 else None, children[-1])


def find_named(envelope: Envelope, *local_names: str) -> list[etree._Element]:
    """The first two elements of these names, in any namespace, in the Header."""
    if envelope.header is None:
        return []
    wildcards = [f"{{*}}{name}" for name in local_names]
    return list(islice(envelope.header.iter(*wildcards), 2))


def count_written(envelope: Envelope, name: str) -> int | None:
    """How often the name, of letters and digits of ASCII and `_.-`, is written in the message, wherever.

    At most so many attributes have it as their value. None where characters other than ends of lines are written as
    numbers: then it may be there and not be seen.
    """
    document = envelope.document
    numbers = document.count(b"&#")
    if numbers and numbers != document.count(b"&#13;") + document.count(b"&#xD;"):
        return None
    return document.count(name.encode("ascii"))


def find_attributes(envelope: Envelope, value: str) -> list[tuple[str, etree._Element]]:
    """The first two attributes in the whole message that have the value, each with its element."""
    # The stubs do not know that this expression gives attributes alone.
    found: Any = envelope.root.xpath("(//@*[. = $value])[position() <= 2]", value=value)
    return [(str(one.attrname), one.getparent()) for one in found]
