"""SHEP's `<data>` in its four forms (shep-protocol.md 1.5), on the way out."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

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
