"""Steps: what `decide` says must be done now, as data; the shell carries each out once and records it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.words import Outcome, QuestionWord


@dataclass(frozen=True)
class PlannedPart:
    """A part to ask; `values` is None where the source cannot find the subject."""

    key: str
    passport: str
    values: Mapping[QuestionWord, str] | None = field(repr=False)


@dataclass(frozen=True)
class OpenInquiry:
    """Open a cell of the table; with an outcome it is closed at once (`not_applicable`, `on_paper`)."""

    number: int
    subject_ref: str
    parts: tuple[PlannedPart, ...] = ()
    outcome: Outcome | None = None
    reason: str = ""


@dataclass(frozen=True)
class AskExchanges:
    """One gathering round: all these exchanges at once."""

    exchange_ids: tuple[str, ...]


@dataclass(frozen=True)
class RegisterPackage:
    """Every inquiry is closed and nothing is missing: the package is registered (Tp)."""

    at: datetime


@dataclass(frozen=True)
class WakeAt:
    """Look at the case again then."""

    at: datetime
    reason: str


Step = OpenInquiry | AskExchanges | RegisterPackage | WakeAt
