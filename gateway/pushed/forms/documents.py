"""A form's XML: hostile bytes into a tree that follows its published schema; errors that quote nothing of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from lxml import etree

from adapters.payloads.parsing import parse_xml
from contracts.errors import ContractBroken, MalformedInput, Problem
from contracts.tables import PACKAGED

LARGEST: Final = 5_000_000
_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"


def read_document(document: bytes, roots: Mapping[str, str], pointer: str = "") -> etree._Element:
    """The root, one of `roots` (in lxml's way of naming), valid by its schema in `contracts/intakes`.

    Raises MalformedInput, which quotes nothing; `pointer` is where the document stands.
    """
    if len(document) > LARGEST:
        raise refuse_document(f"the document has more than {LARGEST} bytes", pointer)
    try:
        root = parse_xml(document, "text/xml; charset=utf-8")
    except ContractBroken as error:
        raise refuse_document("the document is no XML that can be read", pointer) from error
    schema = roots.get(str(root.tag))
    if schema is None:
        raise refuse_document("the document is of another kind than its service takes", pointer)
    # A text with a comment inside is read as canonical XML has it, which is what a signature covers: whole.
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    if not _load_schema(schema).validate(root):
        # The validator's own words quote the document.
        raise refuse_document(f"the document does not follow {schema}", pointer)
    return root


def refuse_document(detail: str, pointer: str = "") -> MalformedInput:
    return MalformedInput(problems=(Problem("push-malformed", pointer, detail),))


def find_all(start: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at the end of a way of local names, whatever their namespaces, in document order."""
    name, _, rest = path.partition("/")
    for child in start:
        if isinstance(child.tag, str) and etree.QName(child).localname == name:
            if rest:
                yield from find_all(child, rest)
            else:
                yield child


def find_first(start: etree._Element, path: str) -> etree._Element | None:
    return next(find_all(start, path), None)


def read_texts(start: etree._Element, path: str) -> Iterator[str]:
    """The texts there that say something, with white space made plain; an element that is nil says nothing."""
    for element in find_all(start, path):
        text = " ".join((element.text or "").split())
        if text and element.get(_XSI_NIL) not in ("true", "1"):
            yield text


def read_text(start: etree._Element, path: str) -> str:
    """The first of them; "" where there is none."""
    return next(read_texts(start, path), "")


def read_day(start: etree._Element, path: str) -> str:
    """The day of a date or moment as it is written, without its zone: no shift into another day."""
    return read_text(start, path)[:10]


@cache
def _load_schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(PACKAGED / "intakes" / name)))
