"""Reads a PDF back as a person would: its words in a row, without the line breaks of the layout."""

from __future__ import annotations

import io

from lxml import etree
from pypdf import PdfReader


def open_pdf(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def read_pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in open_pdf(pdf).pages]


def read_close(pdf: bytes) -> str:
    """All signs without any space: a line may be broken inside a word of foreign signs."""
    return squeeze(" ".join(read_pages(pdf)))


def shown_text(element: etree._Element) -> str:
    """What a person sees of an element of a page."""
    return "".join(map(str, element.itertext()))


def squeeze(text: str) -> str:
    return "".join(text.split())


def read_text(pdf: bytes) -> str:
    return " ".join(read_pages(pdf))
