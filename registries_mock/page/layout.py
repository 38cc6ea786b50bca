"""A message laid out for reading: XML and JSON with indents; all else, and what may not be parsed, as it came."""

from __future__ import annotations

import json

from lxml import etree

from registries_mock.errors import Refused
from registries_mock.payloads.xml_in import parse_text


def lay_out(message: str) -> str:
    """The message with indents, or itself where it is no XML (a document type included) and no JSON."""
    if message.lstrip().startswith(("{", "[")):
        return _lay_out_json(message)
    try:
        root = parse_text(message)
    except Refused:
        return message
    etree.indent(root, "  ")
    return etree.tostring(root, encoding="unicode")


def _lay_out_json(message: str) -> str:
    try:
        return json.dumps(json.loads(message), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return message
