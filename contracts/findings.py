"""Findings: the closed set of what a specialist is told about a family, with titles and weight as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from contracts.errors import CatalogueInvalid
from contracts.tables import PACKAGED, Names, Row, read_row, read_toml

Weight = Literal["contradiction", "information"]
WEIGHTS: tuple[Weight, ...] = ("contradiction", "information")
"""In the order in which a specialist reads them."""


class FindingCode(StrEnum):
    NAME_DIFFERS = "name-differs"
    BIRTH_DATE_DIFFERS = "birth-date-differs"
    CITIZENSHIP_DIFFERS = "citizenship-differs"
    IIN_DIFFERS = "iin-differs"
    REGISTRIES_DISAGREE = "registries-disagree"
    ADDRESS_DIFFERS = "address-differs"
    UNDECLARED_CHILD = "undeclared-child"
    UNDECLARED_SPOUSE = "undeclared-spouse"
    UNDECLARED_CO_RESIDENT = "undeclared-co-resident"
    UNDECLARED_FARM = "undeclared-farm"
    DECLARED_MARRIAGE = "declared-marriage"
    DECLARED_KANDAS = "declared-kandas"
    DECLARED_GUARDIANSHIP = "declared-guardianship"
    DECLARED_ADOPTION = "declared-adoption"
    DECLARED_STUDY = "declared-study"
    DECLARED_ALIMONY = "declared-alimony"
    DECLARED_FARM = "declared-farm"
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
    rule: str = Field(pattern=r"^[a-z_]+$")
    """Name of the one rule that sees it."""
    weight: Weight
    title: Names
    note: str = ""
    """What the rule rests on, where that is less than one would think."""


class _File(Row):
    finding: tuple[FindingRow, ...]


def load_findings(file: Path = PACKAGED / "findings.toml") -> Mapping[FindingCode, FindingRow]:
    """The rows by code, contradictions first, as a specialist reads them; raises CatalogueInvalid where a code has no
    row, a code or rule has two, or a contradiction stands after information."""
    rows = read_row(_File, read_toml(file), file.name).finding
    by_code = {row.code: row for row in rows}
    if len(by_code) < len(rows) or set(by_code) != set(FindingCode):
        raise CatalogueInvalid(f"{file.name}: each code has one row")
    if len({row.rule for row in rows}) < len(rows):
        raise CatalogueInvalid(f"{file.name}: each rule has one row")
    weights = [WEIGHTS.index(row.weight) for row in rows]
    if weights != sorted(weights):
        raise CatalogueInvalid(f"{file.name}: contradictions stand first")
    return MappingProxyType(by_code)
