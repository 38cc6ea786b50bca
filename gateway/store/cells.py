"""Cells of the table opened, with the exchanges that answer them; parts that ask one source the same share one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, String, bindparam, insert, select, update

from contracts.words import Outcome, QuestionWord
from gateway.chance import RandomBytes
from gateway.core.case import Exchange, ExchangeState, Inquiry, InquiryPart
from gateway.core.steps import OpenInquiry
from gateway.store import tables as t
from gateway.store.rows import QuestionValues
from gateway.store.sealing import Sealer

NO_SEARCH_KEY = "no_search_key"


_OF: Final = bindparam("application", type_=String)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False)
_DRAW: Final = RandomBytes()
_ASKED: Final = select(t.exchanges.c.id, t.exchanges.c.passport, t.exchanges.c.question_mark).where(
    t.exchanges.c.application_id == _OF
)
_CELLS: Final = select(t.inquiries.c.number, t.inquiries.c.subject_ref).where(t.inquiries.c.application_id == _OF)
_ADD_EXCHANGES: Final = insert(t.exchanges)
_ADD_INQUIRIES: Final = insert(t.inquiries)
_ADD_PARTS: Final = insert(t.parts)


@dataclass(frozen=True)
class Opened:
    """What was opened, as the case has it."""

    inquiries: tuple[Inquiry, ...]
    exchanges: Mapping[str, Exchange]
    """Those that are new."""
    questions: Mapping[str, QuestionValues] = field(default_factory=dict, repr=False)
    """What those ask, by id."""


@dataclass
class ExchangeRows:
    """The exchanges of an application: those that are there by what they ask, and those to be inserted."""

    application_id: str
    sealer: Sealer
    known: dict[tuple[str, str], str]
    new: dict[str, Exchange] = field(default_factory=dict)
    questions: dict[str, QuestionValues] = field(default_factory=dict, repr=False)
    rows: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, connection: Connection, sealer: Sealer, application_id: str) -> ExchangeRows:
        rows = connection.execute(_ASKED, {"application": application_id})
        known = {(passport, mark): exchange_id for exchange_id, passport, mark in rows}
        return cls(application_id, sealer, known)

    def find_or_add(self, passport: str, subject_ref: str, values: Mapping[QuestionWord, str]) -> str:
        """The id of the exchange that asks a source exactly this."""
        question = _ENCODER.encode({word.value: value for word, value in sorted(values.items())}).encode()
        mark = self.sealer.fingerprint(question)
        found = self.known.get((passport, mark))
        if found is not None:
            return found
        exchange_id = f"exc_{_DRAW(10).hex()}"
        self.known[passport, mark] = exchange_id
        self.new[exchange_id] = Exchange(exchange_id, passport, subject_ref, ExchangeState.WAITING)
        self.questions[exchange_id] = dict(values)
        self.rows.append(
            {
                "id": exchange_id,
                "application_id": self.application_id,
                "passport": passport,
                "subject_ref": subject_ref,
                "question_mark": mark,
                "sealed_question": self.sealer.seal(question, f"exchanges:{exchange_id}:question"),
                "state": ExchangeState.WAITING.value,
                "tries": 0,
                "cause": "",
                "code": "",
                "awaited_service": "",
            }
        )
        return exchange_id

    def insert(self, connection: Connection) -> None:
        if self.rows:
            connection.execute(_ADD_EXCHANGES, self.rows)


def open_cells(
    connection: Connection, sealer: Sealer, application_id: str, steps: Sequence[OpenInquiry], at: datetime
) -> Opened:
    """Within a write: open the cells that are not open yet."""
    cells = {(number, ref) for number, ref in connection.execute(_CELLS, {"application": application_id})}
    exchanges = ExchangeRows.read(connection, sealer, application_id)
    inquiries: list[Inquiry] = []
    for step in steps:
        if step.inquiry_id:
            inquiries.extend(_judge_anew(connection, step, exchanges))
        elif (step.number, step.subject_ref) not in cells:
            parts = tuple(_plan(step, exchanges))
            inquiry_id = f"inq_{_DRAW(10).hex()}"
            inquiries.append(Inquiry(inquiry_id, step.number, step.subject_ref, parts, step.outcome, step.reason))
    exchanges.insert(connection)
    new = [one for one in inquiries if (one.number, one.subject_ref) not in cells]
    if new:
        first = len(cells) + 1
        rows = [_inquiry_row(application_id, n, inquiry, at) for n, inquiry in enumerate(new, first)]
        connection.execute(_ADD_INQUIRIES, rows)
    parts_rows = [row for inquiry in inquiries for row in _part_rows(application_id, inquiry)]
    if parts_rows:
        connection.execute(_ADD_PARTS, parts_rows)
    return Opened(tuple(inquiries), exchanges.new, exchanges.questions)


def _judge_anew(connection: Connection, step: OpenInquiry, exchanges: ExchangeRows) -> Iterator[Inquiry]:
    """A cell that was left to the specialist: asked now, or it does not apply; nothing where that was done before."""
    i = t.inquiries
    left = (i.c.id == step.inquiry_id) & (i.c.outcome == Outcome.NO_ANSWER.value)
    values = {"outcome": step.outcome.value if step.outcome else None, "reason": step.reason}
    if connection.execute(update(i).where(left).values(values)).rowcount:
        parts = tuple(_plan(step, exchanges))
        yield Inquiry(step.inquiry_id, step.number, step.subject_ref, parts, step.outcome, step.reason)


def _plan(step: OpenInquiry, exchanges: ExchangeRows) -> Iterator[InquiryPart]:
    for part in step.parts:
        if part.values is None:
            yield InquiryPart(part.key, None, NO_SEARCH_KEY)
        else:
            yield InquiryPart(part.key, exchanges.find_or_add(part.passport, step.subject_ref, part.values))


def _inquiry_row(application_id: str, position: int, inquiry: Inquiry, at: datetime) -> dict[str, Any]:
    return {
        "id": inquiry.id,
        "application_id": application_id,
        "position": position,
        "number": inquiry.number,
        "subject_ref": inquiry.subject_ref,
        "outcome": inquiry.outcome.value if inquiry.outcome else None,
        "reason": inquiry.reason,
        "opened_at": at,
    }


def _part_rows(application_id: str, inquiry: Inquiry) -> Iterator[dict[str, Any]]:
    for n, part in enumerate(inquiry.parts):
        yield {
            "inquiry_id": inquiry.id,
            "key": part.key,
            "application_id": application_id,
            "position": n,
            "exchange_id": part.exchange_id,
            "not_asked": part.not_asked,
        }
