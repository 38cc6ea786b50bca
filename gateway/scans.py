"""Scans: what a document is, told by its first bytes, and how large it may be."""

from __future__ import annotations

from contracts.errors import ContentUnsupported, InvalidInput, Problem, TooLarge

MOST_BYTES = 10_000_000
BODY_BYTES = 14_000_000
"""Of a body that carries such a document in base64."""
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
"""First bytes of what a scanner or a body sends; nothing that a reader would run."""


def recognise(content: bytes, pointer: str) -> str:
    """The media type by the bytes themselves; raises ContentUnsupported for any other, TooLarge, InvalidInput."""
    if len(content) > MOST_BYTES:
        detail = f"a document has at most {MOST_BYTES} bytes"
        raise TooLarge(problems=(Problem("document-too-large", pointer, detail),))
    if not content:
        raise InvalidInput(problems=(Problem("document-empty", pointer, "the document is empty"),))
    for first, media_type in _SIGNATURES:
        if content.startswith(first):
            return media_type
    detail = "a document is a PDF, PNG, JPEG or TIFF by its own bytes"
    raise ContentUnsupported(problems=(Problem("document-type-unsupported", pointer, detail),))
