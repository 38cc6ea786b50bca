"""The store in memory: open cases, and their wake-ups with the promises of gateway.store.wakeups."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush

from contracts.words import QuestionWord
from gateway.core.case import Case
from gateway.store.wakeups import Claim
from tests.simulation.year.chance import Chance
from tests.simulation.year.sources import Sources


@dataclass
class OpenCase:
    """One application on its way; who changes it holds its lock."""

    case: Case
    chance: Chance
    sources: Sources
    is_checked: bool = False
    """Whether each look is judged, beside its end."""
    questions: dict[str, Mapping[QuestionWord, str]] = field(default_factory=dict)
    """By exchange."""
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class _Row:
    due_at: datetime
    version: int = 0
    leased: bool = False


class MemoryWakeups:
    """Port `WakeupStore`; a wake that comes while a lease is held leaves the row due at once."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._due: list[tuple[datetime, str]] = []
        """A heap; entries that a later change has passed by are skipped."""
        self._lock = threading.Lock()

    def waits(self, application_id: str) -> bool:
        return application_id in self._rows

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        """In memory no worker is killed: a lease ends when it is handed back."""
        claims: list[Claim] = []
        with self._lock:
            while len(claims) < limit and (due := self._peek()) is not None and due[0] <= now:
                heappop(self._due)
                row = self._rows[due[1]]
                row.leased = True
                claims.append(Claim(due[1], row.version))
        return tuple(claims)

    def hand_back(self, claim: Claim, due_at: datetime | None, reason: str) -> None:
        with self._lock:
            row = self._rows[claim.application_id]
            row.leased = False
            if row.version == claim.version:
                if due_at is None:
                    del self._rows[claim.application_id]
                    return
                row.due_at = due_at
            heappush(self._due, (row.due_at, claim.application_id))

    def wake(self, application_id: str, now: datetime) -> None:
        """Due now; a row that was gone comes back."""
        with self._lock:
            row = self._rows.setdefault(application_id, _Row(now, -1))
            row.due_at, row.version = now, row.version + 1
            if not row.leased:
                heappush(self._due, (now, application_id))

    def release_all(self) -> None:
        """Nothing is held by a process that died."""

    def next_ahead(self) -> datetime | None:
        with self._lock:
            due = self._peek()
            return due[0] if due is not None else None

    def _peek(self) -> tuple[datetime, str] | None:
        while self._due:
            at, application_id = self._due[0]
            row = self._rows.get(application_id)
            if row is not None and not row.leased and row.due_at == at:
                return self._due[0]
            heappop(self._due)
        return None
