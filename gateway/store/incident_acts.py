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
from gateway.store.ending import hold_application, is_over
from gateway.store.incidents import UNSENT
from gateway.store.letter_acts import tell_sent
from gateway.store.rows import Told


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
            told: dict[str, Sequence[Told]] = {}
            for application_id in _hold_applications(connection, incident_id):
                if not is_over(connection, application_id):
                    told[application_id] = _send(connection, application_id, incident_id, actor, sending, sent)
            if not sent:
                raise conflict("letter-state", "no letter of this incident waits to be sent")
            return told

        self.acting.act_on_many(change)
        return tuple(sent)


def _hold_applications(connection: Connection, incident_id: str) -> list[str]:
    """Those of the incident's letters, held; always in one order, so that no two processes wait for each other."""
    i, letters = t.incidents.c, t.letters.c
    if connection.execute(select(i.id).where(i.id == incident_id)).first() is None:
        raise NotFound(problems=(Problem("incident-not-found", "", "there is no such incident"),))
    query = select(letters.application_id).where(letters.incident_id == incident_id, letters.state.in_(UNSENT))
    ids = sorted(set(connection.execute(query).scalars()))
    for application_id in ids:
        hold_application(connection, application_id)
    return ids


def _send(
    connection: Connection,
    application_id: str,
    incident_id: str,
    actor: Actor,
    sending: Sending,
    sent: list[tuple[str, int]],
) -> list[Told]:
    """The letters of one application, of which there may be a second round."""
    letters = t.letters
    mine = (letters.c.application_id == application_id) & (letters.c.incident_id == incident_id)
    waiting = (
        select(letters.c.n, letters.c.owner, letters.c.state)
        .where(mine, letters.c.state.in_(UNSENT), letters.c.drafted_at <= sending.printed_at)
        .order_by(letters.c.n)
    )
    told = []
    for row in connection.execute(waiting).all():
        if row.state == LetterState.DRAFTED.value and sending.channel != "paper":
            raise conflict("letter-unsigned", "a draft that nobody signed goes out on paper alone")
        values = {
            "state": LetterState.SENT.value,
            "sent_at": sending.sent_at,
            "sent_by": actor.name,
            "sent_channel": sending.channel,
            "sent_number": sending.number,
        }
        connection.execute(update(letters).where(mine, letters.c.n == row.n).values(values))
        told.append(tell_sent(row.n, row.owner, actor, sending.channel, sending.number, sending.sent_at))
        sent.append((application_id, row.n))
    return told
