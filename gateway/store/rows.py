"""What the store keeps and gives back, as frozen rows: clients, applications, events, evidence; SQL stays inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from contracts.exchange import Arrival, Voucher
from contracts.legal.rules import Rules
from contracts.request import Channel
from contracts.words import QuestionWord
from gateway.core.case import Case
from gateway.core.terms import LegalDate
from gateway.store.course_rows import Course, LetterHashes, NewDocument
from gateway.store.pushed_rows import PushedMessage, SentMessage


class ClientKind(StrEnum):
    PORTAL = "portal"
    """Submits and follows its own applications; never sees what registries answered."""
    PROVIDER = "provider"
    """Sees every application of its service: inquiries, dossier, worklist."""


@dataclass(frozen=True)
class Client:
    """A caller that is known by key. The channel is a property of the key, never of the application."""

    id: str
    name: str
    kind: ClientKind
    channel: str
    employee: str = ""
    """Surname and initials of the one whose key it is; "" = an organisation's system, which names him per call."""
    role: str = ""
    employee_iin: str | None = field(default=None, repr=False)
    attests_bin: str = ""
    """BIN of the organisation whose key attests what this portal's applicants signed by its codes; "" = it may not."""


class Audience(StrEnum):
    """Who may see an event."""

    ALL = "all"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Event:
    """Something that happened to an application; `data` holds no personal data."""

    seq: int
    at: datetime
    kind: str
    audience: Audience
    data: dict[str, Any]


@dataclass(frozen=True)
class Told:
    """An event to be written with the rows it tells of."""

    kind: str
    audience: Audience
    data: dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """The message of the bus that brought an application, and the sender's own id of it."""

    arrival: Arrival = field(repr=False)
    reference: str = ""


@dataclass(frozen=True)
class NewApplication:
    """An application that has passed intake, to be committed whole."""

    service: str
    client: Client
    body: bytes = field(repr=False)
    """The exact JSON bytes that were signed."""
    signature: bytes = field(repr=False)
    verdict: dict[str, Any] = field(repr=False)
    """The verdict on the signature, as the dossier shows it."""
    received_at: datetime
    accepted_at: datetime
    """T0."""
    rules_version: str
    signed_once: str = ""
    """Hash of the value of a signature, which stands for this one act: who brings it again replays it; "" of a paper or
    a code."""
    rules: Rules | None = field(default=None, repr=False)
    """Those of T0: the case is judged by them, whatever a file says later."""
    channel_row: Channel | None = None
    """The channel with its term as it is at T0: kept with the case like the rules."""
    accepted_by: str = ""
    """Surname and initials, where a person accepted it."""
    idempotency_key: str = ""
    request_sha256: str = ""
    """Hash of the whole request body, for the same `Idempotency-Key` with another body."""
    application_id: str = ""
    """Its id where it was given out before (an application that waited for a code); "" = a new one."""
    promised: LegalDate | None = None
    """The date that the applicant is told; kept as told, whatever calendar and rules say later."""
    origin: Origin | None = None
    """Of one that the bus brought."""
    papers: tuple[NewDocument, ...] = ()
    """What was handed in with it, kept in the same transaction."""


@dataclass(frozen=True)
class StoredApplication:
    """An application with its case as it stands."""

    id: str
    number: str
    client: Client
    received_at: datetime
    case: Case = field(repr=False)
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    verdict: dict[str, Any] = field(repr=False)
    rules_version: str = ""
    """Of the rules by which it was accepted."""
    accepted_by: str = ""
    promised: LegalDate | None = None


@dataclass(frozen=True)
class AttemptRow:
    """The evidence of one attempt, as the dossier shows it: times and hashes, never bytes."""

    exchange_id: str
    n: int
    message_id: str
    started_at: datetime
    ended_at: datetime
    http_status: int | None
    failure: str
    request_sha256: str
    reply_sha256: str
    """"" where nothing came."""
    traceparent: str = ""
    """As the message carried it; "" where no trace was under way."""


@dataclass(frozen=True)
class ArrivalRow:
    """The evidence of a message that the bus brought: ids, times and the hash of what came, never bytes.

    Its chain (correlation id) stays in the store: who knows it could answer in the registry's place.
    """

    exchange_id: str
    message_id: str
    kind: str
    """The protocol's message type: NOTIFICATION, UPDATE, RESPONSE."""
    message_date: datetime | None
    """As the message itself dates it."""
    received_at: datetime
    answered_at: datetime | None
    """When it was read as an answer; None while that is still to be done."""
    sha256: str


QuestionValues = dict[QuestionWord, str]


@dataclass(frozen=True)
class Evidence:
    """What the answers of one application rest on, and its legal course."""

    attempts: Sequence[AttemptRow]
    arrivals: Sequence[ArrivalRow] = ()
    questions: Mapping[str, QuestionValues] = field(default_factory=dict, repr=False)
    """What each exchange asked, opened; by exchange id."""
    vouchers: Mapping[str, Sequence[Voucher]] = field(default_factory=dict)
    """Whose signatures hold over the reply of each exchange."""
    course: Course = field(default_factory=Course, repr=False)
    letter_hashes: Mapping[int, LetterHashes] = field(default_factory=dict)
    """Of the letters that were signed electronically or went out on paper, by number."""
    origin: PushedMessage | None = None
    """The message of the bus that brought the application."""
    sent: Sequence[SentMessage] = ()
    """What was sent back on its chain."""
