"""A row of the catalogue: one standard data request, a legal question, and the parts (sources) that answer it."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from contracts.tables import Names, Row
from contracts.words import Absence, Fact, IfUndetermined, NoAnswer, Period, Predicate, Sensitivity, SubjectRule


class Subject(Row):
    rule: SubjectRule
    age_from: int | None = None
    age_to: int | None = None
    """Inclusive; ages in full years on T0."""


class Owner(Row):
    """Who keeps the source: a written request goes to `letter_to`."""

    key: str
    name: Names
    letter_to: Names


class Part(Row):
    """One source of a request."""

    key: str
    title: Names
    passport: str
    record: str | tuple[str, ...]
    """Vocabulary path whose presence means `found`: a leaf, a group, or a list (`person.documents[]`).
    Of several, any."""
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Only items of `record` (then one path) whose leaf has one of these values (own words of the dictionary) count,
    all leaves at once; an item whose code the dictionary does not know counts for no part, and is a finding."""
    answers: tuple[str, ...]
    """Vocabulary paths that this part contributes to the answer; `.*` or `[].*` at the end takes the whole group."""

    @model_validator(mode="after")
    def _record_fits(self) -> Part:
        if not self.records or not all(self.records):
            raise ValueError("a part has a record")
        if self.where and len(self.records) > 1:
            raise ValueError("where is said of one record")
        return self

    @property
    def records(self) -> tuple[str, ...]:
        """The paths of `record`: any of them that is there means `found`."""
        return (self.record,) if isinstance(self.record, str) else self.record


class ConfidenceOfFacts(Row):
    """1 = guess … 4 = seen in a public source (requests24)."""

    owner: int = Field(ge=1, le=4)
    system: int = Field(ge=1, le=4)
    fields: int = Field(ge=1, le=4)
    transport: int = Field(ge=1, le=4)


class RequestRow(Row):
    number: int = Field(ge=1)
    key: str = Field(pattern=r"^[a-z0-9_]+$")
    title: Names
    """Russian verbatim from the service card; Kazakh and English are unofficial translations."""
    system: str
    owner: Owner
    subject: Subject
    applies: tuple[Predicate, ...] = (Predicate.ALWAYS,)
    needs: tuple[Fact, ...] = ()
    provides: tuple[Fact, ...] = ()
    wave: int = Field(ge=1, le=2)
    period: Period = Period.NONE
    related: str = ""
    """Who `question.related_iin` is: `applicant` (of a ward who applies, the guardian who signs), or `other_parent`
    (declared, else by acts of birth); "" nobody."""
    absence: Absence
    absence_if_declared: str = ""
    """For written_request_if_declared: the leaf of `declared` in the application that makes absence a gap."""
    no_answer: NoAnswer
    if_undetermined: IfUndetermined = IfUndetermined.ASK
    sensitivity: Sensitivity = Sensitivity.ORDINARY
    clause: str
    confidence: ConfidenceOfFacts
    note: str = ""
    parts: tuple[Part, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _wave_fits_needs(self) -> RequestRow:
        if self.needs and self.wave == 1 and any(fact is not Fact.EMPLOYMENT_MEASURES for fact in self.needs):
            raise ValueError("a row that needs facts of other answers is of wave 2")
        return self


class Channel(Row):
    """A way in, with its legal term."""

    key: str
    name: Names
    days: int = Field(ge=1)
    unit: str = Field(default="working_days", pattern=r"^(working_days|calendar_days)$")
    start_event: str = Field(pattern=r"^(handed_in|accepted|package_registered)$")
    ticket: bool
    """True where a person accepted the application: a ticket (талон); else a notice of processing."""
    clause: str
    confidence: int = Field(ge=1, le=4)


class Bank(Row):
    code: str = Field(pattern=r"^\d{3}$")
    bic: str
    name: Names


class ComplaintWay(Row):
    """How a complaint is handed in."""

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    name: Names


class Remedy(Row):
    """Whom a complaint may go to: in their order, each where the one before did not help."""

    key: str = Field(pattern=r"^[a-z_]{1,40}$")
    name: Names
    clause: str
    confidence: int = Field(ge=1, le=4)


class Service(Row):
    """A state service: terms, banks, requests and texts hang on it."""

    code: str = Field(pattern=r"^[a-z0-9-]+$")
    egov_code: str
    name: Names
    clause: str
    channels: tuple[Channel, ...] = Field(min_length=1)
    banks: tuple[Bank, ...] = Field(min_length=1)
    complaint_ways: tuple[ComplaintWay, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    texts: dict[str, Names] = Field(default_factory=dict)
    """Statuses and notices."""
    requests: tuple[RequestRow, ...] = ()

    def channel(self, key: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.key == key), None)

    def request(self, number: int) -> RequestRow:
        return next(row for row in self.requests if row.number == number)


def flatten(row: Row) -> dict[str, Any]:
    """The row as plain JSON-able data."""
    return row.model_dump(mode="json", by_alias=True)
