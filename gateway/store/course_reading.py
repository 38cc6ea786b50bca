"""The legal course of an application, read back whole: letters, dates, notices, documents, decision, complaints."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from gateway.store import course_tables as t
from gateway.store.course_rows import (
    ComplaintRow,
    Course,
    DateRow,
    DecisionRow,
    DeliveryRow,
    DocumentRow,
    HearingRow,
    LetterHashes,
    LetterRow,
    MarkRow,
    NoticeRow,
)
from gateway.store.database import Database
from gateway.store.sealing import Sealer

_Row = Row[tuple[Any, ...]]


@dataclass(frozen=True)
class CourseReader:
    database: Database
    sealer: Sealer

    def read(self, application_id: str) -> Course:
        with self.database.read() as connection:
            return self.read_within(connection, application_id)

    def read_within(self, connection: Connection, application_id: str) -> Course:
        """The same, as a transaction sees it."""
        return Course(
            letters=tuple(self._letters(connection, application_id)),
            dates=tuple(
                DateRow(
                    row.kind, row.on, row.batch, row.cause, row.rule, row.clause, row.rules_version,
                    row.calendar_version, row.assumed, row.provisional, row.set_at,
                )
                for row in _rows(connection, t.legal_dates, application_id, "seq")
            ),
            notices=tuple(self._notices(connection, application_id)),
            documents=tuple(self._documents(connection, application_id)),
            decision=self._decision(connection, application_id),
            complaints=tuple(
                self._complaint(row) for row in _rows(connection, t.complaints, application_id, "n")
            ),
            marks=tuple(
                MarkRow(row.mark, row.passed, row.on, row.at, row.rule, row.clause)
                for row in _rows(connection, t.marks, application_id, "at", "mark")
            ),
        )  # fmt: skip

    def read_letter_bytes(self, application_id: str, n: int) -> tuple[bytes, bytes] | None:
        """(PDF, detached CMS over it) of a letter that was signed; None for any other."""
        letters = t.letters
        with self.database.read() as connection:
            row = connection.execute(
                select(letters.c.sealed_pdf, letters.c.sealed_signature).where(
                    letters.c.application_id == application_id, letters.c.n == n, letters.c.sealed_pdf.is_not(None)
                )
            ).one_or_none()
        if row is None:
            return None
        context = f"letters:{application_id}:{n}"
        return (
            self.sealer.open(row.sealed_pdf, f"{context}:pdf"),
            self.sealer.open(row.sealed_signature, f"{context}:signature"),
        )

    def read_letter_paper(self, application_id: str, n: int) -> bytes | None:
        """The copy of a letter that went out on paper; None of any other, and of one that an earlier release sent."""
        c = t.letters.c
        with self.database.read() as connection:
            sealed = connection.execute(
                select(c.sealed_paper).where(c.application_id == application_id, c.n == n)
            ).scalar()
        return None if sealed is None else self.sealer.open(sealed, f"letters:{application_id}:{n}:paper")

    def read_document_bytes(self, application_id: str, document_id: str) -> bytes | None:
        d = t.documents.c
        with self.database.read() as connection:
            sealed = connection.execute(
                select(d.sealed_content).where(d.application_id == application_id, d.id == document_id)
            ).scalar()
        return None if sealed is None else self.sealer.open(sealed, f"documents:{document_id}:content")

    def read_letter_hashes(self, application_id: str) -> dict[int, LetterHashes]:
        """Of each letter that was signed electronically or went out on paper, by its number."""
        c = t.letters.c
        kept = (c.application_id == application_id) & (c.sealed_pdf.is_not(None) | c.sealed_paper.is_not(None))
        with self.database.read() as connection:
            numbers = list(connection.execute(select(c.n).where(kept).order_by(c.n)).scalars())
        return {n: self._hash_letter(application_id, n) for n in numbers}

    def _hash_letter(self, application_id: str, n: int) -> LetterHashes:
        signed, paper = self.read_letter_bytes(application_id, n), self.read_letter_paper(application_id, n)
        pdf, signature = map(_hash, signed) if signed else ("", "")
        return LetterHashes(pdf, signature, _hash(paper) if paper else "")

    def _letters(self, connection: Connection, application_id: str) -> list[LetterRow]:
        cells: dict[int, list[str]] = {}
        for row in _rows(connection, t.letter_cells, application_id, "n", "position"):
            cells.setdefault(row.n, []).append(row.inquiry_id)
        return [
            LetterRow(
                row.n, row.owner, row.round, row.state, tuple(cells.get(row.n, ())), row.drafted_at, row.signed_at,
                row.signed_by, row.signed_how, row.sent_at, row.sent_by, row.sent_channel, row.sent_number,
                row.answered_at, row.withdrawn_at, row.incident_id,
            )
            for row in _rows(connection, t.letters, application_id, "n")
        ]  # fmt: skip

    def _documents(self, connection: Connection, application_id: str) -> list[DocumentRow]:
        cells: dict[str, list[str]] = {}
        for row in _rows(connection, t.document_cells, application_id, "inquiry_id"):
            cells.setdefault(row.document_id, []).append(row.inquiry_id)
        return [
            DocumentRow(
                row.id, row.kind, row.media_type, row.size, row.sha256, row.letter_n, row.received_at,
                row.received_by, tuple(cells.get(row.id, ())),
                self.sealer.open(row.sealed_name, f"documents:{row.id}:name").decode(),
            )
            for row in _rows(connection, t.documents, application_id, "received_at", "id")
        ]  # fmt: skip

    def _decision(self, connection: Connection, application_id: str) -> DecisionRow | None:
        row = next(iter(_rows(connection, t.decisions, application_id)), None)
        if row is None:
            return None
        set_days = tuple(
            HearingRow(one.n, one.on, one.set_at, one.set_by)
            for one in _rows(connection, t.hearings, application_id, "n")
        )
        context = f"decisions:{row.application_id}:hearing"
        record = self.sealer.open(row.sealed_hearing, context).decode() if row.sealed_hearing else ""
        return DecisionRow(
            row.preliminary_at, row.preliminary_by, row.hearing_on, row.hearing_held_at, row.decided_at,
            row.decided_by, row.outcome, tuple(json.loads(row.reasons)), row.number,
            tuple(json.loads(row.preliminary_reasons)), row.preliminary_number, row.hearing_held_by, record, set_days,
        )  # fmt: skip

    def _complaint(self, row: _Row) -> ComplaintRow:
        context = f"complaints:{row.application_id}:{row.n}"
        answer = self.sealer.open(row.sealed_answer, f"{context}:answer").decode() if row.sealed_answer else ""
        text = self.sealer.open(row.sealed_text, f"{context}:text").decode()
        return ComplaintRow(
            row.n, row.registered_at, row.channel, row.answered_at, row.answered_by, text, answer, row.answer_by
        )  # fmt: skip

    def _notices(self, connection: Connection, application_id: str) -> list[NoticeRow]:
        ways: dict[int, list[DeliveryRow]] = {}
        for row in _rows(connection, t.deliveries, application_id, "n", "channel"):
            ways.setdefault(row.n, []).append(
                DeliveryRow(
                    row.channel, row.state, row.tries, row.next_try_at, row.delivered_at, row.delivered_by, row.cause,
                    row.receipt,
                )
            )  # fmt: skip
        return [
            NoticeRow(
                row.n, row.key, row.kind, row.issued_at, row.deliver_by, tuple(json.loads(row.cells)), row.rule,
                row.clause, tuple(ways.get(row.n, ())), self._open_content(row), row.content_sha256,
            )
            for row in _rows(connection, t.notices, application_id, "n")
        ]  # fmt: skip

    def _open_content(self, row: _Row) -> bytes:
        if row.sealed_content is None:
            return b""
        return self.sealer.open(row.sealed_content, name_content(row.application_id, row.n))


def name_content(application_id: str, n: int) -> str:
    """The row that a notice's sealed content belongs to."""
    return f"notices:{application_id}:{n}:content"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _rows(connection: Connection, table: Table, application_id: str, *order: str) -> list[_Row]:
    mine = select(table).where(table.c.application_id == application_id)
    return list(connection.execute(mine.order_by(*(table.c[name] for name in order))))
