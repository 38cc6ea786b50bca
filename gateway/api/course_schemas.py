"""Bodies of the legal course: letters, notices, documents, decision, complaints; see schemas.py."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints
from pydantic_core import PydanticCustomError

from contracts.application import Day
from gateway.api.schemas import Body, DateBody, ReasonBody, Said


def _check_number(text: str) -> str:
    """What nobody can see, or what turns the direction of writing, is no number."""
    if not text.strip() or not text.isprintable():
        raise PydanticCustomError("not_printable", "printable characters, not blanks alone")
    return text.strip()


def _check_words(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "not blanks alone")
    return text


Number = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f<>]+$"),
    AfterValidator(_check_number),
]
"""Of an outgoing letter, a decision, a receipt."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=10_000), AfterValidator(_check_words)]
Inquiries = Annotated[tuple[str, ...], Field(max_length=500)]


class ActBody(Body):
    """An act of an employee."""

    acted_by: str | None = Field(
        default=None,
        max_length=120,
        description="surname and initials of who acts; needed where the key is an organisation's system's",
        repr=False,
    )


class LetterCellBody(Body):
    inquiry: str
    number: int
    subject: str


class LetterBody(Body):
    """A written request to the owner of a registry."""

    n: int
    owner: str
    owner_name: str
    round: int
    state: str = Field(description="drafted, signed, sent, answered or withdrawn")
    cells: tuple[LetterCellBody, ...]
    drafted_at: datetime
    signed_at: datetime | None
    signed_by: str
    signed_how: str = Field(description="specialist or organisation; empty while nobody signed electronically")
    sent_at: datetime | None
    sent_by: str
    channel: str
    number: str
    answered_at: datetime | None
    withdrawn_at: datetime | None
    incident: str | None


class LettersBody(Body):
    letters: tuple[LetterBody, ...]


class LetterSignatureBody(ActBody):
    acted_by_iin: str | None = Field(
        default=None,
        pattern=r"^[0-9]{12}$",
        description="IIN of who acts, whose certificate it is; needed where the key names no employee",
        repr=False,
    )
    signature: str = Field(
        description="base64 of a CMS message, detached over the bytes of the letter's PDF", repr=False
    )


class LetterSentBody(ActBody):
    channel: Literal["paper", "electronic", "courier"]
    number: Number
    sent_at: AwareDatetime | None = Field(default=None, description="now, where it is not given")


class NewDocumentBody(Body):
    kind: Literal["paper", "letter"] = Field(description="paper: the applicant's; letter: the body's answer")
    name: str = Field(repr=False, min_length=1, max_length=200)
    content: str = Field(description="base64 of a PDF, PNG, JPEG or TIFF, 10 MB at most", repr=False)
    inquiries: Inquiries = Field(description="ids of the inquiries that it closes")


class BroughtBody(NewDocumentBody, ActBody):
    letter: int | None = Field(default=None, ge=1, le=99_999, description="the number of the letter that it answers")


class LetterAnsweredBody(ActBody):
    documents: tuple[NewDocumentBody, ...] = Field(default=(), max_length=20)


class DocumentBody(Body):
    id: str
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    letter: int | None
    inquiries: tuple[str, ...]
    received_at: datetime
    received_by: str


class DocumentsBody(Body):
    documents: tuple[DocumentBody, ...]


class DeliveryBody(Body):
    channel: str
    state: str
    tries: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    delivered_by: str
    cause: str
    receipt: str


class NoticeBody(Body):
    """A notice to the applicant; `deliveries` are for the provider alone."""

    n: int
    kind: str
    issued_at: datetime
    title: str
    paragraphs: tuple[str, ...]
    deliver_by: date | None = None
    clause: str | None = None
    deliveries: tuple[DeliveryBody, ...] | None = None
    sha256: str | None = Field(
        default=None, description="of what the notice said when it was issued; empty where an earlier release issued it"
    )


class NoticesBody(Body):
    notices: tuple[NoticeBody, ...]


class NoticeDeliveredBody(ActBody):
    channel: Literal["paper"]
    receipt: Number = Field(description="what proves it: the number of the post's receipt, or that of the signed copy")


class AskedAgainBody(Body):
    inquiry: str
    since: datetime = Field(description="when the order was given; it is carried out at once")


class NewDecisionBody(ActBody):
    outcome: Literal["approved", "refused"]
    reasons: tuple[Annotated[str, StringConstraints(max_length=60)], ...] = Field(
        default=(), max_length=20, description="codes of the reasons of a refusal"
    )
    number: Number
    preliminary: bool = Field(default=False, description="a preliminary refusal, which a hearing follows")
    hearing_on: Day | None = Field(default=None, description="the earliest lawful day, where it is not given")


class HearingSetBody(Body):
    """A day that was set for the hearing; the last one counts."""

    n: int
    on: date
    set_at: datetime
    set_by: str


class DecisionBody(Body):
    """Both stages; `outcome`, `number`, `reasons` and `decided_at` are the final decision's, and empty before it."""

    outcome: str | None
    number: str
    reasons: tuple[ReasonBody, ...]
    preliminary_number: str
    preliminary_reasons: tuple[ReasonBody, ...]
    preliminary_at: datetime | None
    hearing_on: date | None
    hearing_held_at: datetime | None
    decided_at: datetime | None
    hearings: tuple[HearingSetBody, ...]


class HearingBody(ActBody):
    """Either of the two."""

    record: Words | None = Field(default=None, description="the hearing was held: its record", repr=False)
    hearing_on: Day | None = Field(
        default=None, description="it was missed, or told of too late: another day, of which a notice tells"
    )


class WithdrawalBody(ActBody):
    pass


class RegistrationBody(ActBody):
    pass


class NewComplaintBody(ActBody):
    text: Words = Field(repr=False)
    channel: str = Field(max_length=40, description="how it was handed in: a key of the service's ways of complaining")


class RemedyBody(Body):
    """Whom a complaint may go to."""

    key: str
    name: str
    clause: str
    assumed: bool


class ComplaintBody(Body):
    n: int
    channel: Said
    registered_at: datetime
    answer_by: DateBody
    answered_at: datetime | None
    remedies: tuple[RemedyBody, ...] = Field(description="this body first, then where to go on")


class ComplaintAnswerBody(ActBody):
    answer: Words = Field(repr=False)
