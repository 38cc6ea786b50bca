"""Many applications woken at once, for a registry that is back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, or_, select, update

from gateway.core.case import ExchangeState
from gateway.store.database import Database
from gateway.store.tables import Moment, applications, exchanges
from gateway.store.wakeups import wake_many

_WAITS = ExchangeState.WAITING.value
_MOST = 5_000
"""Exchanges of one waking: the rest come by their own rounds."""
_SHARE = 0.8
"""Of what the registry takes: the rest is left to who comes meanwhile, or he would wait behind all who waited."""
_UNKNOWN_PER_MINUTE = 600.0
"""Where nobody knows what a registry takes: ten a second are more than the country asks of one on its busiest day, and
an outage of two hours is made up for in some minutes."""


def wake_waiting(database: Database, passports: Collection[str], now: datetime, per_minute: float | None) -> int:
    """Exchanges with these passports that wait for their next round or slot are due at once, paced; how many.

    Who has a turn already keeps it, and the others stand behind: each process has a breaker of its own, and wakes.
    Who was never asked is due by itself. `per_minute`: what may be sent to the registry; None where nobody knows.
    """

    def change(connection: Connection) -> int:
        x, a = exchanges, applications
        waiting = (
            select(x.c.id, x.c.application_id)
            .join(a, a.c.id == x.c.application_id)
            .where(
                x.c.passport.in_(passports),
                x.c.state == _WAITS,
                x.c.again_at.is_(None),
                # Under a letter the round's own moment passes unused: the next try is at a slot.
                or_(x.c.next_try_at > now, x.c.since.is_not(None)),
                a.c.registered_at.is_(None),
                a.c.withdrawn_at.is_(None),
            )
            .order_by(x.c.since)
            .limit(_MOST)
        )
        rows = connection.execute(waiting).all()
        apart = timedelta(minutes=1) / (_SHARE * (per_minute or _UNKNOWN_PER_MINUTE))
        taken = select(func.max(x.c.again_at, type_=Moment)).where(x.c.passport.in_(passports), x.c.state == _WAITS)
        last = connection.execute(taken).scalar()
        begin = now if last is None else max(now, last + apart)
        turns = [(row, begin + n * apart) for n, row in enumerate(rows)]
        if turns:
            change = update(x).where(x.c.id == bindparam("of")).values(again_at=bindparam("at", type_=Moment))
            connection.execute(change, [{"of": row.id, "at": at} for row, at in turns])
        # Looked at when the first of its exchanges has its turn: a look before it would find nothing to do.
        first = {row.application_id: at for row, at in reversed(turns)}
        wake_many(connection, first, "registry_back")
        return len(rows)

    return database.write(change)
