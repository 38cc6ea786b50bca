"""What a document is made of: a letter to an owner, one letter for many applications, a notice to the applicant.

Frozen and complete: the same input gives the same bytes, so that a detached signature over them keeps its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from contracts.tables import Names
from contracts.words import Sensitivity
from gateway.core.terms import LegalDate

Language = Literal["kk", "ru", "both"]
"""`both`: one document, Kazakh first, Russian on the pages after it."""

LARGEST_GROUP = 200
"""Applications of one grouped letter: setting more takes time out of proportion, and nobody answers such a letter."""

Cause = Literal["no_record", "no_answer"]


@dataclass(frozen=True)
class OrganisationHead:
    """The provider in the letterhead; one name in both languages is printed once."""

    name: Names
    bin: str


@dataclass(frozen=True)
class LetterLine:
    """One row of a letter's table: an inquiry."""

    request_number: int
    title: Names
    """Russian verbatim from the service card."""
    subject_name: str = field(repr=False)
    """"" = the household."""
    subject_iin: str | None = field(repr=False)
    subject_birth_date: date | None = field(repr=False)
    cause: Cause
    period: tuple[date, date] | None = None
    """First and last day that the request is about."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What every written request has."""

    number: str
    """Outgoing number; "" = not sent yet: number and date are left to be filled in."""
    drafted_on: date
    addressee: Names
    """In the dative, as the catalogue's `letter_to`."""
    owner_name: Names
    organisation: OrganisationHead
    service: Names
    clause: str
    answer_by: date | None
    """None = at the owner's earliest."""
    signer: str = field(repr=False)
    """Position, surname and initials; "" = to be filled in by hand."""
    signed_electronically: bool = False
    """True where a detached CMS over the document's bytes is its signature: the document says so."""


@dataclass(frozen=True, kw_only=True)
class LetterDocument(Letter):
    """A written request about one application."""

    round: int
    """From 1; the second says that it is one."""
    application_number: str
    applicant_name: str = field(repr=False)
    lines: tuple[LetterLine, ...]


@dataclass(frozen=True, kw_only=True)
class GroupedLetter(Letter):
    """An owner's outage: one document for many applications; of each its number, applicant and lines are printed."""

    letters: tuple[LetterDocument, ...]
    """At most LARGEST_GROUP; more make several parts of one letter."""
    part: int = 1
    parts: int = 1
    applications: int = 0
    """Of all parts together; 0 = those of this one."""


@dataclass(frozen=True)
class NoticeItem:
    """One thing that is missing. Of a sensitive one only the applicant, authenticated, reads what and from whom."""

    title: Names
    sensitivity: Sensitivity
    owner_name: Names | None = None
    """Whom a written request went to, or who keeps the record."""
    asked_on: date | None = None
    subject_name: str = field(default="", repr=False)
    holder_name: str = field(default="", repr=False)
    """Who gives the consent that is missing."""


@dataclass(frozen=True)
class CodedReason:
    code: str
    text: Names
    clause: str
    sensitivity: Sensitivity = Sensitivity.ORDINARY


@dataclass(frozen=True, kw_only=True)
class NoticeDocument:
    """A notice; which of the optional fields a kind needs is said by its texts (`texts.toml`)."""

    kind: str
    number: str
    application_number: str
    applicant_name: str = field(repr=False)
    drafted_on: date
    organisation: OrganisationHead
    service: Names
    items: tuple[NoticeItem, ...] = ()
    until: LegalDate | None = None
    """The kind's legal date: end of the extension, recomputed date, last day of a complaint's answer."""
    previous_until: date | None = None
    """The date that was told before."""
    extension_until: date | None = None
    """The end of the extension, where it was recounted along with `until`."""
    previous_extension: date | None = None
    reasons: tuple[CodedReason, ...] = ()
    hearing_on: date | None = None
    hearing_where: str = field(default="", repr=False)
    """Hour and place, in the provider's words."""
    words: str = field(default="", repr=False)
    """What a person added: to a decision, or as the answer to a complaint. May be sensitive, and is kept as such."""
    signer: str = field(default="", repr=False)
    """"" = a notice that no person signs."""
    signed_electronically: bool = False


@dataclass(frozen=True)
class SmsData:
    """All that a text message may be made of: it cannot tell what it does not know."""

    application_number: str
    until: date | None = None
    """The date that the kind is about: of a hearing, its day."""


def neutral_part(notice: NoticeDocument) -> SmsData:
    """What of a notice may stand in a text message."""
    return SmsData(notice.application_number, notice.until.on if notice.until else notice.hearing_on)
