"""What happened in a case beside the asking, read back out of its rows."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from gateway.core.proceedings import (
    Closing,
    Complaint,
    DateCause,
    DateKind,
    DateSet,
    Decision,
    DecisionOutcome,
    Delivery,
    DeliveryChannel,
    DeliveryState,
    Hearing,
    Letter,
    LetterState,
    Notice,
    NoticeKind,
    Proceedings,
)
from gateway.store import course_tables as t

_Row = Row[*tuple[Any, ...]]


def read_proceedings(connection: Connection, application: _Row) -> Proceedings:
    """Of the application whose row is given."""
    application_id = application.id
    return Proceedings(
        letters=_read_letters(connection, application_id),
        closings=_read_closings(connection, application_id),
        dates=tuple(
            DateSet(DateKind(row.kind), row.on, row.batch, DateCause(row.cause), row.calendar_version, row.runs_from)
            for row in _rows(connection, t.legal_dates, application_id, "seq")
        ),
        notices=_read_notices(connection, application_id),
        marks=frozenset(row.mark for row in _rows(connection, t.marks, application_id, "mark")),
        decision=_read_decision(connection, application_id),
        complaints=tuple(
            Complaint(row.n, row.registered_at, row.answered_at, row.answer_by)
            for row in _rows(connection, t.complaints, application_id, "n")
        ),
        withdrawn_at=application.withdrawn_at,
        registered_complete=application.registered_complete,
    )


def _read_letters(connection: Connection, application_id: str) -> tuple[Letter, ...]:
    cells: dict[int, list[str]] = {}
    for row in _rows(connection, t.letter_cells, application_id, "n", "position"):
        cells.setdefault(row.n, []).append(row.inquiry_id)
    return tuple(
        Letter(
            row.n,
            row.owner,
            row.round,
            tuple(cells.get(row.n, ())),
            LetterState(row.state),
            row.drafted_at,
            row.sent_at,
            row.withdrawn_at,
            row.signed_at,
            row.withdrawn_by_hand,
        )
        for row in _rows(connection, t.letters, application_id, "n")
    )


def _read_closings(connection: Connection, application_id: str) -> tuple[Closing, ...]:
    d, c = t.documents.c, t.document_cells.c
    rows = connection.execute(
        select(c.inquiry_id, d.kind, c.at)
        .join_from(t.document_cells, t.documents)
        .where(c.application_id == application_id)
        .order_by(c.at, d.id)
    )
    return tuple(Closing(row.inquiry_id, row.kind, row.at) for row in rows)


def _read_notices(connection: Connection, application_id: str) -> tuple[Notice, ...]:
    ways: dict[int, list[Delivery]] = {}
    for row in _rows(connection, t.deliveries, application_id, "n", "channel"):
        state = DeliveryState(row.state)
        delivery = Delivery(DeliveryChannel(row.channel), state, row.tries, row.next_try_at, row.delivered_at)
        ways.setdefault(row.n, []).append(delivery)
    return tuple(
        Notice(
            row.n,
            row.key,
            NoticeKind(row.kind),
            row.issued_at,
            row.deliver_by,
            tuple(ways.get(row.n, ())),
            tuple(json.loads(row.cells)),
        )
        for row in _rows(connection, t.notices, application_id, "n")
    )


def _read_decision(connection: Connection, application_id: str) -> Decision:
    row = next(iter(_rows(connection, t.decisions, application_id)), None)
    if row is None:
        return Decision()
    return Decision(
        row.preliminary_at,
        row.hearing_on,
        row.hearing_held_at,
        row.decided_at,
        DecisionOutcome(row.outcome) if row.outcome else None,
        tuple(Hearing(one.n, one.on, one.set_at) for one in _rows(connection, t.hearings, application_id, "n")),
    )


def _rows(connection: Connection, table: Table, application_id: str, *order: str) -> list[_Row]:
    mine = select(table).where(table.c.application_id == application_id)
    return list(connection.execute(mine.order_by(*(table.c[name] for name in order))))
