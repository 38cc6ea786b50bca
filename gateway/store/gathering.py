"""What a gathering round keeps: cells opened, exchanges with their attempts and records, the package's registration.

Everything that one step tells is one write: its rows and its events are committed together or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from contracts.exchange import Voucher
from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord
from gateway.core.case import OVER, Exchange, ExchangeState, Inquiry
from gateway.core.steps import OpenInquiry
from gateway.store import tables as t
from gateway.store.arrivals import set_answered
from gateway.store.cells import ExchangeRows, Opened, open_cells
from gateway.store.database import Database
from gateway.store.encoding import decode_record, decode_vouchers
from gateway.store.ending import hold_application, is_over
from gateway.store.events import add_events
from gateway.store.exchanges import read_beside
from gateway.store.results import ExchangeResult, name_record, save_attempts, save_results
from gateway.store.rows import ArrivalRow, Audience, QuestionValues, Told
from gateway.store.sealing import Sealer
from gateway.store.wakeups import wake_now


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
                    row.id, row.closed_at, decode_record(self._sealer.open(row.sealed_record, name_record(row.id)))
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
            save_attempts(connection, self._sealer, application_id, results)
            ends = [Told("answer_after_end", Audience.PROVIDER, _say_end(one)) for one in results if one.state in OVER]
            add_events(connection, application_id, at, ends)
            return False
        beside = read_beside(connection, self._sealer, application_id, [result.exchange_id for result in results])
        save_attempts(connection, self._sealer, application_id, results)
        applied = save_results(connection, self._sealer, application_id, results)
        add_events(connection, application_id, at, tell(beside))
        return applied


def _say_end(result: ExchangeResult) -> dict[str, Any]:
    return {"exchange": result.exchange_id, "state": result.state.value}
