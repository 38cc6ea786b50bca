"""What happened in a case beside the asking: letters, papers, dates told, notices, the decision; frozen.

These are facts of the past. What follows from them is in `decide` and the files that it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class LetterState(StrEnum):
    DRAFTED = "drafted"
    SIGNED = "signed"
    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Letter:
    """A written request: one per application, owner and round."""

    n: int
    """Its number within the application, from 1."""
    owner: str
    round: int
    cells: tuple[str, ...]
    """Ids of the inquiries that it asks for."""
    state: LetterState
    drafted_at: datetime
    sent_at: datetime | None = None
    withdrawn_at: datetime | None = None
    signed_at: datetime | None = None
    by_hand: bool = False
    """Withdrawn by a person: it is not drawn up again until a registry says something new."""

    @property
    def is_under_way(self) -> bool:
        return self.state in (LetterState.DRAFTED, LetterState.SIGNED, LetterState.SENT)


@dataclass(frozen=True)
class Closing:
    """A document that closed an inquiry: the applicant's paper, or the body's letter."""

    inquiry_id: str
    source: str
    """`paper` or `letter`."""
    at: datetime


class DateKind(StrEnum):
    """Dates that somebody is told."""

    EXTENSION_UNTIL = "extension_until"
    NO_LATER_THAN = "no_later_than"
    """The result at the latest, while the package is open and its forming is extended."""
    DUE = "due"


class DateCause(StrEnum):
    FIRST = "first"
    CALENDAR = "calendar"
    """The calendar of non-working days says otherwise now."""
    COURSE = "course"
    """The case went on: another letter, the registration."""


@dataclass(frozen=True)
class DateSet:
    """A date as it was told; of each kind the last one counts."""

    kind: DateKind
    on: date
    batch: int
    """Dates that were set together."""
    cause: DateCause
    calendar_version: str
    runs_from: date | None = None
    """The day of the event that it runs from; None where an earlier release told it."""


class NoticeKind(StrEnum):
    EXTENSION = "extension"
    EXTENSION_CHANGED = "extension_changed"
    DATE_RECOUNTED = "date_recounted"
    APPLICANT_CORRECTS = "applicant_corrects"
    CONSENT_NEEDED = "consent_needed"
    """A person was asked, or is to be asked, and has not answered yet."""
    CONSENT_REFUSED = "consent_refused"
    CONSENT_REVOKED = "consent_revoked"
    CONSENT_EXPIRED = "consent_expired"
    CONSENT_NO_PHONE = "consent_no_phone"
    INCOMPLETE = "incomplete"
    PRELIMINARY_REFUSAL = "preliminary_refusal"
    HEARING_SET_ANEW = "hearing_set_anew"
    DECISION_APPROVED = "decision_approved"
    DECISION_REFUSED = "decision_refused"
    WITHDRAWN = "withdrawn"
    COMPLAINT_REGISTERED = "complaint_registered"
    COMPLAINT_ANSWERED = "complaint_answered"


OF_CONSENT = frozenset(
    {
        NoticeKind.CONSENT_NEEDED,
        NoticeKind.CONSENT_REFUSED,
        NoticeKind.CONSENT_REVOKED,
        NoticeKind.CONSENT_EXPIRED,
        NoticeKind.CONSENT_NO_PHONE,
    }
)


class DeliveryChannel(StrEnum):
    SMS = "sms"
    PORTAL = "portal"
    PAPER = "paper"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """No further try: another channel must do."""


@dataclass(frozen=True)
class Delivery:
    channel: DeliveryChannel
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0
    next_try_at: datetime | None = None
    """None while nobody has tried."""
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """A document to the applicant, with its ways of delivery."""

    n: int
    key: str
    """What it is about; a second one of the same key is never issued."""
    kind: NoticeKind
    issued_at: datetime
    deliver_by: date
    deliveries: tuple[Delivery, ...]
    cells: tuple[str, ...] = ()
    """Ids of the inquiries that it tells of."""


class DecisionOutcome(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True)
class Hearing:
    """A day that was set for the hearing; the last one counts."""

    n: int
    """From 1: the one that the preliminary decision names."""
    on: date
    set_at: datetime


@dataclass(frozen=True)
class Decision:
    """The stages of a decision; each is None until it is there."""

    preliminary_at: datetime | None = None
    hearing_on: date | None = None
    hearing_held_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: DecisionOutcome | None = None
    hearings: tuple[Hearing, ...] = ()
    """Every day that was set, `hearing_on` being the last one's."""


@dataclass(frozen=True)
class Complaint:
    n: int
    registered_at: datetime
    answered_at: datetime | None = None
    answer_by: date | None = None
    """The last day of the answer as it was told; None where an earlier release told it."""


@dataclass(frozen=True)
class Proceedings:
    letters: tuple[Letter, ...] = ()
    closings: tuple[Closing, ...] = ()
    """In the order in which they came."""
    dates: tuple[DateSet, ...] = ()
    """In the order in which they were set."""
    notices: tuple[Notice, ...] = ()
    marks: frozenset[str] = frozenset()
    """What the specialist was told of already: terms near their end, terms that passed."""
    decision: Decision = field(default_factory=Decision)
    complaints: tuple[Complaint, ...] = ()
    withdrawn_at: datetime | None = None
    registered_complete: bool = True

    def date(self, kind: DateKind) -> DateSet | None:
        """The date of a kind that counts now."""
        return next((told for told in reversed(self.dates) if told.kind is kind), None)

    def sent_letters(self) -> tuple[Letter, ...]:
        """By the moment of sending, whatever became of them."""
        sent = [letter for letter in self.letters if letter.sent_at is not None]
        return tuple(sorted(sent, key=lambda letter: (letter.sent_at, letter.n)))

    def find_closing(self, inquiry_id: str) -> Closing | None:
        """The first document for an inquiry."""
        if not self.closings:
            return None
        return next((closing for closing in self.closings if closing.inquiry_id == inquiry_id), None)
