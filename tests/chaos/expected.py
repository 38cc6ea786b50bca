"""What the outside knows of a run, by its own clock, and a breach of what was promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

GATEWAY, WORKER = "gateway", "worker"
"""Kinds of processes."""


@dataclass(frozen=True)
class Broken:
    promise: str
    what: str
    """Of which application, and how."""


@dataclass(frozen=True)
class Sent:
    """When an application was brought, by the clock of who brought it."""

    first: datetime
    """Its first try began."""
    answered: datetime
    """The 202 was there."""


@dataclass(frozen=True)
class Step:
    """A clock that was so far ahead of this machine's (or behind: below zero) between two moments of the latter."""

    kind: str
    """Of the process that had it."""
    by: timedelta
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Expected:
    """What the outside knows: each 202, and the holder's name of each worker by the name that it has as a process."""

    accepted: Collection[str]
    holders: Mapping[str, str]
    at: datetime
    """The moment of the look, after the rest."""
    sent: Mapping[str, Sent] = field(default_factory=dict)
    """By application; where nobody kept the time, none."""
    steps: Sequence[Step] = ()
