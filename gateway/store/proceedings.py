"""What happened in a case beside the asking, read back out of its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, String, Table, bindparam, exists, literal_column, select, union_all

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
_Rows = Callable[[Table], Sequence[_Row]]
"""Those of one application in their order."""


_OF: Final = bindparam("application", type_=String)
_ORDERS: Final[Mapping[Table, tuple[str, ...]]] = {
    t.letters: ("n",),
    t.letter_cells: ("n", "position"),
    t.legal_dates: ("seq",),
    t.notices: ("n",),
    t.deliveries: ("n", "channel"),
    t.marks: ("mark",),
    t.decisions: (),
    t.hearings: ("n",),
    t.complaints: ("n",),
    t.document_cells: (),
}
_MINE: Final = {
    table: select(table).where(table.c.application_id == _OF).order_by(*(table.c[name] for name in order))
    for table, order in _ORDERS.items()
}
_FILLED: Final = union_all(
    *(
        select(literal_column(f"'{table.name}'", String())).where(exists().where(table.c.application_id == _OF))
        for table in _ORDERS
    )
)
"""Which of the tables have rows of an application: of most of them it has none, so that one look spares the others."""
_CLOSINGS: Final = (
    select(t.document_cells.c.inquiry_id, t.documents.c.kind, t.document_cells.c.at)
    .join_from(t.document_cells, t.documents)
    .where(t.document_cells.c.application_id == _OF)
    .order_by(t.document_cells.c.at, t.documents.c.id)
)


def read_proceedings(connection: Connection, application: _Row) -> Proceedings:
    """Of the application whose row is given."""
    of = {"application": application.id}
    filled = frozenset(connection.execute(_FILLED, of).scalars())
    if not filled:
        return Proceedings(withdrawn_at=application.withdrawn_at, registered_complete=application.registered_complete)

    def rows(table: Table) -> Sequence[_Row]:
        return connection.execute(_MINE[table], of).all() if table.name in filled else ()

    return Proceedings(
        letters=_read_letters(rows),
        closings=_read_closings(connection, of) if t.document_cells.name in filled else (),
        dates=tuple(
            DateSet(DateKind(row.kind), row.on, row.batch, DateCause(row.cause), row.calendar_version, row.runs_from)
            for row in rows(t.legal_dates)
        ),
        notices=_read_notices(rows),
        marks=frozenset(row.mark for row in rows(t.marks)),
        decision=_read_decision(rows),
        complaints=tuple(
            Complaint(row.n, row.registered_at, row.answered_at, row.answer_by) for row in rows(t.complaints)
        ),
        withdrawn_at=application.withdrawn_at,
        registered_complete=application.registered_complete,
    )


def _read_letters(rows: _Rows) -> tuple[Letter, ...]:
    cells: dict[int, list[str]] = {}
    for row in rows(t.letter_cells):
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
        for row in rows(t.letters)
    )


def _read_closings(connection: Connection, of: Mapping[str, str]) -> tuple[Closing, ...]:
    return tuple(Closing(row.inquiry_id, row.kind, row.at) for row in connection.execute(_CLOSINGS, of))


def _read_notices(rows: _Rows) -> tuple[Notice, ...]:
    ways: dict[int, list[Delivery]] = {}
    for row in rows(t.deliveries):
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
        for row in rows(t.notices)
    )


def _read_decision(rows: _Rows) -> Decision:
    row = next(iter(rows(t.decisions)), None)
    if row is None:
        return Decision()
    return Decision(
        row.preliminary_at,
        row.hearing_on,
        row.hearing_held_at,
        row.decided_at,
        DecisionOutcome(row.outcome) if row.outcome else None,
        tuple(Hearing(one.n, one.on, one.set_at) for one in rows(t.hearings)),
    )
