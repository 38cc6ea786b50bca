"""Leases of several processes on one database: taken for seconds, renewed while the work goes on, fenced by a number.

A lease is given out with a number that is higher than every earlier one of its name. A write under a lease is committed
only while that number still stands, so that a process that was paused, or cut off, and wakes after its lease went to
another can change nothing. All moments are those of the database's clock: no clock of a machine is believed.

Locks: a write under a lease shares the row's key, a renewal does not touch it, and whoever takes the lease over locks
the row whole. So writes and renewals do not wait for each other, and a take-over comes before a write or after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import BigInteger, ColumnElement, Connection, cast, func, or_, select, text, type_coerce, update
from sqlalchemy.dialects.postgresql import insert

from contracts.errors import LeaseLost
from gateway.store.lease_tables import leases
from gateway.store.tables import Moment

T = TypeVar("T")
_L = leases.c
_MICROSECONDS = 1_000_000
_END_STUCK = text(
    "SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a "
    "WHERE a.usename = current_user AND a.pid <> pg_backend_pid() "
    "AND (a.state = 'idle in transaction' OR (a.state = 'active' AND a.wait_event = 'ClientRead')) "
    "AND a.state_change < clock_timestamp() - make_interval(secs => :seconds) "
    "AND EXISTS (SELECT 1 FROM pg_locks l WHERE l.pid = a.pid AND l.relation = to_regclass('leases') "
    "AND l.mode <> 'AccessShareLock')"
)


@dataclass(frozen=True)
class Lease:
    name: str
    number: int


_held: ContextVar[Lease | None] = ContextVar("lease", default=None)


@contextmanager
def write_under(lease: Lease) -> Iterator[None]:
    """Every write that is asked for inside is committed only while the lease is ours, else raises LeaseLost.

    Threads of a pool know of it where the pool carries the context over (gateway/carrying.py).
    """
    token = _held.set(lease)
    try:
        yield
    finally:
        _held.reset(token)


def fence(change: Callable[[Connection], T]) -> Callable[[Connection], T]:
    """The same write, behind a look at the lease that its caller works under, if there is one."""
    lease = _held.get()
    if lease is None:
        return change

    def fenced(connection: Connection) -> T:
        check_lease(connection, lease)
        return change(connection)

    return fenced


def check_lease(connection: Connection, lease: Lease) -> None:
    """Within a write: raises LeaseLost where the lease went to another; until the commit it does not."""
    mine = select(_L.name).where(_L.name == lease.name, _L.number == lease.number)
    if connection.execute(mine.with_for_update(read=True, key_share=True)).first() is None:
        raise LeaseLost


def take_lease(connection: Connection, name: str, holder: str, seconds: float) -> Lease | None:
    """Within a write: the lease of that name; None where another has it, or commits under it at this moment."""
    fresh = insert(leases).values(name=name, number=0, holder=holder, held_until=None)
    connection.execute(fresh.on_conflict_do_nothing())
    free = or_(_L.held_until.is_(None), _L.held_until < database_now())
    row = connection.execute(
        select(_L.number).where(_L.name == name, free).with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    number = row.number + 1
    taken = {"number": number, "holder": holder, "held_until": database_now(seconds)}
    connection.execute(update(leases).where(_L.name == name).values(taken))
    return Lease(name, number)


def renew_leases(connection: Connection, holder: str, names: Collection[str], seconds: float) -> frozenset[str]:
    """Within a write: leases of the holder last so many seconds from now on; the names of those that are still his.

    What another transaction holds at this moment is waited for by none: a batch that hands leases back in an order of
    its own would wait for this one too, and neither end. Such a lease is renewed the next time, if it is there then.
    """
    mine = (_L.holder == holder, _L.name.in_(names), _L.held_until.is_not(None))
    free = select(_L.name).where(*mine).with_for_update(key_share=True, skip_locked=True)
    found = connection.execute(free).scalars().all()
    connection.execute(update(leases).where(_L.name.in_(found)).values(held_until=database_now(seconds)))
    # One that is over and locked may be another's in a moment.
    return frozenset(connection.execute(select(_L.name).where(*mine, _L.held_until > database_now())).scalars())


def end_lease(connection: Connection, lease: Lease) -> None:
    """Within a write: free for anybody; raises LeaseLost where it was another's already."""
    check_lease(connection, lease)
    connection.execute(update(leases).where(_L.name == lease.name).values(held_until=None))


def revoke_lease(connection: Connection, lease: Lease) -> None:
    """Within a write: free for anybody, and whoever still works under it can commit nothing more."""
    mine = update(leases).where(_L.name == lease.name, _L.number == lease.number)
    connection.execute(mine.values(number=_L.number + 1, held_until=None))


def end_stuck_sessions(connection: Connection, seconds: float) -> int:
    """Within a write: end sessions that in a transaction over leases wait for their client so many seconds; how many.

    A process that is paused in the middle of a batch keeps its locks, and nobody could take its lease over: the
    server's own timeout (idle_in_transaction_session_timeout) runs only between whole batches. Behind statements that
    went out in a pipeline, as lists of values do, and before its end the session counts as active all the while.
    """
    count: int = connection.execute(_END_STUCK, {"seconds": seconds}).scalar_one()
    return count


def database_now(ahead_seconds: float = 0) -> ColumnElement[datetime]:
    """The moment of PostgreSQL's clock, so many seconds ahead, as columns of moments hold it."""
    now = cast(func.extract("epoch", func.clock_timestamp()) * _MICROSECONDS, BigInteger)
    return type_coerce(now + int(ahead_seconds * _MICROSECONDS), Moment())
