"""Documents that are brought: what they are is told by their bytes, how large they may be, and what they close."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from contracts.errors import InvalidInput, Problem
from gateway.scans import recognise
from gateway.store.acting import Actor
from gateway.store.course_rows import NewDocument
from gateway.store.document_acts import DocumentActs

PAPER, LETTER = "paper", "letter"
KINDS = (PAPER, LETTER)
_LONGEST_NAME = 200


def judge_document(
    kind: str, name: str, content: bytes, cells: Sequence[str], letter: int | None = None, *, at: str = ""
) -> NewDocument:
    """A document whose content, kind and name are in order; `at` points to it in the body."""
    media_type = recognise(content, f"{at}/content")
    if kind not in KINDS:
        raise InvalidInput(problems=(Problem("invalid-value", f"{at}/kind", f"one of {', '.join(KINDS)}"),))
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        detail = f"1 to {_LONGEST_NAME} printable characters"
        raise InvalidInput(problems=(Problem("invalid-value", f"{at}/name", detail),))
    digest = hashlib.sha256(content).hexdigest()
    return NewDocument(kind, media_type, digest, name, content, tuple(dict.fromkeys(cells)), letter)


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
        return self.acts.add_document(application_id, judge_document(kind, name, content, cells, letter), actor)
