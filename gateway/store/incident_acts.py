"""What people do to all letters of an owner's outage at once: the grouped letter went out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from contracts.errors import NotFound, Problem
from gateway.core.proceedings import LetterState
from gateway.store import course_tables as t
from gateway.store.acting import Acting, Actor, conflict, invalid
from gateway.store.ending import select_open
from gateway.store.incidents import UNSENT
from gateway.store.letter_acts import tell_sent
from gateway.store.rows import Told
from gateway.store.tables import applications


@dataclass(frozen=True)
class Sending:
    """How a grouped letter went out."""

    channel: str
    number: str
    sent_at: datetime
    printed_at: datetime
    """Letters drafted since then are not in it."""


@dataclass(frozen=True)
class IncidentActs:
    acting: Acting

    def send_letters(self, incident_id: str, actor: Actor, sending: Sending) -> tuple[tuple[str, int], ...]:
        """Mark each letter of the incident that was not sent yet as sent, all or none: (application id, letter).

        Letters of cases that are over are left. Raises NotFound; Conflict where no letter waits to be sent, or where
        one that nobody signed is to go out another way than on paper.
        """
        sent: list[tuple[str, int]] = []

        def change(connection: Connection, at: datetime) -> dict[str, Sequence[Told]]:
            if not sending.printed_at <= sending.sent_at <= at:
                raise invalid("/sent_at", "letters are sent after they are printed, and not in the future")
            _hold_applications(connection, incident_id)
            told: dict[str, list[Told]] = {}
            for application_id, n, owner in _send(connection, incident_id, actor, sending):
                one = tell_sent(n, owner, actor, sending.channel, sending.number, sending.sent_at)
                told.setdefault(application_id, []).append(one)
                sent.append((application_id, n))
            return dict(told)

        self.acting.act_on_many(change)
        return tuple(sent)


def _hold_applications(connection: Connection, incident_id: str) -> None:
    """Those of the incident's letters; always in one order, so that no two processes wait for each other."""
    i, letters, a = t.incidents.c, t.letters.c, applications.c
    if connection.execute(select(i.id).where(i.id == incident_id)).first() is None:
        raise NotFound(problems=(Problem("incident-not-found", "", "there is no such incident"),))
    mine = select(letters.application_id).where(letters.incident_id == incident_id)
    connection.execute(select(a.id).where(a.id.in_(mine)).order_by(a.id).with_for_update()).all()


def _send(connection: Connection, incident_id: str, actor: Actor, sending: Sending) -> list[tuple[str, int, str]]:
    """(application id, letter, owner) of those that were marked: a few statements, however many they are."""
    letters = t.letters
    waiting = (
        (letters.c.incident_id == incident_id)
        & letters.c.state.in_(UNSENT)
        & (letters.c.drafted_at <= sending.printed_at)
        & letters.c.application_id.in_(select_open())
    )
    columns = (letters.c.application_id, letters.c.n, letters.c.owner, letters.c.state)
    rows = connection.execute(select(*columns).where(waiting).order_by(*columns[:2])).all()
    if not rows:
        raise conflict("letter-state", "no letter of this incident waits to be sent")
    if sending.channel != "paper" and any(row.state == LetterState.DRAFTED.value for row in rows):
        raise conflict("letter-unsigned", "a draft that nobody signed goes out on paper alone")
    values = {
        "state": LetterState.SENT.value,
        "sent_at": sending.sent_at,
        "sent_by": actor.name,
        "sent_channel": sending.channel,
        "sent_number": sending.number,
    }
    connection.execute(update(letters).where(waiting).values(values))
    return [(row.application_id, row.n, row.owner) for row in rows]
