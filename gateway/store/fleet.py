"""Wake-ups where several processes carry applications forward: taken under a lease, swept by one process at a time.

A wake that comes while a worker has the lease raises `version`, as with one process, and the worker that hands the
application back defers a job for it. A worker that is killed renews nothing: once its lease is over, the sweep defers
one. Due is what is due by the database's clock.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from gateway.store.database import Database
from gateway.store.job_queue import JobQueue
from gateway.store.lease_tables import leases
from gateway.store.leases import (
    Lease,
    database_now,
    end_lease,
    end_stuck_sessions,
    renew_leases,
    revoke_lease,
    take_lease,
)
from gateway.store.tables import wakeups
from gateway.store.wakeups import Claim, hand_back_now

_W = wakeups.c
_SWEEP = 0x4153_5053
_WAITING_AT_MOST = 1_000
"""Jobs that wait: past it the sweep adds none, and every due row beyond it stays due."""
_SWEPT_AT_ONCE = 500
_STUCK_SECONDS = 9.0
"""Longer than the server itself lets a transaction stand idle, and less than a lease lasts."""
_SOONEST_SECONDS = 1.0
"""An application that asks to be looked at again at once, by a clock that is behind, is looked at after so long."""


@dataclass(frozen=True)
class Taken:
    """An application that this process carries forward now."""

    claim: Claim
    lease: Lease


class Fleet:
    """Of one process: `holder` names it, and no other process ever has that name."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        holder: str,
        lease_seconds: float,
        *,
        stuck_seconds: float = _STUCK_SECONDS,
    ) -> None:
        self._database = database
        self._queue = queue
        self._holder = holder
        self._lease_seconds = lease_seconds
        self._stuck_seconds = stuck_seconds

    def take(self, application_id: str) -> Taken | None:
        """The application, where it is due and nobody else has it."""

        def change(connection: Connection) -> Taken | None:
            lease = take_lease(connection, application_id, self._holder, self._lease_seconds)
            if lease is None:
                return None
            due = (_W.application_id == application_id, _W.due_at <= database_now())
            version = connection.execute(select(_W.version).where(*due).with_for_update()).scalar()
            if version is None:
                end_lease(connection, lease)
                return None
            return Taken(Claim(application_id, version), lease)

        return self._database.write(change)

    def hand_back(self, taken: Taken, due_at: datetime | None, reason: str) -> None:
        """End the lease: due again at `due_at`, or gone where it is None; due at once where a wake came meanwhile.

        Raises LeaseLost where another has it.
        """

        def change(connection: Connection) -> None:
            end_lease(connection, taken.lease)
            soonest = connection.execute(select(database_now(_SOONEST_SECONDS))).scalar_one()
            again = None if due_at is None else max(due_at, soonest)
            hand_back_now(connection, taken.claim, again, reason)
            mine = (_W.application_id == taken.claim.application_id, _W.due_at <= database_now())
            if connection.execute(select(_W.version).where(*mine)).first() is not None:
                self._queue.defer(connection, [taken.claim.application_id])

        self._database.write(change)

    def give_up(self, taken: Taken) -> None:
        """Leave it to another worker, due as it was; whatever this process still writes for it is refused."""

        def change(connection: Connection) -> None:
            revoke_lease(connection, taken.lease)
            self._queue.defer(connection, [taken.claim.application_id])

        self._database.write_alone(change)

    def renew(self, names: Collection[str]) -> frozenset[str]:
        """Leases under way last on; the names of those that are still ours."""
        return self._database.write_alone(lambda c: renew_leases(c, self._holder, names, self._lease_seconds))

    def take_duty(self, name: str) -> Lease | None:
        """What one process does for all; None where another does it."""
        return self._database.write_alone(lambda c: take_lease(c, name, self._holder, self._lease_seconds))

    def end_duty(self, lease: Lease) -> None:
        self._database.write_alone(lambda c: revoke_lease(c, lease))

    def sweep(self) -> int:
        """A job for each that is due and that nobody has or is about to take; how many. One process at a time."""

        def change(connection: Connection) -> int:
            lock = func.pg_try_advisory_xact_lock(_SWEEP, func.hashtext(func.current_schema()))
            if not connection.execute(select(lock)).scalar():
                return 0
            end_stuck_sessions(connection, self._stuck_seconds)
            if self._queue.count_waiting(connection, _WAITING_AT_MOST) >= _WAITING_AT_MOST:
                return 0
            free = or_(leases.c.held_until.is_(None), leases.c.held_until < database_now())
            due = (
                select(_W.application_id)
                .join_from(wakeups, leases, leases.c.name == _W.application_id, isouter=True)
                .where(_W.due_at <= database_now(), free, self._queue.has_none_waiting(_W.application_id))
                .order_by(_W.due_at)
                .limit(_SWEPT_AT_ONCE)
            )
            ids = list(connection.execute(due).scalars())
            self._queue.defer(connection, ids)
            return len(ids)

        return self._database.write_alone(change)
