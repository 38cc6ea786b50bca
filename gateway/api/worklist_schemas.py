"""Bodies of what waits for people over all applications: tasks, unmatched messages, incidents."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import AwareDatetime, Field

from gateway.api.course_schemas import LetterSentBody
from gateway.api.schemas import Body


class TaskBody(Body):
    application: str
    kind: str
    subject: str = Field(description="letter-1, notice-2, request-7:member-1 …")
    due: date | None
    overdue: bool


class WorklistBody(Body):
    tasks: tuple[TaskBody, ...]
    next: int | None = Field(description="give it as `after` to go on; null where there is no more")


class UnmatchedMessageBody(Body):
    """A message of the bus that nobody here awaited."""

    message_id: str
    service_id: str
    kind: str
    received_at: datetime
    size: int
    sha256: str


class UnmatchedBody(Body):
    messages: tuple[UnmatchedMessageBody, ...]
    next: str | None = Field(description="give it as `after` to go on; null where there is no more")


class IncidentLetterBody(Body):
    application: str
    letter: int
    state: str = Field(description="as in its application: drafted, signed, sent, answered or withdrawn")


class IncidentBody(Body):
    """An outage of one owner that hit many applications."""

    id: str
    service: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    letters: tuple[IncidentLetterBody, ...]
    parts: int = Field(description="of the grouped letter: `part` of its address goes from 1 to this")


class IncidentsBody(Body):
    incidents: tuple[IncidentBody, ...]
    next: str | None = Field(description="give it as `after` to go on; null where there is no more")


class IncidentSentBody(LetterSentBody):
    printed_at: AwareDatetime | None = Field(
        default=None,
        description="when the grouped letter was printed: letters drafted since are not in it, and are left; "
        "`sent_at`, where it is not given",
    )
