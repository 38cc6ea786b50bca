"""Exchanges read back from their rows, records opened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, String, bindparam, select

from gateway.core.case import OVER, Exchange, ExchangeState
from gateway.store import tables as t
from gateway.store.encoding import decode_record
from gateway.store.sealing import Sealer

_IDS: Final = bindparam("ids", type_=String, expanding=True)
_X: Final = t.exchanges.c
_COLUMNS: Final = (
    _X.id,
    _X.passport,
    _X.subject_ref,
    _X.state,
    _X.tries,
    _X.next_try_at,
    _X.cause,
    _X.since,
    _X.asked_at,
    _X.again_at,
    _X.closed_at,
    _X.sealed_record,
    _X.accepted_at,
)
_ALL_OF: Final = select(*_COLUMNS).where(_X.application_id == bindparam("application", type_=String))
_THESE: Final = select(*_COLUMNS).where(_X.id.in_(_IDS))
_PARTS_OF: Final = select(t.parts.c.inquiry_id, t.parts.c.exchange_id).where(
    t.parts.c.application_id == bindparam("application", type_=String), t.parts.c.exchange_id.is_not(None)
)
_OVER_OF: Final = select(_X.id).where(
    _X.application_id == bindparam("application", type_=String), _X.state.in_([state.value for state in OVER])
)


def read_exchanges(connection: Connection, sealer: Sealer, application_id: str) -> dict[str, Exchange]:
    """By id, all of an application."""
    return _open_rows(sealer, connection.execute(_ALL_OF, {"application": application_id}).all())


def read_beside(
    connection: Connection, sealer: Sealer, application_id: str, exchange_ids: Collection[str]
) -> dict[str, Exchange]:
    """These exchanges as they stand, where others share an inquiry with them or one is over, and those others.

    Else nothing: what is still open is as the caller knows it. One that is over meanwhile was answered by a second
    message of the bus, or in a round of another process, and is not told anew.
    """
    # All of the application, sorted out here: a list of ids in a statement costs more than the rows that it spares.
    of, mine = {"application": application_id}, frozenset(exchange_ids)
    parts = connection.execute(_PARTS_OF, of).all()
    touched = {inquiry_id for inquiry_id, exchange_id in parts if exchange_id in mine}
    ids = {exchange_id for inquiry_id, exchange_id in parts if inquiry_id in touched}
    if ids - mine or not mine.isdisjoint(connection.execute(_OVER_OF, of).scalars()):
        return _open_rows(sealer, connection.execute(_THESE, {"ids": list(ids)}).all())
    return {}


def _open_rows(sealer: Sealer, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[str, Exchange]:
    return {
        row.id: Exchange(
            id=row.id,
            passport=row.passport,
            subject_ref=row.subject_ref,
            state=ExchangeState(row.state),
            tries=row.tries,
            next_try_at=row.next_try_at,
            cause=row.cause,
            since=row.since,
            asked_at=row.asked_at,
            again_at=row.again_at,
            answered_at=row.closed_at,
            record=decode_record(sealer.open(row.sealed_record, f"exchanges:{row.id}:record"))
            if row.sealed_record
            else {},
            accepted_at=row.accepted_at,
        )
        for row in rows
    }
