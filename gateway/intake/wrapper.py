"""The XML document in which an application is signed where the signing software wants XML: its bytes, in base64."""

from __future__ import annotations

import base64

from lxml import etree

from contracts.application import SCHEMA_ID
from signing.base64_text import from_base64

_TAG = f"{{{SCHEMA_ID}}}application"


def write_wrapper(application: bytes) -> bytes:
    """The document to be signed for an application's exact bytes."""
    return f'<application xmlns="{SCHEMA_ID}">{base64.b64encode(application).decode()}</application>'.encode()


def read_wrapper(signed: bytes) -> bytes:
    """The application in the bytes that a signature covers; raises ValueError where they are no such document."""
    try:
        root = etree.fromstring(signed, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as failure:
        raise ValueError("the signed document is not XML") from failure
    if root.tag != _TAG or len(root) or root.attrib:
        raise ValueError("the signed document is not an application in base64")
    return from_base64((root.text or "").encode())
