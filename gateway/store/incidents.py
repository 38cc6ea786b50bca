"""Incidents: an outage of one owner that hits many applications of a service, with the letters that it called for.

Within a write. A letter is of an outage where a registry of its owner is silent; that one has no record is no outage.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, insert, select, update

from contracts.words import Outcome
from gateway.core.answers import read_registries
from gateway.core.case import Case
from gateway.core.proceedings import LetterState
from gateway.store import course_tables as t
from gateway.store.tables import applications

UNDER_WAY = tuple(state.value for state in (LetterState.DRAFTED, LetterState.SIGNED, LetterState.SENT))
UNSENT = (LetterState.DRAFTED.value, LetterState.SIGNED.value)
SPAN = timedelta(hours=24)
"""Letters to one owner within so long of each other are of one outage."""


def find_cause(case: Case, inquiry_id: str) -> str:
    """Why a letter asks for a cell, as its line says it: `no_answer` or `no_record`."""
    silent = read_registries(case, case.inquiry(inquiry_id)).outcome is Outcome.NO_ANSWER
    return (Outcome.NO_ANSWER if silent else Outcome.NO_RECORD).value


def find_incident(connection: Connection, case: Case, owner: str, at: datetime, incident_from: int) -> str | None:
    """The owner's open incident; a new one, with the letters that made it one, where so many are there now."""
    i, letters = t.incidents, t.letters
    found = connection.execute(
        select(i.c.id).where(i.c.owner == owner, i.c.service == case.service.code, i.c.closed_at.is_(None))
    ).scalar()
    if found is not None:
        return str(found)
    cells, a = t.letter_cells.c, applications.c
    recent = (
        (letters.c.owner == owner)
        & letters.c.state.in_(UNSENT)
        & (letters.c.drafted_at > at - SPAN)
        & (letters.c.application_id != case.id)
        & letters.c.application_id.in_(select(a.id).where(a.service == case.service.code))
        & exists().where(
            cells.application_id == letters.c.application_id,
            cells.n == letters.c.n,
            cells.cause == Outcome.NO_ANSWER.value,
        )
    )
    others = connection.execute(select(func.count(letters.c.application_id.distinct())).where(recent)).scalar() or 0
    if others + 1 < incident_from:
        return None
    incident = f"inc_{secrets.token_hex(8)}"
    connection.execute(insert(i).values(id=incident, service=case.service.code, owner=owner, opened_at=at))
    connection.execute(update(letters).where(recent).values(incident_id=incident))
    return incident


def close_incidents(connection: Connection, at: datetime) -> None:
    """Incidents none of whose letters is under way any more are over."""
    i, letters = t.incidents, t.letters
    open_letters = select(letters.c.n).where(letters.c.incident_id == i.c.id, letters.c.state.in_(UNDER_WAY))
    connection.execute(update(i).where(i.c.closed_at.is_(None), ~open_letters.exists()).values(closed_at=at))
