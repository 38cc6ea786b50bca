"""A database of many open cases: the rows of one real case, copied with fresh ids and sealed anew for them.

Bytes of messages are left out of the attempts: half a megabyte a case that only a dossier reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, insert, select, text

from gateway.store import course_tables as c
from gateway.store import tables as t
from gateway.store import webhook_tables as w
from gateway.store.database import Database
from gateway.store.sealing import Sealer

_SHARED = (t.clients, c.rule_sets, c.recounts)
_COPIED = (
    t.applications, t.inquiries, t.exchanges, t.parts, t.attempts, t.arrivals, t.wakeups, t.events, c.chains,
    c.letters, c.letter_cells, c.documents, c.document_cells, c.legal_dates, c.notices, c.deliveries, c.marks,
    c.decisions, c.complaints, w.webhook_cursors,
)  # fmt: skip
_IDS = (
    t.applications.c.id, t.inquiries.c.id, t.exchanges.c.id, c.documents.c.id, c.chains.c.correlation_id,
    t.arrivals.c.message_id,
)  # fmt: skip
"""What is one of a kind: each copy has its own, in every column and text that names one."""
_CONTEXTS = {
    "applications.sealed_body": "applications:{id}:body",
    "applications.sealed_signature": "applications:{id}:signature",
    "applications.sealed_verdict": "applications:{id}:verdict",
    "exchanges.sealed_question": "exchanges:{id}:question",
    "exchanges.sealed_record": "exchanges:{id}:record",
    "arrivals.sealed_raw": "arrivals:{message_id}",
    "letters.sealed_paper": "letters:{application_id}:{n}:paper",
    "notices.sealed_content": "notices:{application_id}:{n}:content",
}
"""What a seal is bound to, of the columns that a case or its engine reads."""
_LEFT_OUT = {"attempts.sealed_request": b"", "attempts.sealed_reply": None, "applications.signature_sha256": None}
_MARK = 6
"""Hexadecimal digits at the end of an id that tell the copies apart."""
_BATCH = 100
"""Cases of one transaction."""


@dataclass(frozen=True)
class TemplateRow:
    """A row of the real case, sealed columns opened."""

    values: Mapping[str, Any]
    texts: Mapping[str, tuple[str, ...]]
    """Columns that name ids: their text in pieces, of which every second is an id."""
    contexts: Mapping[str, str]
    """What the seals of its columns are bound to."""


Template = Mapping[str, tuple[TemplateRow, ...]]


def fill(source_url: str, target_url: str, sealer: Sealer, count: int) -> list[str]:
    """Copy the only case of the source so many times into the target, which is made; the ids of the copies."""
    with Database(target_url):
        pass
    source, target = create_engine(source_url), create_engine(target_url)
    try:
        with source.connect() as connection:
            template = _read(connection, sealer)
            shared = [(table, _read_rows(connection, table)) for table in _SHARED]
        with target.begin() as connection:
            for table, rows in shared:
                connection.execute(insert(table), rows)
        for first in range(1, count + 1, _BATCH):
            _copy(target, template, sealer, range(first, min(first + _BATCH, count + 1)))
        _settle(target)
    finally:
        source.dispose()
        target.dispose()
    (application,) = template["applications"]
    return [_mark(application.values["id"], number) for number in range(1, count + 1)]


def _read(connection: Connection, sealer: Sealer) -> Template:
    rows = {table.name: [_open(table, row, sealer) for row in _read_rows(connection, table)] for table in _COPIED}
    known = {row[column.name] for column in _IDS for row in rows[column.table.name]}
    ids = re.compile("(" + "|".join(map(re.escape, known)) + ")")
    return {name: tuple(_cut(name, row, ids) for row in found) for name, found in rows.items()}


def _cut(table: str, values: dict[str, Any], ids: re.Pattern[str]) -> TemplateRow:
    texts = {name: tuple(ids.split(value)) for name, value in values.items() if isinstance(value, str)}
    sealed = {name: _CONTEXTS.get(f"{table}.{name}") for name, value in values.items() if value is not None}
    return TemplateRow(
        values,
        {name: pieces for name, pieces in texts.items() if len(pieces) > 1},
        {name: context for name, context in sealed.items() if context is not None},
    )


def _read_rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def _open(table: Table, row: dict[str, Any], sealer: Sealer) -> dict[str, Any]:
    for name, value in row.items():
        place = f"{table.name}.{name}"
        if place in _LEFT_OUT:
            row[name] = _LEFT_OUT[place]
        elif name.startswith("sealed_") and value is not None:
            row[name] = sealer.open(value, _CONTEXTS[place].format(**row))
    return row


def _copy(target: Engine, template: Template, sealer: Sealer, numbers: Iterable[int]) -> None:
    with target.begin() as connection:
        for table in _COPIED:
            if rows := [row for number in numbers for row in _renew(table, template, sealer, number)]:
                connection.execute(insert(table), rows)


def _renew(table: Table, template: Template, sealer: Sealer, number: int) -> Iterator[dict[str, Any]]:
    for row in template[table.name]:
        fresh = dict(row.values)
        for name, pieces in row.texts.items():
            fresh[name] = "".join(_mark(piece, number) if n % 2 else piece for n, piece in enumerate(pieces))
        if table is t.applications:
            fresh |= {"seq": number, "idempotency_key": f"copy-{number}"}
        for name, context in row.contexts.items():
            fresh[name] = sealer.seal(fresh[name], context.format(**fresh))
        yield fresh


def _mark(own: str, number: int) -> str:
    return f"{own[:-_MARK]}{number:0{_MARK}x}"


def _settle(target: Engine) -> None:
    """PostgreSQL gathers statistics by itself, in time: not yet at the start of a measurement. SQLite has none."""
    if target.dialect.name != "postgresql":
        return
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
