"""What a gathering round keeps: cells opened, exchanges with their attempts and records, the package's registration.

Everything that one step tells is one write: its rows and its events are committed together or not at all.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, literal, select, update

from contracts.exchange import Attempt
from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord
from gateway.core.case import Exchange, ExchangeState
from gateway.core.steps import OpenInquiry, PlannedPart
from gateway.store import tables as t
from gateway.store.database import Database
from gateway.store.encoding import encode_record
from gateway.store.events import add_event
from gateway.store.exchanges import read_beside
from gateway.store.rows import Audience
from gateway.store.sealing import Sealer

QuestionValues = dict[QuestionWord, str]


@dataclass(frozen=True)
class Told:
    """An event to be written with the rows it tells of."""

    kind: str
    audience: Audience
    data: dict[str, Any]


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
    next_try_at: datetime | None = None
    record: Record | None = field(default=None, repr=False)
    tried: bool = True
    """False for a late reply, which is no try of ours."""


Tell = Callable[[Mapping[str, Exchange]], Sequence[Told]]
"""What to tell, given exchanges as they stand before the results."""


class GatheringStore:
    """Rows of inquiries, exchanges and attempts of one application at a time."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def open_cells(self, application_id: str, steps: Sequence[OpenInquiry], at: datetime, told: Sequence[Told]) -> None:
        """Open cells that are not open yet; parts that ask one source the same share one exchange."""

        def change(connection: Connection) -> None:
            position = connection.execute(
                select(func.count()).select_from(t.inquiries).where(t.inquiries.c.application_id == application_id)
            ).scalar_one()
            for step in steps:
                position += 1
                self._open_cell(connection, application_id, step, position, at)
            _tell(connection, application_id, at, told)

        self._database.write(change)

    def find_or_add_exchange(self, application_id: str, passport: str, subject_ref: str, values: QuestionValues) -> str:
        """The exchange that asks a source exactly this, for sources that no inquiry names (consent)."""
        part = PlannedPart("", passport, values)
        return self._database.write(lambda c: self._find_or_add(c, application_id, part, subject_ref))

    def read_question(self, exchange_id: str) -> QuestionValues:
        with self._database.read() as connection:
            sealed = connection.execute(
                select(t.exchanges.c.sealed_question).where(t.exchanges.c.id == exchange_id)
            ).scalar_one()
        plain = json.loads(self._sealer.open(sealed, f"exchanges:{exchange_id}:question"))
        return {QuestionWord(word): value for word, value in plain.items()}

    def save_results(self, application_id: str, results: Sequence[ExchangeResult], at: datetime, tell: Tell) -> None:
        """Results of a round: an exchange that is over already keeps its first answer, later evidence is added.

        `tell` is given the exchanges beside these as they stand in this very transaction: of two that answer one
        inquiry at the same time, the one committed last sees that it closes it.
        """

        def change(connection: Connection) -> None:
            ids = [result.exchange_id for result in results]
            beside = read_beside(connection, self._sealer, application_id, ids)
            for result in results:
                self._save_attempts(connection, application_id, result)
                self._save_result(connection, result)
            _tell(connection, application_id, at, tell(beside))

        self._database.write(change)

    def register_package(self, application_id: str, at: datetime, told: Sequence[Told]) -> None:
        def change(connection: Connection) -> None:
            a = t.applications
            connection.execute(
                update(a).where(a.c.id == application_id, a.c.registered_at.is_(None)).values(registered_at=at)
            )
            _tell(connection, application_id, at, told)

        self._database.write(change)

    def _open_cell(
        self, connection: Connection, application_id: str, step: OpenInquiry, position: int, at: datetime
    ) -> None:
        i = t.inquiries
        cell = (i.c.application_id == application_id, i.c.number == step.number, i.c.subject_ref == step.subject_ref)
        if connection.execute(select(i.c.id).where(*cell)).one_or_none() is not None:
            return
        inquiry_id = f"inq_{secrets.token_hex(10)}"
        connection.execute(
            insert(i).values(
                id=inquiry_id,
                application_id=application_id,
                position=position,
                number=step.number,
                subject_ref=step.subject_ref,
                outcome=step.outcome.value if step.outcome else None,
                reason=step.reason,
                opened_at=at,
            )
        )
        for n, part in enumerate(step.parts):
            found = part.values is not None
            connection.execute(
                insert(t.parts).values(
                    inquiry_id=inquiry_id,
                    key=part.key,
                    application_id=application_id,
                    position=n,
                    exchange_id=self._find_or_add(connection, application_id, part, step.subject_ref)
                    if found
                    else None,
                    not_asked="" if found else "no_search_key",
                )
            )

    def _find_or_add(self, connection: Connection, application_id: str, part: PlannedPart, subject_ref: str) -> str:
        question = json.dumps(
            {word.value: value for word, value in sorted((part.values or {}).items())}, ensure_ascii=False
        ).encode()
        digest = self._sealer.fingerprint(question)
        x = t.exchanges
        same = (x.c.application_id == application_id, x.c.passport == part.passport, x.c.question_mark == digest)
        found = connection.execute(select(x.c.id).where(*same)).scalar_one_or_none()
        if found is not None:
            return str(found)
        exchange_id = f"exc_{secrets.token_hex(10)}"
        connection.execute(
            insert(x).values(
                id=exchange_id,
                application_id=application_id,
                passport=part.passport,
                subject_ref=subject_ref,
                question_mark=digest,
                sealed_question=self._sealer.seal(question, f"exchanges:{exchange_id}:question"),
                state=ExchangeState.WAITING.value,
                tries=0,
                cause="",
                code="",
            )
        )
        return exchange_id

    def _save_attempts(self, connection: Connection, application_id: str, result: ExchangeResult) -> None:
        a = t.attempts.c
        n = connection.execute(select(func.max(a.n)).where(a.exchange_id == result.exchange_id)).scalar() or 0
        for n, attempt in enumerate(result.attempts, start=n + 1):
            context = f"attempts:{result.exchange_id}:{n}"
            connection.execute(
                insert(t.attempts).values(
                    exchange_id=result.exchange_id,
                    n=n,
                    application_id=application_id,
                    message_id=attempt.message_id[:100],
                    started_at=attempt.started_at,
                    ended_at=attempt.ended_at,
                    http_status=attempt.http_status,
                    failure=attempt.failure,
                    request_sha256=hashlib.sha256(attempt.request).hexdigest(),
                    reply_sha256=hashlib.sha256(attempt.reply).hexdigest() if attempt.reply else "",
                    sealed_request=self._sealer.seal(attempt.request, f"{context}:request"),
                    sealed_reply=self._sealer.seal(attempt.reply, f"{context}:reply") if attempt.reply else None,
                )
            )

    def _save_result(self, connection: Connection, result: ExchangeResult) -> None:
        x = t.exchanges
        over = (ExchangeState.ANSWERED.value, ExchangeState.NO_RECORD.value)
        closes = result.state.value in over
        values: dict[str, Any] = {
            "state": result.state.value,
            "tries": x.c.tries + (1 if result.tried else 0),
            "next_try_at": result.next_try_at,
            "since": func.coalesce(x.c.since, literal(result.at, t.Moment)),
            "cause": result.cause,
            "code": result.code[:200],
        }
        if result.correlation_id:
            values["correlation_id"] = result.correlation_id[:100]
        if closes:
            values["closed_at"] = result.at
            values["sealed_record"] = self._sealer.seal(
                encode_record(result.record or {}), f"exchanges:{result.exchange_id}:record"
            )
        connection.execute(update(x).where(x.c.id == result.exchange_id, x.c.state.not_in(over)).values(values))


def _tell(connection: Connection, application_id: str, at: datetime, told: Sequence[Told]) -> None:
    for event in told:
        add_event(connection, application_id, at, event.kind, event.audience, event.data)
