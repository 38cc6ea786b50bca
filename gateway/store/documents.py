"""A document of an application: what is kept of it, sealed, in whatever transaction brings it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from gateway.store.course_rows import NewDocument
from gateway.store.course_tables import documents
from gateway.store.sealing import Sealer


@dataclass(frozen=True)
class Bringer:
    """Who took the document, under whose key, and when."""

    client_id: str
    name: str
    at: datetime


def insert_document(
    connection: Connection, sealer: Sealer, application_id: str, new: NewDocument, by: Bringer, n: int = 0
) -> str:
    """The id of the document; `n` orders those that are brought at one moment."""
    document_id = f"doc_{n:02x}{secrets.token_hex(9)}"
    context = f"documents:{document_id}"
    connection.execute(
        insert(documents).values(
            id=document_id,
            application_id=application_id,
            kind=new.kind,
            media_type=new.media_type,
            size=len(new.content),
            sha256=new.sha256,
            letter_n=new.letter,
            received_at=by.at,
            received_by=by.name,
            client_id=by.client_id,
            sealed_name=sealer.seal(new.name.encode(), f"{context}:name"),
            sealed_content=sealer.seal(new.content, f"{context}:content"),
        )
    )
    return document_id
