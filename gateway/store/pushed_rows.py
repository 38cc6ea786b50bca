"""What the store tells of messages on chains that others began: what came, and what we sent back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.errors import Problem


class PushedState(StrEnum):
    ACCEPTED = "accepted"
    ANNOUNCED = "announced"
    """An application of which the content comes later."""
    REFUSED = "refused"
    """By what it carries: its chain is told so."""
    STALE = "stale"
    """By its age: only its delivery is refused."""


@dataclass(frozen=True)
class PushedMessage:
    """One message, and what the bus has been told of it."""

    message_id: str
    correlation_id: str
    service_id: str
    state: PushedState
    application_id: str
    reference: str
    """The sender's own id of the application; "" where its form has none."""
    accepted_by: str
    """Of an announcement: who took the application."""
    code: str
    problems: tuple[Problem, ...]
    received_at: datetime
    raw_sha256: str
    tries: int
    notified_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True)
class SentMessage:
    """A message of ours on a chain, with what the bus told of its way."""

    message_id: str
    seq: int
    kind: str
    sent_at: datetime
    state: str
    state_at: datetime | None
