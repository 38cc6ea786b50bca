"""Bodies of requests and answers as frozen models: the endpoints build from them, OpenAPI is made from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.application import Day

Short = Annotated[str, StringConstraints(max_length=100)]


class Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProblemItem(Body):
    code: str
    pointer: str = Field(description="400: into the body; 422: into the decoded application, /signature into the body")
    detail: str


class ProblemBody(Body):
    """RFC 9457, with a stable code and every fault that was found."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    problems: tuple[ProblemItem, ...] = ()


class Said(Body):
    """A code with its text in the caller's language."""

    code: str
    text: str


class ReasonBody(Said):
    """Why an application is refused."""

    clause: str


class DateBody(Body):
    """A legal date with the clause that makes it."""

    on: date
    clause: str
    assumed: bool
    provisional: bool


class TicketBody(Body):
    """The ticket (талон) where a person accepted the application, else the notice of processing."""

    kind: str = Field(description="ticket or notice")
    title: str
    application: str
    number: str
    service: str
    channel: str
    received_at: datetime
    accepted_at: datetime
    result_by: DateBody
    accepted_by: str = Field(default="", description="surname and initials, on a ticket")


class AcceptedBody(Body):
    """What an accepted application is answered with: always the same for the same application."""

    id: str
    number: str
    status: Said
    ticket: TicketBody | None = None
    notice: TicketBody | None = None


class TermsBody(Body):
    accepted_on: date
    promised: DateBody
    registered_on: date | None
    extension_until: DateBody | None = Field(description="the end of the extension of the package, as it was told")
    no_later_than: DateBody | None = Field(description="the result at the latest, while the extension runs")
    due: DateBody | None
    rules_version: str
    calendar_version: str


class NextDate(DateBody):
    what: str = Field(
        description="extension_until, due, no_later_than, promised (while no term can be counted), hearing, complaint-N"
    )


class StatusBody(Body):
    id: str
    number: str
    service: str
    channel: str
    received_at: datetime
    accepted_at: datetime
    status: Said
    until: date | None = Field(description="the day that the status tells: end of the extension, day of the hearing")
    reasons: tuple[ReasonBody, ...] = Field(description="of a refusal, preliminary or final")
    whose_move: Said = Field(description="gateway, owner (of a registry, by letter), applicant, provider or nobody")
    next_date: NextDate | None
    terms: TermsBody


class SubjectBody(Body):
    ref: str
    relation: str | None
    name: str
    age: int
    iin: str | None = Field(description="masked")


class PartBody(Body):
    key: str
    outcome: str
    cause: str


class CellBody(Body):
    """One inquiry: a request about one subject."""

    inquiry: str
    subject: str
    outcome: str
    cause: str
    closed: bool
    gap: bool
    parts: tuple[PartBody, ...]


class RowBody(Body):
    number: int
    key: str
    title: str
    wave: int
    sensitivity: str
    clause: str
    cells: tuple[CellBody, ...]


class InquiriesBody(Body):
    """The table: a row for each request of the service, a cell for each subject asked about."""

    id: str
    subjects: tuple[SubjectBody, ...]
    requests: tuple[RowBody, ...]


class EventBody(Body):
    seq: int
    at: datetime
    kind: str
    data: dict[str, Any]


class EventsBody(Body):
    events: tuple[EventBody, ...]
    next: int = Field(description="give it as `after` to go on from here")


class IbanCheckBody(Body):
    iban: Short
    service: Short = Field(default="", description="whose banks count; needed where there is more than one")


class BankBody(Body):
    code: str
    bic: str
    name: str


class IbanVerdictBody(Body):
    ok: bool
    code: str
    detail: str
    iban: str
    bank: BankBody | None


class IinCheckBody(Body):
    iin: Short
    birth_date: Day | None = None


class IinVerdictBody(Body):
    ok: bool
    code: str
    detail: str
    birth_date: date | None = Field(description="as the number carries it; a foreigner's carries none")
    sex: str | None


class AccountCheckBody(Body):
    iin: Short = Field(repr=False)
    iban: Short = Field(repr=False)
    consent: bool = Field(default=False, description="the person's own consent to this question; refused without")
    service: Short = Field(default="", description="whose banks count; needed where there is more than one")


class AccountVerdictBody(Body):
    owner: str = Field(description="yes; no (another's, or no such account); unknown: nobody said, `cause` tells why")
    cause: str
    retryable: bool = Field(description="whether another ask, later, may help")
    checked_at: datetime
    statement: str = Field(description="of yes and no: it may travel in the application as `account.check`")
    valid_until: datetime | None = Field(description="until when the statement is taken")


class HealthBody(Body):
    status: str
