"""The calendar that cases were counted by last: where another one is known now, all that still run are looked at anew.

A calendar bears on every term that runs, told or not: dates, patience, letters, complaints after the end.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, insert, literal, or_, select, update

from gateway.store.course_tables import complaints, decisions, recounts
from gateway.store.database import Database
from gateway.store.tables import Moment, applications, wakeups

_REASON = "calendar_changed"


def wake_recount(database: Database, calendar_version: str, now: datetime) -> int:
    """Once a version: every case that runs, and every complaint, is due now; how many cases."""

    def change(connection: Connection) -> int:
        r = recounts.c
        last = connection.execute(select(r.seq, r.calendar_version).order_by(r.seq.desc()).limit(1)).one_or_none()
        if last is not None and last.calendar_version == calendar_version:
            return 0
        seq = last.seq + 1 if last is not None else 1
        connection.execute(insert(recounts).values(seq=seq, calendar_version=calendar_version, at=now))
        return _wake_running(connection, now)

    return database.write(change)


def _wake_running(connection: Connection, now: datetime) -> int:
    a, end, c, w = applications.c, decisions.c, complaints.c, wakeups.c
    running = (
        select(a.id)
        .join_from(applications, decisions, a.id == end.application_id, isouter=True)
        .where(
            or_(
                a.withdrawn_at.is_(None) & end.decided_at.is_(None),
                exists().where(c.application_id == a.id, c.answered_at.is_(None)),
            )
        )
    )
    woken = update(wakeups).where(w.application_id.in_(running))
    count = connection.execute(woken.values(due_at=now, reason=_REASON, version=w.version + 1)).rowcount
    asleep = running.where(~exists().where(w.application_id == a.id)).with_only_columns(
        a.id, literal(now, Moment()), literal(_REASON), literal(0)
    )
    columns = ["application_id", "due_at", "reason", "version"]
    back = connection.execute(insert(wakeups).from_select(columns, asleep).returning(w.application_id))
    return count + len(back.all())
