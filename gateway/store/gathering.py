"""What a gathering round keeps: cells opened, exchanges with their attempts and records, the package's registration.

Everything that one step tells is one write: its rows and its events are committed together or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, false, func, insert, literal, null, select, true, update

from contracts.exchange import Attempt, Voucher
from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord
from gateway.core.case import OVER, Exchange, ExchangeState, Inquiry
from gateway.core.steps import OpenInquiry
from gateway.store import tables as t
from gateway.store.arrivals import attach_early, keep_chain, set_answered
from gateway.store.cells import ExchangeRows, Opened, open_cells
from gateway.store.database import Database
from gateway.store.encoding import decode_record, decode_vouchers, encode_record, encode_vouchers
from gateway.store.ending import hold_application, is_over
from gateway.store.events import add_events
from gateway.store.exchanges import read_beside
from gateway.store.rows import ArrivalRow, Audience, QuestionValues, Told
from gateway.store.sealing import Sealer
from gateway.store.wakeups import wake_now


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


@dataclass(frozen=True)
class KeptAnswer:
    """An exchange outside the table (a consent) with its last answer."""

    exchange_id: str
    answered_at: datetime | None = None
    """None where it has no answer."""
    record: Record = field(default_factory=dict, repr=False)


Tell = Callable[[Mapping[str, Exchange]], Sequence[Told]]
"""What to tell, given exchanges as they stand before the results."""
TellOpened = Callable[[Sequence[Inquiry]], Sequence[Told]]
"""What to tell of the cells that were opened now."""
_OVER = tuple(state.value for state in OVER)


class GatheringStore:
    """Rows of inquiries, exchanges and attempts of one application at a time."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def open_cells(self, application_id: str, steps: Sequence[OpenInquiry], at: datetime, tell: TellOpened) -> Opened:
        """Open cells that are not open yet; parts that ask one source the same share one exchange.

        Nothing is opened, and nothing told, of a case that is over.
        """

        def change(connection: Connection) -> Opened:
            hold_application(connection, application_id)
            if is_over(connection, application_id):
                return Opened((), {})
            opened = open_cells(connection, self._sealer, application_id, steps, at)
            add_events(connection, application_id, at, tell(opened.inquiries))
            return opened

        return self._database.write(change)

    def find_or_add_exchanges(
        self, application_id: str, passport: str, questions: Mapping[str, QuestionValues]
    ) -> dict[str, KeptAnswer]:
        """By subject ref, the exchange that asks a source exactly this, for sources that no inquiry names (consent)."""

        def change(connection: Connection) -> dict[str, KeptAnswer]:
            exchanges = ExchangeRows.read(connection, self._sealer, application_id)
            ids = {ref: exchanges.find_or_add(passport, ref, values) for ref, values in questions.items()}
            exchanges.insert(connection)
            x = t.exchanges.c
            query = select(x.id, x.closed_at, x.sealed_record)
            answered = (x.id.in_(ids.values()), x.state == ExchangeState.ANSWERED.value)
            kept = {
                row.id: KeptAnswer(
                    row.id, row.closed_at, decode_record(self._sealer.open(row.sealed_record, _record_of(row.id)))
                )
                for row in connection.execute(query.where(*answered))
            }
            return {ref: kept.get(exchange_id, KeptAnswer(exchange_id)) for ref, exchange_id in ids.items()}

        return self._database.write(change)

    def read_questions(self, exchange_ids: Collection[str]) -> dict[str, QuestionValues]:
        """What these exchanges ask, by id."""
        return self._read_questions(t.exchanges.c.id.in_(exchange_ids))

    def read_all_questions(self, application_id: str) -> dict[str, QuestionValues]:
        """What every exchange of an application asks, by id."""
        return self._read_questions(t.exchanges.c.application_id == application_id)

    def read_vouchers(self, application_id: str) -> dict[str, tuple[Voucher, ...]]:
        """Whose signatures hold over the reply of each exchange of an application, by id."""
        x = t.exchanges.c
        with self._database.read() as connection:
            rows = connection.execute(select(x.id, x.vouched_by).where(x.application_id == application_id)).all()
        return {row.id: decode_vouchers(row.vouched_by) for row in rows}

    def read_arrivals(self, application_id: str) -> tuple[ArrivalRow, ...]:
        """The evidence of late replies."""
        a = t.arrivals.c
        columns = (a.exchange_id, a.message_id, a.kind, a.message_date, a.received_at, a.answered_at, a.sha256)
        query = select(*columns).where(a.application_id == application_id).order_by(a.received_at, a.message_id)
        with self._database.read() as connection:
            return tuple(ArrivalRow(*row) for row in connection.execute(query))

    def save_results(self, application_id: str, results: Sequence[ExchangeResult], at: datetime, tell: Tell) -> bool:
        """Results of a round: an exchange that is over already keeps its first answer, later evidence is added.

        False where an exchange was over already, so that not every result changed something.

        `tell` is given the exchanges beside these as they stand in this very transaction: of two that answer one
        inquiry at the same time, the one committed last sees that it closes it.
        """
        if not results:
            return True
        return self._database.write(lambda c: self._save(c, application_id, results, at, tell))

    def save_late_reply(
        self, application_id: str, message_id: str, result: ExchangeResult | None, at: datetime, tell: Tell
    ) -> bool:
        """A message of the bus is read: what it came to, if anything, and the wake-up, in one; False if done before."""

        def change(connection: Connection) -> bool:
            hold_application(connection, application_id)
            if not set_answered(connection, message_id, at):
                return False
            if result is not None and is_over(connection, application_id):
                # Kept as evidence, and told of: what was decided does not change under anybody's hands.
                told = Told("answer_after_end", Audience.PROVIDER, _say_end(result))
                add_events(connection, application_id, at, (told,))
            elif result is not None:
                self._save(connection, application_id, [result], at, tell)
                wake_now(connection, application_id, at, "late_reply")
            return True

        return self._database.write(change)

    def _read_questions(self, condition: Any) -> dict[str, QuestionValues]:
        x = t.exchanges.c
        with self._database.read() as connection:
            rows = connection.execute(select(x.id, x.sealed_question).where(condition)).all()
        return {row.id: self._open_question(row.id, row.sealed_question) for row in rows}

    def _open_question(self, exchange_id: str, sealed: bytes) -> QuestionValues:
        plain = json.loads(self._sealer.open(sealed, f"exchanges:{exchange_id}:question"))
        return {QuestionWord(word): value for word, value in plain.items()}

    def _save(
        self, connection: Connection, application_id: str, results: Sequence[ExchangeResult], at: datetime, tell: Tell
    ) -> bool:
        hold_application(connection, application_id)
        if is_over(connection, application_id):
            # Kept as evidence: what was decided does not change under anybody's hands.
            self._save_attempts(connection, application_id, results)
            ends = [Told("answer_after_end", Audience.PROVIDER, _say_end(one)) for one in results if one.state in OVER]
            add_events(connection, application_id, at, ends)
            return False
        beside = read_beside(connection, self._sealer, application_id, [result.exchange_id for result in results])
        self._save_attempts(connection, application_id, results)
        applied = [self._save_result(connection, application_id, result) for result in results]
        add_events(connection, application_id, at, tell(beside))
        return all(applied)

    def _save_attempts(self, connection: Connection, application_id: str, results: Sequence[ExchangeResult]) -> None:
        a = t.attempts.c
        ids = [result.exchange_id for result in results if result.attempts]
        if not ids:
            return
        last = select(a.exchange_id, func.max(a.n).label("n")).where(a.exchange_id.in_(ids)).group_by(a.exchange_id)
        counts = {row.exchange_id: row.n for row in connection.execute(last)}
        rows = [
            self._attempt_row(application_id, result.exchange_id, n, attempt)
            for result in results
            for n, attempt in enumerate(result.attempts, start=counts.get(result.exchange_id, 0) + 1)
        ]
        connection.execute(insert(t.attempts), rows)

    def _attempt_row(self, application_id: str, exchange_id: str, n: int, attempt: Attempt) -> dict[str, Any]:
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
            "request_sha256": hashlib.sha256(attempt.request).hexdigest(),
            "reply_sha256": hashlib.sha256(attempt.reply).hexdigest() if attempt.reply else "",
            "traceparent": attempt.traceparent,
            "sealed_request": self._sealer.seal(attempt.request, f"{context}:request"),
            "sealed_reply": self._sealer.seal(attempt.reply, f"{context}:reply") if attempt.reply else None,
        }

    def _save_result(self, connection: Connection, application_id: str, result: ExchangeResult) -> bool:
        x = t.exchanges
        closes = result.state in OVER
        mine = x.c.id == result.exchange_id
        tries = x.c.tries + (1 if result.counts else 0)
        goes_on = result.next_try_at is not None and not closes
        asked_anew = x.c.again_at.is_not(None) & x.c.state.in_(_OVER) & (true() if goes_on else false())
        again = case((asked_anew, literal(result.next_try_at, t.Moment)), else_=null())
        asked: dict[str, Any] = {"tries": tries, "asked_at": result.at, "again_at": again}
        if result.tried:
            connection.execute(update(x).where(mine).values(asked))
        values: dict[str, Any] = {
            "state": result.state.value,
            "next_try_at": result.next_try_at,
            "since": func.coalesce(x.c.since, literal(result.at, t.Moment)),
            "accepted_at": func.coalesce(x.c.accepted_at, literal(result.at, t.Moment))
            if result.state is ExchangeState.PENDING
            else x.c.accepted_at,
            "reasked_at": None,
            "cause": result.cause,
            "code": result.code[:200],
            "closed_at": _moment_of(result) if closes else None,
            "vouched_by": encode_vouchers(result.vouched_by),
            "sealed_record": self._sealer.seal(encode_record(result.record or {}), _record_of(result.exchange_id))
            if closes
            else None,
        }
        if result.correlation_id:
            values["correlation_id"] = result.correlation_id[:100]
        if result.awaited_service:
            values["awaited_service"] = result.awaited_service
        # The first answer stays, but where it was asked for anew; and no failure takes the place of an answer.
        open_still = x.c.state.not_in(_OVER)
        anew = x.c.reasked_at.is_not(None) if closes else false()
        fits = true() if result.replaces and closes else open_still | anew
        applied = connection.execute(update(x).where(mine, fits).values(values)).rowcount > 0
        if result.awaited_service:
            if not applied:
                reasked = {"reasked_at": result.at, "awaited_service": result.awaited_service}
                connection.execute(update(x).where(mine).values(reasked))
            keep_chain(connection, result.correlation_id, result.exchange_id)
            chain = (result.awaited_service, result.correlation_id)
            attach_early(connection, application_id, result.exchange_id, *chain, result.at)
        return applied


def _say_end(result: ExchangeResult) -> dict[str, Any]:
    return {"exchange": result.exchange_id, "state": result.state.value}


def _moment_of(result: ExchangeResult) -> Any:
    x, at = t.exchanges.c, literal(result.at, t.Moment)
    if not result.confirms:
        return at
    return case((x.state == result.state.value, func.coalesce(x.closed_at, at)), else_=at)


def _record_of(exchange_id: str) -> str:
    return f"exchanges:{exchange_id}:record"
