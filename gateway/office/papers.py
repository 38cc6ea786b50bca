"""Documents that are brought: what they are is told by their bytes, how large they may be, and what they close."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.errors import ContentUnsupported, InvalidInput, Problem, TooLarge
from gateway.store.acting import Actor
from gateway.store.document_acts import DocumentActs, NewDocument

MOST_BYTES = 10_000_000
PAPER, LETTER = "paper", "letter"
KINDS = (PAPER, LETTER)
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
"""First bytes of what a scanner or a body sends; nothing that a reader would run."""
_LONGEST_NAME = 200


def recognise(content: bytes) -> str:
    """The media type by the bytes themselves; raises ContentUnsupported for any other, TooLarge, InvalidInput."""
    if len(content) > MOST_BYTES:
        raise TooLarge(f"a document has at most {MOST_BYTES} bytes")
    if not content:
        raise InvalidInput(problems=(Problem("document-empty", "/content", "the document is empty"),))
    for first, media_type in _SIGNATURES:
        if content.startswith(first):
            return media_type
    raise ContentUnsupported("a document is a PDF, PNG, JPEG or TIFF by its own bytes")


@dataclass(frozen=True)
class PaperDesk:
    acts: DocumentActs

    def bring(
        self,
        application_id: str,
        kind: str,
        name: str,
        content: bytes,
        cells: Sequence[str],
        actor: Actor,
        letter: int | None = None,
    ) -> str:
        """Keep a document and close its inquiries with it; its id."""
        media_type = recognise(content)
        if kind not in KINDS:
            raise InvalidInput(problems=(Problem("invalid-value", "/kind", f"one of {', '.join(KINDS)}"),))
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            detail = f"1 to {_LONGEST_NAME} printable characters"
            raise InvalidInput(problems=(Problem("invalid-value", "/name", detail),))
        digest = hashlib.sha256(content).hexdigest()
        cells = tuple(dict.fromkeys(cells))
        return self.acts.add_document(
            application_id, NewDocument(kind, media_type, digest, name, content, cells, letter), actor
        )
