"""A notice as it was written on the day of its issue: facts, words in both languages, text message.

It never changes. It is canonical JSON, so that one hash stands for the whole; every later rendering reads it alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import Enum
from typing import Any

from contracts.errors import StoreUnavailable
from contracts.tables import Names
from gateway.documents.model import Language, NoticeDocument, neutral_part
from gateway.documents.notices import compose_notice, compose_sms
from gateway.documents.sheets import Sheet, plain_sheet, read_sheet
from gateway.documents.texts import hash_texts

FORMAT = "urn:asp-gateway:notice:1"
SPOKEN: tuple[Language, ...] = ("kk", "ru")


@dataclass(frozen=True)
class WrittenSheet:
    """The notice in one language."""

    named: Sheet = field(repr=False)
    """As the applicant reads it, authenticated."""
    neutral: Sheet = field(repr=False)
    """As anybody else does."""
    sms: str

    def for_reader(self, authenticated: bool) -> Sheet:
        return self.named if authenticated else self.neutral


@dataclass(frozen=True)
class WrittenNotice:
    kind: str
    written_on: date
    texts_sha256: str
    """Of the texts that the words were taken from."""
    facts: Mapping[str, Any] = field(repr=False)
    """What the words were made of, as plain data."""
    sheets: Mapping[str, WrittenSheet] = field(repr=False)
    """By language."""


def write_notice(document: NoticeDocument) -> WrittenNotice:
    """The words for a document, all of them at once. Raises RenderingFailed as `compose_notice` does."""
    return WrittenNotice(
        kind=document.kind,
        written_on=document.drafted_on,
        texts_sha256=hash_texts(),
        facts=_plain(asdict(document)),
        sheets={language: _write_sheet(document, language) for language in SPOKEN},
    )


def dump_notice(written: WrittenNotice) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    content = {
        "format": FORMAT,
        "kind": written.kind,
        "written_on": written.written_on.isoformat(),
        "texts_sha256": written.texts_sha256,
        "facts": written.facts,
        "sheets": {
            language: {"named": plain_sheet(sheet.named), "neutral": plain_sheet(sheet.neutral), "sms": sheet.sms}
            for language, sheet in written.sheets.items()
        },
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse_notice(content: bytes) -> WrittenNotice:
    """What `dump_notice` wrote; raises StoreUnavailable for anything else."""
    try:
        plain = json.loads(content)
        if plain["format"] != FORMAT:
            raise StoreUnavailable("a notice was written in a format that this program does not know")
        sheets = {
            language: WrittenSheet(read_sheet(one["named"]), read_sheet(one["neutral"]), one["sms"])
            for language, one in plain["sheets"].items()
        }
        written_on = date.fromisoformat(plain["written_on"])
        return WrittenNotice(plain["kind"], written_on, plain["texts_sha256"], plain["facts"], sheets)
    except (ValueError, KeyError, TypeError) as error:
        raise StoreUnavailable("a written notice cannot be read") from error


def _write_sheet(document: NoticeDocument, language: str) -> WrittenSheet:
    return WrittenSheet(
        named=compose_notice(document, language, True),
        neutral=compose_notice(document, language, False),
        sms=compose_sms(document.kind, language, neutral_part(document)),
    )


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case date():
            return value.isoformat()
        case Names():
            return value.model_dump()
        case Enum():
            return value.value
    return value
