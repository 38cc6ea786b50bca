"""Wake-ups: one row an application says when it must be looked at again; a claim is a lease that ends by itself.

A wake that comes while a worker holds the lease raises `version`; the worker that then hands the row back finds it
changed and leaves it due at once. So no arrival is slept through, and a killed worker's lease runs out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, case, delete, func, or_, select, update

from gateway.store import tables as t
from gateway.store.database import Database


@dataclass(frozen=True)
class Claim:
    application_id: str
    version: int


_W: Final = t.wakeups.c
_OF: Final = _W.application_id == bindparam("of")
_NOW: Final = bindparam("now", type_=t.Moment)
_GIVEN: Final = bindparam("at", type_=t.Moment)
_IS_FREE: Final = (_W.due_at <= _NOW, or_(_W.leased_until.is_(None), _W.leased_until < _NOW))
_FIRST_DUE: Final = select(_W.due_at).where(*_IS_FREE).order_by(_W.due_at).limit(1)
_FREE_NOW: Final = (
    select(_W.application_id, _W.version)
    .where(*_IS_FREE)
    .order_by(_W.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_LEASE: Final = (
    update(t.wakeups)
    .where(_W.application_id.in_(bindparam("ids", expanding=True)))
    .values(leased_until=bindparam("until", type_=t.Moment))
)
_IS_CLAIMED: Final = _W.version == bindparam("claimed")
_END: Final = delete(t.wakeups).where(_OF, _IS_CLAIMED)
_HAND_BACK: Final = (
    update(t.wakeups)
    .where(_OF)
    .values(
        # Without a moment what is left of the row was woken meanwhile, and is due as that wake said.
        due_at=case((_IS_CLAIMED, func.coalesce(_GIVEN, _W.due_at)), else_=_W.due_at),
        reason=bindparam("because"),
        leased_until=None,
    )
)
_WAKE: Final = update(t.wakeups).where(_OF).values(due_at=_GIVEN, reason=bindparam("because"), version=_W.version + 1)


class Wakeups:
    def __init__(self, database: Database) -> None:
        self._database = database

    def claim_due(self, now: datetime, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        """Claim up to `limit` applications that are due and not leased, the longest due first."""

        def change(connection: Connection) -> tuple[Claim, ...]:
            rows = connection.execute(_FREE_NOW, {"now": now, "most": limit}).all()
            if rows:
                leased = {"ids": [row.application_id for row in rows], "until": now + lease}
                connection.execute(_LEASE, leased)
            return tuple(Claim(row.application_id, row.version) for row in rows)

        if self.next_due(now) is None:
            return ()
        return self._database.write(change)

    def next_due(self, now: datetime) -> datetime | None:
        """The earliest due moment up to now, or None: a cheap look before a claim."""
        with self._database.read() as connection:
            return connection.execute(_FIRST_DUE, {"now": now}).scalar_one_or_none()

    def next_ahead(self) -> datetime | None:
        """The earliest due moment of all, past or ahead, leased or not."""
        with self._database.read() as connection:
            return connection.execute(select(func.min(t.wakeups.c.due_at, type_=t.Moment))).scalar_one_or_none()

    def hand_back(self, claim: Claim, due_at: datetime | None, reason: str) -> None:
        """End the lease: due again at `due_at`, or gone where it is None; due at once where a wake came meanwhile."""

        self._database.write(lambda connection: hand_back_now(connection, claim, due_at, reason))

    def wake(self, application_id: str, now: datetime, reason: str) -> None:
        """Make an application due now."""

        def change(connection: Connection) -> None:
            wake_now(connection, application_id, now, reason)

        self._database.write(change)

    def release_all(self) -> None:
        """End every lease: for the start of the one process of the embedded engine, whose leases died with it."""
        held = update(t.wakeups).where(t.wakeups.c.leased_until.is_not(None))
        self._database.write(lambda c: c.execute(held.values(leased_until=None)))


def hand_back_now(connection: Connection, claim: Claim, due_at: datetime | None, reason: str) -> None:
    """Within a write: what `Wakeups.hand_back` says."""
    mine = {"of": claim.application_id, "claimed": claim.version}
    if due_at is None:
        connection.execute(_END, mine)
    connection.execute(_HAND_BACK, mine | {"at": due_at, "because": reason})


def tell_due(connection: Connection, application_ids: Sequence[str]) -> None:
    """Within a write that made them due at once: whoever carries applications forward is told when it is committed.

    With one process nobody is told: it is poked, and looks by itself.
    """
    tell = connection.get_execution_options().get("tell_due")
    if tell is not None:
        tell(connection, application_ids)


def wake_now(connection: Connection, application_id: str, now: datetime, reason: str) -> None:
    """Within a write: make an application due now; a row that was gone comes back."""
    if not connection.execute(_WAKE, {"of": application_id, "at": now, "because": reason}).rowcount:
        connection.execute(
            t.wakeups.insert().values(application_id=application_id, due_at=now, reason=reason, version=0)
        )
    tell_due(connection, [application_id])


def wake_many(connection: Connection, moments: Mapping[str, datetime], reason: str) -> None:
    """Within a write: each application is due at its moment, if it was not before; rows that were gone come back."""
    if not moments:
        return
    w = t.wakeups.c
    known = set(connection.execute(select(w.application_id).where(w.application_id.in_(moments))).scalars())
    at = bindparam("at", type_=t.Moment)
    earlier = case((w.due_at > at, at), else_=w.due_at)
    change = update(t.wakeups).where(w.application_id == bindparam("of"))
    woken = change.values(due_at=earlier, reason=reason, version=w.version + 1)
    if known:
        connection.execute(woken, [{"of": one, "at": at} for one, at in moments.items() if one in known])
    fresh = [{"application_id": one, "due_at": at} for one, at in moments.items() if one not in known]
    if fresh:
        connection.execute(t.wakeups.insert().values(reason=reason, version=0), fresh)
