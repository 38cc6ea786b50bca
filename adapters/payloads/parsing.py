"""Hostile bytes into a tree: no document type, no entities, no network, bounded depth; errors that quote nothing."""

from __future__ import annotations

import codecs
import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from lxml import etree

from adapters.payloads.nodes import JsonNode
from contracts.errors import ContractBroken

MAX_DEPTH = 60
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*\bencoding\s*=")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse_xml(content: bytes, content_type: str = "") -> etree._Element:
    """Return the root element, or raise ContractBroken: not well-formed, a DTD, or nested too deep.

    A mark or declaration in the document says its encoding; only without one does the charset of HTTP count.
    """
    text = content.lstrip()  # blanks before the declaration are a common slip
    if re.search(rb"<!DOCTYPE", text[:4096], re.IGNORECASE):
        raise ContractBroken("the XML has a document type declaration")
    try:
        root = etree.fromstring(text, _parser(_encoding_by_http(text, content_type)))
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        # `from None`: the parser's own text can quote what stands in the document.
        place = f" (line {error.lineno})" if isinstance(error, etree.XMLSyntaxError) and error.lineno else ""
        raise ContractBroken(f"the reply is not well-formed XML{place}") from None
    document = root.getroottree()
    information: etree.DocInfo | None = document.docinfo
    if information is None or information.internalDTD is not None or information.externalDTD is not None:
        raise ContractBroken("the XML has a document type declaration")
    if _TOO_DEEP(document):
        raise ContractBroken(f"the XML is nested deeper than {MAX_DEPTH} elements")
    return root


def parse_json(content: bytes) -> JsonNode:
    """Return the JSON object, or raise ContractBroken: not JSON, not an object, or nested too deep."""
    try:
        value: Any = json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        # `from None`: JSONDecodeError carries the whole document.
        raise ContractBroken("the reply is not JSON") from None
    if not isinstance(value, dict):
        raise ContractBroken("the reply is not a JSON object")
    if _depth_exceeds(value, MAX_DEPTH):
        raise ContractBroken(f"the JSON is nested deeper than {MAX_DEPTH} levels")
    return JsonNode(value)


def _parser(encoding: str | None) -> etree.XMLParser:
    # A parser each time: one shared by threads would serialise them.
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _encoding_by_http(text: bytes, content_type: str) -> str | None:
    if text.startswith(_MARKS) or _DECLARED.match(text):
        return None
    found = _CHARSET.search(content_type)
    if found is None:
        return None
    try:
        return codecs.lookup(found[1]).name
    except LookupError:
        return None


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _depth_exceeds(value: Any, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    if levels == 0:
        return True
    return any(_depth_exceeds(item, levels - 1) for item in (value.values() if isinstance(value, dict) else value))
