"""What may be read of a SOAP message: whether somebody signed it, and an envelope that holds signed bytes alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from signing.wsse.names import SOAP_11, SOAP_12
from signing.xml_safety import parse_safely

_MARKS: Final = frozenset({"security", "signature"})
_BODIES: Final = frozenset({f"{{{SOAP_11}}}Body", f"{{{SOAP_12}}}Body"})
# In canonical form quotes inside values are escaped, so what looks like a declaration is one.
_START: Final = re.compile(rb"<(?:([^\s:<>/]+):)?Body[^>]*")

# In well-formed XML there is no "<" but before a name, a comment, an instruction, a marked section or an end.
_NAMED: Final = rb"[^<]*<(?:[\w.\-]{1,100}:)?%b[\s/>]"
_BEGINNING: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml\s)?" + b"".join(_NAMED % name for name in (b"Envelope", b"Header", b"Security"))
)


def is_signed(envelope: bytes) -> bool:
    """Whether anything outside the Body is called a signature or security, in any namespace and place.

    A look that comes before `verify_envelope`, for a peer who may also be unsigned: what looks signed must verify.
    Raises SignatureRefused for what is not XML that can be read safely.
    """
    return looks_signed(parse_safely(envelope))


def looks_signed(root: etree._Element) -> bool:
    """The same of a message that is parsed already."""
    return any(str(element.tag).rpartition("}")[2].lower() in _MARKS for element in _walk_outside_body(root))


def begins_signed(envelope: bytes) -> bool:
    """Whether the first entry of the Header is called Security, told from the first bytes.

    True means that `is_signed` says so too, or that the bytes are not XML that can be read safely. False says nothing.
    """
    return _BEGINNING.match(envelope) is not None


def as_envelope(body: bytes) -> bytes:
    """An envelope around the canonical Body of a passed verdict, byte for byte, for readers that want an envelope.

    Exclusive canonical form leaves out namespaces that only values use (xsi:type="xs:string"): nobody signed them. The
    usual prefixes of XML Schema are declared on the envelope again, by us.
    """
    start = _START.match(body)
    own = rb' xmlns="' if start is None or start[1] is None else b" xmlns:" + start[1] + b'="'
    soap = SOAP_12 if start is not None and own + SOAP_12.encode() + b'"' in start[0] else SOAP_11
    schema = "http://www.w3.org/2001/XMLSchema"
    opening = f'<soap:Envelope xmlns:soap="{soap}" xmlns:xs="{schema}" xmlns:xsd="{schema}">'
    return opening.encode() + body + b"</soap:Envelope>"


def _walk_outside_body(root: etree._Element) -> Iterator[etree._Element]:
    yield root
    bodies = sum(child.tag in _BODIES for child in root)
    for child in root:
        # Where there are several, any of them may hide something.
        if child.tag not in _BODIES or bodies > 1:
            yield from child.iter(etree.Element)
