"""Exchanges read back from their rows, records opened."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from gateway.core.case import OVER, Exchange, ExchangeState
from gateway.store import tables as t
from gateway.store.encoding import decode_record
from gateway.store.sealing import Sealer


def read_exchanges(connection: Connection, sealer: Sealer, *conditions: ColumnElement[bool]) -> dict[str, Exchange]:
    """By id, those of the table `exchanges` that fit the conditions."""
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
        for row in connection.execute(select(t.exchanges).where(*conditions)).all()
    }


def read_beside(
    connection: Connection, sealer: Sealer, application_id: str, exchange_ids: Collection[str]
) -> dict[str, Exchange]:
    """These exchanges as they stand, where others share an inquiry with them or one is over, and those others.

    Else nothing: what is still open is as the caller knows it. One that is over meanwhile was answered by a second
    message of the bus, or in a round of another process, and is not told anew.
    """
    p, x = t.parts.c, t.exchanges.c
    touched = select(p.inquiry_id).where(p.application_id == application_id, p.exchange_id.in_(exchange_ids))
    rows = connection.execute(select(p.exchange_id).where(p.inquiry_id.in_(touched), p.exchange_id.is_not(None)))
    ids = set(rows.scalars())
    over = select(x.id).where(x.id.in_(exchange_ids), x.state.in_([state.value for state in OVER])).limit(1)
    if ids - set(exchange_ids) or connection.execute(over).first() is not None:
        return read_exchanges(connection, sealer, x.id.in_(ids))
    return {}
