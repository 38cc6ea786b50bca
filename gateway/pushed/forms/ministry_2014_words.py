"""What the words of the ministry's message of 2014 mean: the rows of contracts/intakes/words/ministry-2014.toml."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from contracts.application import Relation
from contracts.tables import PACKAGED, Names, Row, read_row, read_toml
from contracts.words import Confidence

DeclaredFact = Literal[
    "marriage", "kandas_certificate", "guardianship", "full_time_study", "employment_measures", "private_farm"
]


class RelationRow(Row):
    relation: Relation
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class DocumentRow(Row):
    code: str
    kind: Literal["identity_card", "passport", "residence_permit", "refugee_certificate", "stateless_certificate"]


class DeclaresRow(Row):
    """An element that stands for a declared fact."""

    fact: DeclaredFact
    path: str
    words: tuple[str, ...] = ()
    """One of these stands there, in any case of letters; empty: any text."""
    of_applicant: bool = False
    of_message: bool = False
    """The path begins at the message's data, not at a member."""


class ValueRow(Names):
    path: str


class CarriedRow(Row):
    """An answer of a registry that the portal shipped inside."""

    kind: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: Names
    path: str
    iin: str = ""
    of_message: bool = False
    values: tuple[ValueRow, ...] = Field(min_length=1)


class AcknowledgementRow(Names):
    code: str


class MinistryWords(Row):
    confidence: Confidence
    assumptions: tuple[str, ...]
    language: Literal["kk", "ru"]
    relation: tuple[RelationRow, ...]
    document: tuple[DocumentRow, ...]
    declares: tuple[DeclaresRow, ...]
    carried: tuple[CarriedRow, ...]
    acknowledgement: dict[Literal["accepted", "refused"], AcknowledgementRow]

    def find_relations(self, code: str, names: tuple[str, ...]) -> frozenset[Relation]:
        """What a code and names stand for: one relation, none, or several that contradict each other."""
        told = {name.casefold() for name in names}
        return frozenset(
            row.relation
            for row in self.relation
            if (code and code in row.codes) or told & {name.casefold() for name in row.names}
        )


@cache
def load_words() -> MinistryWords:
    path = PACKAGED / "intakes" / "words" / "ministry-2014.toml"
    return read_row(MinistryWords, read_toml(path), path.name)


class _Countries(Row):
    dictionary: dict[str, tuple[dict[str, str], ...]]


@cache
def load_countries() -> dict[str, str]:
    """ISO 3166-1 alpha-3 by the codes that registries use."""
    path = PACKAGED / "dictionaries" / "countries.toml"
    rows = read_row(_Countries, read_toml(path), path.name).dictionary["countries"]
    return {row["code"]: row["value"] for row in rows}
