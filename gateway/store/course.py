"""The steps of the legal course, carried out on the rows: each once, together with what is told of it.

Whatever is there already stays: a step that was committed before a kill is not done again after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, Connection, String, bindparam, delete, func, insert, select, update

from contracts.words import Outcome
from gateway.core.case import Case
from gateway.core.proceedings import LetterState
from gateway.core.steps import (
    AmendLetter,
    DraftLetter,
    IssueNotice,
    MarkTerm,
    RegisterPackage,
    SetDates,
    Step,
    Why,
    WithdrawLetter,
)
from gateway.store import course_tables as t
from gateway.store.database import Database
from gateway.store.ending import hold_application, is_over
from gateway.store.events import add_events
from gateway.store.incidents import UNDER_WAY, close_incidents, find_cause, find_incident
from gateway.store.issuing import NoticeIssuer
from gateway.store.rows import Audience, Told
from gateway.store.tables import Moment, applications

CourseStep = DraftLetter | AmendLetter | WithdrawLetter | SetDates | IssueNotice | MarkTerm | RegisterPackage
_OF_GATHERING = (DraftLetter, AmendLetter, SetDates, RegisterPackage)

_D: Final = t.legal_dates.c
_LAST_DATES: Final = select(func.max(_D.seq), func.max(_D.batch)).where(
    _D.application_id == bindparam("application", type_=String)
)
_ADD_DATES: Final = insert(t.legal_dates)
_REGISTER: Final = (
    update(applications)
    .where(applications.c.id == bindparam("of", type_=String), applications.c.registered_at.is_(None))
    .values(registered_at=bindparam("moment", type_=Moment), registered_complete=bindparam("complete", type_=Boolean))
)


class CourseStore:
    """Carries steps out; one application at a time, each list of steps in one transaction."""

    def __init__(self, database: Database, notices: NoticeIssuer, *, incident_from: int = 5) -> None:
        """`incident_from`: so many applications with letters for an owner's silence are one incident."""
        self._database = database
        self._notices = notices
        self._incident_from = incident_from

    def carry_out(self, case: Case, steps: Sequence[Step], at: datetime, calendar_version: str) -> None:
        """Commit the steps and their events. Steps that ask or deliver are none of these."""

        def change(connection: Connection) -> None:
            hold_application(connection, case.id)
            over = is_over(connection, case.id)
            for step in steps:
                if over and isinstance(step, _OF_GATHERING):
                    # Decided or withdrawn since the case was read.
                    continue
                told = _CARRY_OUT[type(step)](self, connection, case, step, at, calendar_version)
                add_events(connection, case.id, at, told)

        self._database.write(change)

    def _draft(self, connection: Connection, case: Case, step: DraftLetter, at: datetime, _: str) -> Sequence[Told]:
        letters = t.letters
        mine = letters.c.application_id == case.id
        same = mine & (letters.c.owner == step.owner) & (letters.c.round == step.round)
        if connection.execute(select(letters.c.n).where(same)).first() is not None:
            return ()
        n = (connection.execute(select(func.max(letters.c.n)).where(mine)).scalar() or 0) + 1
        causes = {cell: find_cause(case, cell) for cell in step.cells}
        connection.execute(
            insert(letters).values(
                application_id=case.id,
                n=n,
                owner=step.owner,
                round=step.round,
                state=LetterState.DRAFTED.value,
                drafted_at=at,
                incident_id=self._find_incident(connection, case, step.owner, causes, at),
            )
        )
        _set_cells(connection, case.id, n, causes)
        data = {"letter": n, "owner": step.owner, "round": step.round, "cells": list(step.cells)}
        return (Told("letter_drafted", Audience.PROVIDER, data | _because(step.why)),)

    def _find_incident(
        self, connection: Connection, case: Case, owner: str, causes: Mapping[str, str], at: datetime
    ) -> str | None:
        if Outcome.NO_ANSWER.value not in causes.values():
            return None
        return find_incident(connection, case, owner, at, self._incident_from)

    def _amend(self, connection: Connection, case: Case, step: AmendLetter, at: datetime, _: str) -> Sequence[Told]:
        letters = t.letters
        mine = (letters.c.application_id == case.id) & (letters.c.n == step.n)
        letter = connection.execute(select(letters.c.state, letters.c.owner).where(mine)).one_or_none()
        if letter is None or letter.state != LetterState.DRAFTED.value:
            return ()
        if _cells_of(connection, case.id, step.n) == step.cells:
            return ()
        causes = {cell: find_cause(case, cell) for cell in step.cells}
        c = t.letter_cells.c
        connection.execute(delete(t.letter_cells).where(c.application_id == case.id, c.n == step.n))
        _set_cells(connection, case.id, step.n, causes)
        # What was no outage may have become one, and the other way round.
        incident = self._find_incident(connection, case, letter.owner, causes, at)
        connection.execute(update(letters).where(mine).values(incident_id=incident))
        close_incidents(connection, at)
        data = {"letter": step.n, "cells": list(step.cells)}
        return (Told("letter_amended", Audience.PROVIDER, data | _because(step.why)),)

    def _withdraw(
        self, connection: Connection, case: Case, step: WithdrawLetter, at: datetime, _: str
    ) -> Sequence[Told]:
        letters = t.letters
        # Sent meanwhile it is another matter: the next look decides anew.
        known = [letter.state.value for letter in case.proceedings.letters if letter.n == step.n]
        mine = (letters.c.application_id == case.id) & (letters.c.n == step.n) & letters.c.state.in_(known)
        mine &= letters.c.state.in_(UNDER_WAY)
        withdrawn = update(letters).where(mine).values(state=LetterState.WITHDRAWN.value, withdrawn_at=at)
        if not connection.execute(withdrawn).rowcount:
            return ()
        close_incidents(connection, at)
        return (Told("letter_withdrawn", Audience.PROVIDER, {"letter": step.n} | _because(step.why)),)

    def _set_dates(
        self, connection: Connection, case: Case, step: SetDates, at: datetime, calendar_version: str
    ) -> Sequence[Told]:
        last = connection.execute(_LAST_DATES, {"application": case.id}).one()
        if last[1] is not None and last[1] != max((told.batch for told in case.proceedings.dates), default=0):
            # Somebody set dates since the case was read: the next look decides anew.
            return ()
        told, rows = [], []
        for seq, one in enumerate(step.dates, start=(last[0] or 0) + 1):
            rows.append(
                {
                    "application_id": case.id,
                    "seq": seq,
                    "batch": (last[1] or 0) + 1,
                    "kind": one.kind.value,
                    "on": one.on,
                    "cause": one.cause.value,
                    "rule": one.why.rule,
                    "clause": one.why.clause,
                    "rules_version": one.why.version,
                    "calendar_version": calendar_version,
                    "assumed": one.why.assumed,
                    "provisional": one.provisional,
                    "set_at": at,
                    "runs_from": one.runs_from,
                }
            )
            before = case.proceedings.date(one.kind)
            data: dict[str, Any] = {
                "date": one.kind.value,
                "on": one.on.isoformat(),
                "before": before.on.isoformat() if before else None,
                "cause": one.cause.value,
                "provisional": one.provisional,
                "calendar_version": calendar_version,
            }
            told.append(Told("date_set", Audience.ALL, data | _because(one.why)))
        connection.execute(_ADD_DATES, rows)
        return told

    def _issue(self, connection: Connection, case: Case, step: IssueNotice, at: datetime, _: str) -> Sequence[Told]:
        return self._notices.issue(connection, case, step, at)

    def _mark(self, connection: Connection, case: Case, step: MarkTerm, at: datetime, _: str) -> Sequence[Told]:
        m = t.marks
        known = select(m.c.mark).where(m.c.application_id == case.id, m.c.mark == step.mark)
        if connection.execute(known).first() is not None:
            return ()
        why = {"rule": step.why.rule, "clause": step.why.clause}
        row = {"application_id": case.id, "mark": step.mark, "passed": step.passed, "on": step.on, "at": at}
        connection.execute(insert(m).values(row | why))
        data = {"term": step.mark.split(":")[1], "on": step.on.isoformat()}
        kind = "term_passed" if step.passed else "term_near"
        return (Told(kind, Audience.PROVIDER, data | _because(step.why)),)

    def _register(
        self, connection: Connection, case: Case, step: RegisterPackage, at: datetime, _: str
    ) -> Sequence[Told]:
        registered = {"of": case.id, "moment": step.at, "complete": step.complete}
        if not connection.execute(_REGISTER, registered).rowcount:
            return ()
        data = {"complete": step.complete, "registered_at": step.at}
        return (Told("package_registered", Audience.ALL, data | _because(step.why)),)


_CARRY_OUT: Mapping[type, Callable[..., Sequence[Told]]] = {
    DraftLetter: CourseStore._draft,
    AmendLetter: CourseStore._amend,
    WithdrawLetter: CourseStore._withdraw,
    SetDates: CourseStore._set_dates,
    IssueNotice: CourseStore._issue,
    MarkTerm: CourseStore._mark,
    RegisterPackage: CourseStore._register,
}


def _because(why: Why) -> dict[str, Any]:
    return {"why": asdict(why)}


def _cells_of(connection: Connection, application_id: str, n: int) -> tuple[str, ...]:
    c = t.letter_cells.c
    rows = connection.execute(
        select(c.inquiry_id).where(c.application_id == application_id, c.n == n).order_by(c.position)
    )
    return tuple(rows.scalars())


def _set_cells(connection: Connection, application_id: str, n: int, causes: Mapping[str, str]) -> None:
    """Cells in the order of `causes`, each with its cause."""
    rows = [
        {"application_id": application_id, "n": n, "inquiry_id": cell, "position": position, "cause": cause}
        for position, (cell, cause) in enumerate(causes.items())
    ]
    if rows:
        connection.execute(insert(t.letter_cells), rows)
