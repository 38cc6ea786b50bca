"""What passes between the gateway and an adapter: a question, a reply in the vocabulary, each attempt's evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord

Voucher = Literal["bus", "registry"]
"""Whose signature stands for a message: the data bus's around it, the registry's own inside."""


@dataclass(frozen=True)
class ConsentToken:
    """A person's consent to personal data (КДП); never logged."""

    token: str = field(repr=False)
    public_key: str = field(repr=False)


@dataclass(frozen=True)
class Question:
    """What is asked of one source about one subject. Dates in ISO form (YYYY-MM-DD); values are never logged."""

    id: str
    """Our exchange's id: travels as the SHEP property `inquiryId`."""
    values: Mapping[QuestionWord, str] = field(repr=False)
    consent: ConsentToken | None = None


@dataclass(frozen=True)
class Reply:
    """What a registry answered: `answered` with a record in the vocabulary, or `no_record`, which is an answer too."""

    outcome: Literal["answered", "no_record"]
    record: Record = field(repr=False)
    """Of a `no_record`: only what the reply repeats of its question, for comparing; never an answer."""
    code: str = ""
    """The registry's own code that decided the outcome, or the place that did (`element:persons/person`)."""
    message_id: str = ""
    """The id of the reply in the registry's system."""
    vouched_by: tuple[Voucher, ...] = ()
    """Whose signatures were checked over the bytes that were read; empty: nobody vouches."""


@dataclass(frozen=True)
class Pending:
    """The bus has accepted an asynchronous message; the answer comes later under this correlation id."""

    message_id: str
    correlation_id: str
    uncertain: bool = False
    """True where the send may have arrived although no acceptance came back."""


@dataclass(frozen=True)
class Attempt:
    """One message pair on the wire, with its bytes (sealed at rest, shown to nobody)."""

    message_id: str
    started_at: datetime
    ended_at: datetime
    request: bytes = field(repr=False)
    reply: bytes = field(repr=False)
    """b"" where nothing came."""
    http_status: int | None
    failure: str
    """The error's code, "" where the attempt brought an answer."""
    traceparent: str = ""
    """The trace that it was sent for (W3C Trace Context), as its header had it; "" where there was none."""


RecordAttempt = Callable[[Attempt], None]
"""Port: keeps the evidence of an attempt."""


LaterKind = Literal["NOTIFICATION", "UPDATE", "RESPONSE"]
"""What follows a REQUEST on its chain."""

DeliveryState = Literal["ON_DELIVERY", "DELIVERED", "NOT_DELIVERED", "DELIVERY_STOPPED"]
"""What the bus says of a message on its way."""


@dataclass(frozen=True)
class StatusChange:
    """The bus tells what became of a message of ours."""

    message_id: str
    state: DeliveryState
    session_id: str


@dataclass(frozen=True)
class Arrival:
    """A message that the bus brought to us (PUSH) or that we fetched (PULL)."""

    message_id: str
    correlation_id: str
    service_id: str
    kind: Literal["REQUEST", "NOTIFICATION", "UPDATE", "RESPONSE"]
    message_date: datetime | None
    inquiry_id: str
    """The property `inquiryId`, where the provider echoed it."""
    raw: bytes = field(repr=False)
    """The message as it came, for evidence; read again only through `read_pushed`."""
    vouched_by: tuple[Voucher, ...] = ()
    """Whose signature was checked over the message when it came."""
    sender_id: str = ""
    """Of the participant from whom the bus has it."""
