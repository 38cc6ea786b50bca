"""Scans: what a document is, told by its bytes, whether it is whole, and how large it may be."""

from __future__ import annotations

from contracts.errors import ContentUnsupported, InvalidInput, Problem, TooLarge

MOST_BYTES = 10_000_000
BODY_BYTES = 14_000_000
"""Of a body that carries such a document in base64."""
_SIGNATURES = (
    (b"%PDF-", b"%%EOF", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", b"IEND", "image/png"),
    (b"\xff\xd8\xff", b"\xff\xd9", "image/jpeg"),
    (b"II*\x00", b"\x00", "image/tiff"),
    (b"MM\x00*", b"\x00", "image/tiff"),
)
"""First bytes and the mark of the end of what a scanner or a body sends; nothing that a reader would run."""


def recognise(content: bytes, pointer: str) -> str:
    """The media type by the bytes themselves; raises ContentUnsupported for any other, TooLarge, InvalidInput."""
    if len(content) > MOST_BYTES:
        detail = f"a document has at most {MOST_BYTES} bytes"
        raise TooLarge(problems=(Problem("document-too-large", pointer, detail),))
    if not content:
        raise InvalidInput(problems=(Problem("document-empty", pointer, "the document is empty"),))
    for first, end, media_type in _SIGNATURES:
        if content.startswith(first):
            if end not in content[len(first) :]:
                detail = "the document breaks off: its end is missing"
                raise InvalidInput(problems=(Problem("document-incomplete", pointer, detail),))
            return media_type
    detail = "a document is a PDF, PNG, JPEG or TIFF by its own bytes"
    raise ContentUnsupported(problems=(Problem("document-type-unsupported", pointer, detail),))
