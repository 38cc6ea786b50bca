"""One application within a write: held for it alone, and whether it has come to its end: decided, or withdrawn."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, Select, String, bindparam, select

from gateway.store.course_tables import decisions
from gateway.store.tables import applications

_OF: Final = bindparam("application", type_=String)
_HOLD: Final = select(applications.c.id).where(applications.c.id == _OF).with_for_update()
_ENDS: Final = (
    select(applications.c.withdrawn_at, decisions.c.decided_at)
    .join_from(applications, decisions, applications.c.id == decisions.c.application_id, isouter=True)
    .where(applications.c.id == _OF)
)


def hold_application(connection: Connection, application_id: str) -> None:
    """Until the transaction ends, no other process changes what is judged by its rows as they are read from here on.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"application": application_id})


def is_over(connection: Connection, application_id: str) -> bool:
    """False too where there is no such application."""
    row = connection.execute(_ENDS, {"application": application_id}).one_or_none()
    return row is not None and (row.withdrawn_at is not None or row.decided_at is not None)


def select_open() -> Select[tuple[str]]:
    """Ids of all that are not over, for a query."""
    a, d = applications.c, decisions.c
    joined = select(a.id).join_from(applications, decisions, a.id == d.application_id, isouter=True)
    return joined.where(a.withdrawn_at.is_(None), d.decided_at.is_(None))
