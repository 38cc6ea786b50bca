"""Steps: what `decide` says must be done now, as data; the shell carries each out once and records it with its why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from contracts.words import Outcome, QuestionWord
from gateway.core.proceedings import DateCause, DateKind, DeliveryChannel, NoticeKind


@dataclass(frozen=True)
class Why:
    """Which rule makes a step or a date, by which clause, in which version; a row's own fact is a rule too."""

    rule: str
    clause: str
    version: str
    assumed: bool
    """True where the rule rests on less than a public source."""


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
    inquiry_id: str = ""
    """Of a cell that was left to the specialist, and is judged anew now that its facts are known."""


@dataclass(frozen=True)
class AskExchanges:
    """One gathering round: all these exchanges at once."""

    exchange_ids: tuple[str, ...]


@dataclass(frozen=True)
class DraftLetter:
    """Draw up a written request to an owner."""

    owner: str
    round: int
    cells: tuple[str, ...]
    why: Why


@dataclass(frozen=True)
class AmendLetter:
    """A draft that nobody signed yet asks for these cells now."""

    n: int
    cells: tuple[str, ...]
    why: Why


@dataclass(frozen=True)
class SignLetter:
    """Sign a draft with the organisation's key."""

    n: int
    why: Why


@dataclass(frozen=True)
class WithdrawLetter:
    """Nothing that a letter asks for is missing any more."""

    n: int
    why: Why


@dataclass(frozen=True)
class NewDate:
    """A date to be told from now on."""

    kind: DateKind
    on: date
    runs_from: date
    """The day of the event that it runs from."""
    cause: DateCause
    provisional: bool
    why: Why


@dataclass(frozen=True)
class SetDates:
    """Dates that are told together; those told before are kept."""

    dates: tuple[NewDate, ...]


@dataclass(frozen=True)
class IssueNotice:
    """Write a notice to the applicant, to be delivered by a day."""

    key: str
    kind: NoticeKind
    deliver_by: date
    channels: tuple[DeliveryChannel, ...]
    cells: tuple[str, ...]
    why: Why


@dataclass(frozen=True)
class DeliverNotice:
    """Try to deliver a notice now."""

    n: int
    channel: DeliveryChannel


@dataclass(frozen=True)
class MarkTerm:
    """Tell the specialist, once, that a term is near its end, or has passed: no legal date passes silently."""

    mark: str
    passed: bool
    on: date
    why: Why


@dataclass(frozen=True)
class RegisterPackage:
    """The package is registered (Tp): nothing is missing, or the limit of the extension has come."""

    at: datetime
    complete: bool
    why: Why


@dataclass(frozen=True)
class WakeAt:
    """Look at the case again then."""

    at: datetime
    reason: str


Step = (
    OpenInquiry
    | AskExchanges
    | DraftLetter
    | AmendLetter
    | SignLetter
    | WithdrawLetter
    | SetDates
    | IssueNotice
    | DeliverNotice
    | MarkTerm
    | RegisterPackage
    | WakeAt
)
