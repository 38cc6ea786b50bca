"""A sheet: a document in one language as plain words, to be set as PDF, HTML or text; knows no law and no layout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Cell = tuple[str, ...]
"""Lines of one cell."""


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Listing:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """A row of one cell spans the table: a heading of those below it."""


Block = Paragraph | Listing | Table


@dataclass(frozen=True)
class Sheet:
    language: str
    head: tuple[str, ...]
    """Names of the organisation: Kazakh and Russian, or one for both."""
    head_note: str
    outgoing: str
    addressee: str
    title: str
    reference: str
    body: tuple[Block, ...]
    signature: str
    """The signer; "" where the place is left blank or nobody signs."""
    has_signature: bool
    signature_word: str
    note: str
    """What is said of the electronic signature, in small print; "" nothing."""
    footer: str
    page: str
    """`{n}` and `{total}` are the only places that the typesetter fills in."""


# What the embedded typeface has and a reader can tell apart. Controls that turn the direction of writing, invisible
# signs and private characters are not here: a name must not be able to change how the letter around it reads.
_WRITABLE = re.compile(
    "[^\u0020-\u007e\u00a0-\u00ac\u00ae-\u02af\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce"
    "\u0400-\u0477\u048c-\u04c4\u04d0-\u04f9\u1e00-\u1eff\u2010-\u2015\u2018-\u2022\u2026\u2030\u2039\u203a"
    "\u20ac\u20b8\u2116\u2122]"
)


def clean(text: str) -> str:
    """One line of signs that can be set; any other sign is shown by its number: `[U+1F600]`. Nothing is left out."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return _WRITABLE.sub(lambda found: f"[U+{ord(found.group()):04X}]", line)


def plain_blocks(sheet: Sheet) -> list[dict[str, Any]]:
    """The body as JSON-able data: `{text}`, `{items}`, or `{header, rows}`."""
    found: list[dict[str, Any]] = []
    for block in sheet.body:
        match block:
            case Paragraph(text):
                found.append({"text": clean(text)})
            case Listing(items):
                found.append({"items": [clean(item) for item in items]})
            case Table(header, rows):
                cells = [[[clean(line) for line in cell] for cell in row] for row in rows]
                found.append({"header": [clean(word) for word in header], "rows": cells})
    return found


def plain_sheet(sheet: Sheet) -> dict[str, Any]:
    """The sheet as JSON-able data, every text of it cleaned."""
    return {
        "language": sheet.language,
        "head": [clean(name) for name in sheet.head],
        "head_note": clean(sheet.head_note),
        "outgoing": clean(sheet.outgoing),
        "addressee": clean(sheet.addressee),
        "title": clean(sheet.title),
        "reference": clean(sheet.reference),
        "body": plain_blocks(sheet),
        "signature": clean(sheet.signature),
        "has_signature": sheet.has_signature,
        "signature_word": clean(sheet.signature_word),
        "note": clean(sheet.note),
        "footer": clean(sheet.footer),
        "page": sheet.page,
    }


def read_sheet(plain: Mapping[str, Any]) -> Sheet:
    """The sheet that `plain_sheet` wrote down. Raises KeyError, TypeError or ValueError for what is none."""
    told = dict(plain)
    return Sheet(**told | {"head": tuple(told["head"]), "body": tuple(map(_read_block, told["body"]))})


def _read_block(plain: Mapping[str, Any]) -> Block:
    if "text" in plain:
        return Paragraph(plain["text"])
    if "items" in plain:
        return Listing(tuple(plain["items"]))
    rows = tuple(tuple(tuple(cell) for cell in row) for row in plain["rows"])
    return Table(tuple(plain["header"]), rows)
