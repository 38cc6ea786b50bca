"""Results of exchanges as they are written: one statement of a kind for all of a round's, made once for the process.

What would differ between results stands in their values, so that the database reads each statement once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Connection,
    String,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)

from contracts.exchange import Attempt, Voucher
from contracts.vocabulary.terms import Record
from gateway.core.case import OVER, ExchangeState
from gateway.store import tables as t
from gateway.store.arrivals import attach_early, keep_chain
from gateway.store.encoding import encode_record, encode_vouchers
from gateway.store.sealing import Sealer


@dataclass(frozen=True)
class ExchangeResult:
    """What an ask, or a late reply, came to."""

    exchange_id: str
    state: ExchangeState
    at: datetime
    attempts: tuple[Attempt, ...] = ()
    cause: str = ""
    code: str = ""
    correlation_id: str = ""
    awaited_service: str = ""
    """Where the bus has, or may have, the question: the service that a late reply to it comes from."""
    next_try_at: datetime | None = None
    record: Record | None = field(default=None, repr=False)
    vouched_by: tuple[Voucher, ...] = ()
    """Whose signatures hold over the reply."""
    tried: bool = True
    """False for a late reply, which is no try of ours."""
    counts: bool = True
    """False where the question was kept back before the wire: that is no try."""
    confirms: bool = False
    """True where an answer of the same kind keeps the moment of the first: a document that came since came after it."""
    replaces: bool = False
    """True where a later answer takes the place of the first: a consent is given anew."""


_X: Final = t.exchanges.c
_A: Final = t.attempts.c
_ID: Final = _X.id == bindparam("of")
_IS_OVER: Final = or_(*(_X.state == literal_column(f"'{state.value}'", String()) for state in OVER))
_AT: Final = bindparam("moment", type_=t.Moment)
_ENDED: Final = bindparam("ended_moment", type_=t.Moment)
_ACCEPTED: Final = bindparam("accepted_moment", type_=t.Moment)
_TRIED: Final = (
    update(t.exchanges)
    .where(_ID)
    .values(
        tries=_X.tries + bindparam("counted"),
        asked_at=_AT,
        # What was asked anew by hand although it was answered is asked on until something comes.
        again_at=case((and_(_X.again_at.is_not(None), _IS_OVER), bindparam("goes_on", type_=t.Moment)), else_=null()),
    )
)
_CAME: Final = (
    update(t.exchanges)
    # The first answer stays, but where it was asked for anew; and no failure takes the place of an answer.
    .where(
        _ID,
        or_(
            ~_IS_OVER,
            bindparam("replacing", type_=Boolean),
            and_(bindparam("closing", type_=Boolean), _X.reasked_at.is_not(None)),
        ),
    )
    .values(
        state=bindparam("came_to", type_=String),
        next_try_at=bindparam("next_moment", type_=t.Moment),
        since=func.coalesce(_X.since, _AT),
        accepted_at=func.coalesce(_X.accepted_at, _ACCEPTED),
        reasked_at=null(),
        cause=bindparam("because", type_=String),
        code=bindparam("said", type_=String),
        closed_at=case(
            (
                and_(bindparam("confirming", type_=Boolean), _X.state == bindparam("came_to", type_=String)),
                func.coalesce(_X.closed_at, _ENDED),
            ),
            else_=_ENDED,
        ),
        vouched_by=bindparam("vouchers", type_=String),
        sealed_record=bindparam("sealed", type_=t.exchanges.c.sealed_record.type),
        correlation_id=func.coalesce(bindparam("correlation", type_=String), _X.correlation_id),
        awaited_service=func.coalesce(bindparam("awaited", type_=String), _X.awaited_service),
    )
)
_REASKED: Final = (
    update(t.exchanges).where(_ID).values(reasked_at=_AT, awaited_service=bindparam("awaited", type_=String))
)
_COUNTED: Final = select(_A.exchange_id, func.max(_A.n)).group_by(_A.exchange_id)
_COUNTED_OF_FEW: Final = _COUNTED.where(_A.exchange_id.in_(bindparam("ids", type_=String, expanding=True)))
_COUNTED_OF_ALL: Final = _COUNTED.where(_A.application_id == bindparam("application", type_=String))
_FEW: Final = 4
"""A list of ids in a statement is written anew each time: for more than these all of the application are counted."""
_ATTEMPTED: Final = insert(t.attempts)
_PIECE: Final = 2047


def save_results(
    connection: Connection, sealer: Sealer, application_id: str, results: Sequence[ExchangeResult]
) -> bool:
    """Within a write: False where an exchange was over already, so that not every result changed something."""
    if len({result.exchange_id for result in results}) < len(results):
        # What came twice is judged by what came first: one after the other.
        return all([save_results(connection, sealer, application_id, [result]) for result in results])
    tried = [_row_of_try(result) for result in results if result.tried]
    if tried:
        connection.execute(_TRIED, tried)
    whole = [result for result in results if not result.awaited_service]
    applied = True
    if whole:
        count = connection.execute(_CAME, [_row_of_result(sealer, result) for result in whole]).rowcount
        applied = count == len(whole)
    for result in results:
        if result.awaited_service:
            applied = _save_awaited(connection, sealer, application_id, result) and applied
    return applied


def _save_awaited(connection: Connection, sealer: Sealer, application_id: str, result: ExchangeResult) -> bool:
    """The bus has the question, or may have it: a reply may be here already."""
    awaited = result.awaited_service
    applied = connection.execute(_CAME, _row_of_result(sealer, result)).rowcount > 0
    if not applied:
        connection.execute(_REASKED, {"of": result.exchange_id, "moment": result.at, "awaited": awaited})
    keep_chain(connection, result.correlation_id, result.exchange_id)
    attach_early(connection, application_id, result.exchange_id, awaited, result.correlation_id, result.at)
    return applied


def save_attempts(
    connection: Connection, sealer: Sealer, application_id: str, results: Sequence[ExchangeResult]
) -> None:
    """Within a write: the evidence, behind what is there of these exchanges."""
    ids = [result.exchange_id for result in results if result.attempts]
    if not ids:
        return
    few = len(ids) <= _FEW
    query, given = (_COUNTED_OF_FEW, {"ids": ids}) if few else (_COUNTED_OF_ALL, {"application": application_id})
    counts = {exchange_id: n for exchange_id, n in connection.execute(query, given)}
    rows = []
    for result in results:
        for attempt in result.attempts:
            n = counts[result.exchange_id] = counts.get(result.exchange_id, 0) + 1
            rows.append(_row_of_attempt(sealer, application_id, result.exchange_id, n, attempt))
    connection.execute(_ATTEMPTED, rows)


def name_record(exchange_id: str) -> str:
    """What its record is sealed for."""
    return f"exchanges:{exchange_id}:record"


def _row_of_attempt(sealer: Sealer, application_id: str, exchange_id: str, n: int, attempt: Attempt) -> dict[str, Any]:
    context = f"attempts:{exchange_id}:{n}"
    return {
        "exchange_id": exchange_id,
        "n": n,
        "application_id": application_id,
        "message_id": attempt.message_id[:100],
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "http_status": attempt.http_status,
        "failure": attempt.failure,
        "request_sha256": _hash(attempt.request),
        "reply_sha256": _hash(attempt.reply) if attempt.reply else "",
        "traceparent": attempt.traceparent,
        "sealed_request": sealer.seal(attempt.request, f"{context}:request"),
        "sealed_reply": sealer.seal(attempt.reply, f"{context}:reply") if attempt.reply else None,
    }


def _hash(message: bytes) -> str:
    """Piece by piece: of 2048 bytes and more hashlib gives up the interpreter's lock, which comes back late."""
    digest = hashlib.sha256()
    for at in range(0, len(message), _PIECE):
        digest.update(message[at : at + _PIECE])
    return digest.hexdigest()


def _row_of_try(result: ExchangeResult) -> dict[str, Any]:
    goes_on = None if result.state in OVER else result.next_try_at
    return {"of": result.exchange_id, "counted": int(result.counts), "moment": result.at, "goes_on": goes_on}


def _row_of_result(sealer: Sealer, result: ExchangeResult) -> dict[str, Any]:
    closes = result.state in OVER
    record = sealer.seal(encode_record(result.record or {}), name_record(result.exchange_id)) if closes else None
    return {
        "of": result.exchange_id,
        "came_to": result.state.value,
        "moment": result.at,
        "next_moment": result.next_try_at,
        "accepted_moment": result.at if result.state is ExchangeState.PENDING else None,
        "ended_moment": result.at if closes else None,
        "closing": closes,
        "replacing": closes and result.replaces,
        "confirming": closes and result.confirms,
        "because": result.cause,
        "said": result.code[:200],
        "vouchers": encode_vouchers(result.vouched_by),
        "sealed": record,
        "correlation": result.correlation_id[:100] or None,
        "awaited": result.awaited_service or None,
    }
