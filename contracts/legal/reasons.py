"""Reasons of refusal as dated data: a decision names those that are in force on its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from pydantic import Field

from contracts.legal.rules import find_files
from contracts.tables import PACKAGED, Names, Row, read_row, read_toml
from contracts.words import Sensitivity

_FILE = "reasons.toml"


class Reason(Row):
    code: str = Field(pattern=r"^[a-z0-9-]{1,60}$")
    text: Names
    clause: str
    source: str
    confidence: int = Field(ge=1, le=4)
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    """What the reason itself gives away; a sensitive one is named to the authenticated applicant alone."""
    service: str = ""
    """"" = every service."""
    valid_from: date
    valid_to: date | None = None


class _File(Row):
    reason: tuple[Reason, ...] = Field(min_length=1)


def load_reasons(service: str, on: date, folders: Iterable[Path] = ()) -> Mapping[str, Reason]:
    """By code, those in force on a day; a deployment's `legal/reasons.toml` adds to the packaged ones or replaces them.

    Raises CatalogueInvalid.
    """
    files = (PACKAGED / "legal" / _FILE, *find_files(folders, _FILE))
    rows = [row for file in files for row in read_row(_File, read_toml(file), file.name).reason]
    return MappingProxyType(
        {
            row.code: row
            for row in rows
            if row.service in ("", service) and row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
        }
    )
