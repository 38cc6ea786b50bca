"""Papers that come with an application: what a specialist scanned at the counter, bounded in number and in size."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.errors import MalformedInput, NotAllowed, Problem, TooLarge
from gateway.intake.base64_text import read_base64
from gateway.scans import recognise
from gateway.store.course_rows import HANDED_IN, NewDocument
from gateway.store.rows import Client, ClientKind

MOST_PAPERS = 20
MOST_PAPERS_BYTES = 20_000_000
"""Of all papers of one application together; each is no larger than any other document."""
BODY_BYTES = 30_000_000
"""Of a submission that carries them in base64, beside the application and its signature."""
_POINTER = "/papers"


class PaperBody(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f<>]+$")] = Field(
        description="what the paper is, as the dossier names it", repr=False
    )
    content: str = Field(description="base64 of its scan, a PDF, PNG, JPEG or TIFF", repr=False)


def check_bringer(papers: Sequence[PaperBody], client: Client) -> None:
    """Raises NotAllowed: papers are scanned by a person of the provider, who has seen them."""
    if papers and client.kind is not ClientKind.PROVIDER:
        detail = "only a provider hands in papers with an application"
        raise NotAllowed(problems=(Problem("papers-not-allowed", _POINTER, detail),))


def refuse_with_code(papers: Sequence[PaperBody]) -> None:
    """Raises MalformedInput: what waits for a code waits without papers."""
    if papers:
        detail = "papers come with a signature that is given at once, not with one by code"
        raise MalformedInput(problems=(Problem("papers-misplaced", _POINTER, detail),))


def read_papers(papers: Sequence[PaperBody]) -> tuple[NewDocument, ...]:
    """The papers, each known by its bytes; the same one twice is one. Raises what `recognise` does, and TooLarge."""
    found: dict[str, NewDocument] = {}
    left = MOST_PAPERS_BYTES
    for n, paper in enumerate(papers):
        pointer = f"{_POINTER}/{n}/content"
        content = read_base64(paper.content, pointer)
        media_type = recognise(content, pointer)
        left -= len(content)
        if left < 0:
            detail = f"the papers of an application have at most {MOST_PAPERS_BYTES} bytes together"
            raise TooLarge(problems=(Problem("papers-too-large", pointer, detail),))
        digest = hashlib.sha256(content).hexdigest()
        found.setdefault(digest, NewDocument(HANDED_IN, media_type, digest, paper.title.strip(), content, ()))
    return tuple(found.values())
