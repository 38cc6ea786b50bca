"""Findings: the closed set of what a specialist is told about a family, with titles and weight as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from contracts.errors import CatalogueInvalid
from contracts.tables import PACKAGED, Names, Row, read_row, read_toml


class FindingCode(StrEnum):
    NAME_DIFFERS = "name-differs"
    BIRTH_DATE_DIFFERS = "birth-date-differs"
    CITIZENSHIP_DIFFERS = "citizenship-differs"
    IIN_DIFFERS = "iin-differs"
    REGISTRIES_DISAGREE = "registries-disagree"
    ADDRESS_DIFFERS = "address-differs"
    UNDECLARED_CHILD = "undeclared-child"
    UNDECLARED_SPOUSE = "undeclared-spouse"
    PRIOR_AID = "prior-aid"
    """For the specialist, never an automatic refusal."""
    MEMBER_DETAINED = "member-detained"
    MEMBER_DEAD = "member-dead"
    SEVERAL_DWELLINGS = "several-dwellings"
    SEVERAL_VEHICLES = "several-vehicles"
    ACCOUNT_NOT_OWN = "account-not-own"
    ACCOUNT_NOT_OPEN = "account-not-open"
    UNKNOWN_CODE = "unknown-code"


class FindingRow(Row):
    code: FindingCode
    weight: Literal["contradiction", "information"]
    title: Names


class _File(Row):
    finding: tuple[FindingRow, ...]


def load_findings(file: Path = PACKAGED / "findings.toml") -> Mapping[FindingCode, FindingRow]:
    """The rows by code; raises CatalogueInvalid where a code has no row, or two."""
    rows = read_row(_File, read_toml(file), file.name).finding
    by_code = {row.code: row for row in rows}
    if len(by_code) < len(rows) or set(by_code) != set(FindingCode):
        raise CatalogueInvalid(f"{file.name}: each code has one row")
    return MappingProxyType(by_code)
