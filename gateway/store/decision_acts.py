"""The end of the road: registration by hand, preliminary and final decision, hearing, withdrawal, complaints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from contracts.errors import NotFound, Problem
from gateway.core.calendar import local_day
from gateway.core.proceedings import DecisionOutcome
from gateway.core.steps import Why
from gateway.store import course_tables as t
from gateway.store.acting import Acting, Actor, conflict, tell
from gateway.store.rows import Audience, Told
from gateway.store.tables import applications


@dataclass(frozen=True)
class DecisionActs:
    acting: Acting

    def register(self, application_id: str, why: Why, actor: Actor, *, complete: bool) -> None:
        """The package is registered as it is. Raises Conflict where it is already."""

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            a = applications
            mine = (a.c.id == application_id) & a.c.registered_at.is_(None)
            values = {"registered_at": at, "registered_complete": complete}
            if not connection.execute(update(a).where(mine).values(values)).rowcount:
                raise conflict("package-registered", "the package is registered already")
            told = {"complete": complete, "registered_at": at, "why": asdict(why)}
            return (Told("package_registered", Audience.ALL, told), tell("registered_by", {"by": actor.name}))

        self.acting.act(application_id, change)

    def decide(
        self,
        application_id: str,
        outcome: DecisionOutcome,
        reasons: Sequence[str],
        actor: Actor,
        *,
        number: str,
        hearing_on: date | None,
    ) -> None:
        """Final, or preliminary where a hearing is named. Raises Conflict where the package is not registered."""

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            a = applications.c
            if connection.execute(select(a.registered_at).where(a.id == application_id)).scalar() is None:
                raise conflict("package-open", "the package is not registered yet")
            before = _decision(connection, application_id)
            told_reasons = json.dumps(list(reasons))
            # Who asks for news by a program, authenticated as nobody, is told that there is a decision, not why.
            public = {"outcome": outcome.value}
            inside = {"by": actor.name, "number": number, "reasons": list(reasons)}
            if hearing_on is not None:
                if before is not None and before.preliminary_at is not None:
                    raise conflict("decision-preliminary", "there is a preliminary decision already")
                preliminary = {
                    "preliminary_at": at,
                    "preliminary_by": actor.name,
                    "preliminary_reasons": told_reasons,
                    "preliminary_number": number,
                    "hearing_on": hearing_on,
                }
                _set_decision(connection, application_id, preliminary)
                _add_hearing(connection, application_id, hearing_on, actor, at)
                told = Told("decision_preliminary", Audience.ALL, public | {"hearing_on": hearing_on.isoformat()})
                return (told, tell("decision_preliminary_by", inside))
            final = {"decided_at": at, "decided_by": actor.name, "outcome": outcome.value}
            _set_decision(connection, application_id, final | {"reasons": told_reasons, "number": number})
            return (Told("decision", Audience.ALL, public), tell("decision_by", inside))

        self.acting.act(application_id, change)

    def set_hearing(self, application_id: str, before: date, on: date, actor: Actor) -> None:
        """Another day for a hearing that was not held on the day `before`; Conflict where that is not the day."""

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            known = _decision(connection, application_id)
            if known is None or known.hearing_on != before or known.hearing_held_at is not None:
                raise conflict("hearing-none", "there is no hearing to be set anew")
            _set_decision(connection, application_id, {"hearing_on": on})
            n = _add_hearing(connection, application_id, on, actor, at)
            told = {"hearing": n, "hearing_on": on.isoformat(), "before": before.isoformat()}
            return (Told("hearing_set_anew", Audience.ALL, told), tell("hearing_set_by", {"by": actor.name}))

        self.acting.act(application_id, change)

    def hold_hearing(self, application_id: str, record: str, actor: Actor) -> None:
        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            before = _decision(connection, application_id)
            if before is None or before.hearing_on is None or before.hearing_held_at is not None:
                raise conflict("hearing-none", "there is no hearing to be held")
            if local_day(at) < before.hearing_on:
                raise conflict("hearing-too-early", f"the hearing is on {before.hearing_on}: it cannot have been held")
            sealed = self.acting.sealer.seal(record.encode(), f"decisions:{application_id}:hearing")
            values = {"hearing_held_at": at, "hearing_held_by": actor.name, "sealed_hearing": sealed}
            _set_decision(connection, application_id, values)
            return (tell("hearing_held", {"by": actor.name}),)

        self.acting.act(application_id, change)

    def withdraw(self, application_id: str, actor: Actor) -> None:
        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            a = applications
            values = {"withdrawn_at": at, "withdrawn_by": actor.name}
            connection.execute(update(a).where(a.c.id == application_id).values(values))
            return (Told("application_withdrawn", Audience.ALL, {}),)

        self.acting.act(application_id, change)

    def complain(
        self, application_id: str, text: str, channel: str, actor: Actor, *, answer_by: date | None = None
    ) -> int:
        """Register a complaint; its number within the application. The same words twice are one, while it is open.

        `answer_by` is the last day of the answer, as it is told now.
        """
        n = 0

        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            nonlocal n
            c = t.complaints
            known = self._find_open(connection, application_id, text)
            if known is not None:
                n = known
                return ()
            last = connection.execute(select(func.max(c.c.n)).where(c.c.application_id == application_id)).scalar()
            n = (last or 0) + 1
            sealed = self.acting.sealer.seal(text.encode(), f"complaints:{application_id}:{n}:text")
            row = {"application_id": application_id, "n": n, "registered_at": at, "channel": channel}
            row |= {"answer_by": answer_by}
            connection.execute(insert(c).values(**row, sealed_text=sealed))
            return (Told("complaint_registered", Audience.ALL, {"complaint": n}),)

        self.acting.act(application_id, change, even_over=True)
        return n

    def _find_open(self, connection: Connection, application_id: str, text: str) -> int | None:
        c = t.complaints.c
        rows = connection.execute(
            select(c.n, c.sealed_text).where(c.application_id == application_id, c.answered_at.is_(None)).order_by(c.n)
        )
        for row in rows:
            if self.acting.sealer.open(row.sealed_text, f"complaints:{application_id}:{row.n}:text") == text.encode():
                return int(row.n)
        return None

    def answer_complaint(self, application_id: str, n: int, answer: str, actor: Actor) -> None:
        def change(connection: Connection, at: datetime) -> tuple[Told, ...]:
            c = t.complaints
            mine = (c.c.application_id == application_id) & (c.c.n == n)
            row = connection.execute(select(c.c.answered_at).where(mine)).one_or_none()
            if row is None:
                raise NotFound(problems=(Problem("complaint-not-found", "", "there is no such complaint"),))
            if row.answered_at is not None:
                raise conflict("complaint-answered", "the complaint is answered already")
            sealed = self.acting.sealer.seal(answer.encode(), f"complaints:{application_id}:{n}:answer")
            values = {"answered_at": at, "answered_by": actor.name, "sealed_answer": sealed}
            connection.execute(update(c).where(mine).values(values))
            return (Told("complaint_answered", Audience.ALL, {"complaint": n}),)

        self.acting.act(application_id, change, even_over=True)


def _decision(connection: Connection, application_id: str) -> Row[tuple[Any, ...]] | None:
    d = t.decisions
    return connection.execute(select(d).where(d.c.application_id == application_id)).one_or_none()


def _add_hearing(connection: Connection, application_id: str, on: date, actor: Actor, at: datetime) -> int:
    c = t.hearings.c
    n = (connection.execute(select(func.max(c.n)).where(c.application_id == application_id)).scalar() or 0) + 1
    row = {"application_id": application_id, "n": n, "on": on, "set_at": at, "set_by": actor.name}
    connection.execute(insert(t.hearings).values(row))
    return n


def _set_decision(connection: Connection, application_id: str, values: dict[str, Any]) -> None:
    d = t.decisions
    if not connection.execute(update(d).where(d.c.application_id == application_id).values(values)).rowcount:
        connection.execute(insert(d).values(application_id=application_id, **values))
