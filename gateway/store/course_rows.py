"""What the store gives back of the legal course, as frozen rows for documents, lists and the dossier."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class LetterRow:
    n: int
    owner: str
    round: int
    state: str
    cells: tuple[str, ...]
    drafted_at: datetime
    signed_at: datetime | None
    signed_by: str
    signed_how: str
    """`specialist` or `organisation`; "" while nobody signed electronically."""
    sent_at: datetime | None
    sent_by: str
    sent_channel: str
    sent_number: str
    answered_at: datetime | None
    withdrawn_at: datetime | None
    incident: str | None


@dataclass(frozen=True)
class LetterHashes:
    """SHA-256 of what was signed, of the detached CMS over it, and of the copy of what went out on paper; "" = none."""

    pdf: str
    signature: str
    paper: str = ""


@dataclass(frozen=True)
class DateRow:
    kind: str
    on: date
    batch: int
    cause: str
    rule: str
    clause: str
    rules_version: str
    calendar_version: str
    assumed: bool
    provisional: bool
    set_at: datetime


@dataclass(frozen=True)
class DeliveryRow:
    channel: str
    state: str
    tries: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    delivered_by: str
    cause: str
    """Code of the last failure."""
    receipt: str


@dataclass(frozen=True)
class NoticeRow:
    n: int
    key: str
    kind: str
    issued_at: datetime
    deliver_by: date
    cells: tuple[str, ...]
    rule: str
    clause: str
    deliveries: tuple[DeliveryRow, ...]
    content: bytes = field(default=b"", repr=False)
    """What it said when it was issued; b"" of a notice that an earlier release issued."""
    content_sha256: str = ""


HANDED_IN = "handed_in"
"""The kind of a paper that came with the application itself."""


@dataclass(frozen=True)
class NewDocument:
    """A document that was brought, its content checked."""

    kind: str
    """`paper` (the applicant's), `letter` (the body's answer) or `handed_in` (with the application)."""
    media_type: str
    sha256: str
    name: str = field(repr=False)
    content: bytes = field(repr=False)
    cells: tuple[str, ...]
    letter: int | None = None


@dataclass(frozen=True)
class DocumentRow:
    id: str
    kind: str
    media_type: str
    size: int
    sha256: str
    letter: int | None
    received_at: datetime
    received_by: str
    cells: tuple[str, ...]
    name: str = field(repr=False)


@dataclass(frozen=True)
class HearingRow:
    """A day that was set for the hearing."""

    n: int
    on: date
    set_at: datetime
    set_by: str


@dataclass(frozen=True)
class DecisionRow:
    preliminary_at: datetime | None
    preliminary_by: str
    hearing_on: date | None
    hearing_held_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    outcome: str | None
    reasons: tuple[str, ...]
    """Of the final decision, as is its number."""
    number: str
    preliminary_reasons: tuple[str, ...] = ()
    preliminary_number: str = ""
    hearing_held_by: str = ""
    hearing_record: str = field(default="", repr=False)
    hearings: tuple[HearingRow, ...] = ()
    """The last one is that of `hearing_on`."""


@dataclass(frozen=True)
class ComplaintRow:
    n: int
    registered_at: datetime
    channel: str
    answered_at: datetime | None
    answered_by: str
    text: str = field(repr=False)
    answer: str = field(repr=False)
    """"" while there is none."""
    answer_by: date | None = None


@dataclass(frozen=True)
class MarkRow:
    mark: str
    passed: bool
    on: date
    at: datetime
    rule: str
    clause: str


@dataclass(frozen=True)
class Course:
    """All of it, of one application."""

    letters: tuple[LetterRow, ...] = ()
    dates: tuple[DateRow, ...] = ()
    notices: tuple[NoticeRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    decision: DecisionRow | None = None
    complaints: tuple[ComplaintRow, ...] = ()
    marks: tuple[MarkRow, ...] = ()

    def letter(self, n: int) -> LetterRow | None:
        return next((letter for letter in self.letters if letter.n == n), None)

    def notice(self, n: int) -> NoticeRow | None:
        return next((notice for notice in self.notices if notice.n == n), None)
