"""SHEP's `<data>` in its four forms (shep-protocol.md 1.5) on the way out, and its document cut out on the way in."""

from __future__ import annotations

import copy
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from contracts.passport import Payload
from contracts.words import DataForm

_STRING: Final = (
    '<data xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:type="xs:string">'
)
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'


def data_element(payload: Payload, body: bytes) -> str:
    """The written payload as `<data>`: escaped text, one root, or as it is (inline, typed); b"" is no content."""
    text = body.decode()
    if not text:
        return "<data/>"
    if payload.form is DataForm.STRING:
        return f"{_STRING}{escape(_DECLARATION + text, {chr(13): '&#13;'})}</data>"
    return f"<data>{text}</data>" if payload.form is DataForm.ELEMENT else text


def cut_document(data: etree._Element) -> bytes:
    """The business document inside, as it was before it was put there; b"" where there is none.

    As text it is that text; as the one element inside it is serialised without the namespaces that only the message
    around it declares: it was signed by itself.
    """
    text = (data.text or "").strip()
    if len(data) == 0:
        return text.encode()
    if len(data) > 1 or text:
        return b""
    root, outer = data[0], data.nsmap
    # The stubs know no default namespace, whose prefix is None.
    own: Any = {prefix: name for prefix, name in root.nsmap.items() if outer.get(prefix) != name}
    alone = etree.Element(root.tag, {str(name): str(value) for name, value in root.attrib.items()}, nsmap=own)
    alone.text = root.text
    alone.extend(copy.deepcopy(child) for child in root)
    return etree.tostring(alone)
