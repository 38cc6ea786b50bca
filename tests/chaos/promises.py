"""What was promised, looked for in the database at the end: what is found was lost, doubled, moved or not fenced."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, text

from tests.chaos.dates import find_moved_dates, read_moment, write_moment
from tests.chaos.expected import Broken, Expected
from tests.chaos.witness import find_unfenced

LOST = "every 202 is there, and finished or with its next date kept"
DOUBLED = "nothing is doubled in a dossier"
DATES = "legal dates are those that the pure clock gives for the same events"
FENCED = "no write of a round without its lease"
RESTED = "the work comes to rest once faults and load are over"
TOLD = "portals are told of each event at least once, and in order"
REQUESTS = 24
_ONCE = ("application_accepted", "package_registered")
_CLOSED = "SELECT application_id, kind, data FROM events WHERE kind = 'inquiry_closed'"
_OVERDUE = timedelta(minutes=1)
"""After the rest whatever was due by then had been looked at; a clock that was behind may have asked for a second."""


@contextmanager
def look_once(engine: Engine) -> Iterator[Connection]:
    """All that is read is of the moment at which this begins: what goes on meanwhile would be seen by halves."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        else:
            connection.exec_driver_sql("BEGIN")
        # The first read is what fixes the moment.
        connection.execute(text("SELECT count(*) FROM meta"))
        yield connection


def find_broken(connection: Connection, expected: Expected) -> list[Broken]:
    """In the order of the promises; empty where all are kept."""
    return [
        Broken(promise, what)
        for promise, find in _LOOKS
        for what in find(connection, expected)
    ]  # fmt: skip


def find_lost(connection: Connection, expected: Expected) -> Iterator[str]:
    there = {row.id: row for row in _look(connection, "SELECT id, registered_at, withdrawn_at FROM applications")}
    wakeups = _look(connection, "SELECT application_id, due_at, leased_until FROM wakeups")
    due = {row.application_id: row for row in wakeups}
    held = _look(connection, "SELECT name, held_until FROM leases WHERE held_until IS NOT NULL")
    until = {row.application_id: row.leased_until for row in wakeups if row.leased_until is not None}
    until |= {row.name: max(row.held_until, until.get(row.name, 0)) for row in held}
    asked = "SELECT application_id, count(DISTINCT number) AS n FROM inquiries GROUP BY application_id"
    numbers = {row.application_id: row.n for row in _look(connection, asked)}
    cells = _look(connection, "SELECT application_id, number, subject_ref FROM inquiries")
    closed = {(row.application_id, _cell_of(row)) for row in _look(connection, _CLOSED)}
    unfinished = {r.application_id for r in cells if (r.application_id, f"{r.number} {r.subject_ref}") not in closed}
    for one in sorted(set(expected.accepted)):
        if one not in there:
            yield f"{one} was accepted and is not there"
        elif one not in due:
            yield f"{one} has no next date"
        elif there[one].withdrawn_at is not None:
            yield f"{one} is withdrawn, and nobody asked for that"
        elif there[one].registered_at is None:
            yield from _find_standing(one, due[one].due_at, until.get(one, 0), expected.at)
        else:
            if numbers.get(one, 0) != REQUESTS:
                yield f"{one} is registered with {numbers.get(one, 0)} requests instead of {REQUESTS}"
            if one in unfinished:
                yield f"{one} is registered, and an inquiry of it was never closed"


def _find_standing(application_id: str, due: int, until: int, at: datetime) -> Iterator[str]:
    """A date that is kept in a table and that nobody keeps is none."""
    if read_moment(due) < at - _OVERDUE:
        yield f"{application_id} stands still: it was due at {read_moment(due)}, and nobody took it up to {at}"
    if until > write_moment(at):
        seconds = (until - write_moment(at)) / 1_000_000
        yield f"{application_id} stands still: after the rest somebody had it for {seconds:.0f} s more"


def find_doubled(connection: Connection, expected: Expected) -> Iterator[str]:
    for one, times in Counter(expected.accepted).items():
        if times > 1:
            yield f"{one} was accepted {times} times under several keys"
    for row in _look(connection, "SELECT id FROM applications"):
        if row.id not in expected.accepted:
            yield f"{row.id} is there, and nobody was told so"
    events = _look(connection, "SELECT application_id, kind, data FROM events")
    told = Counter((row.application_id, row.kind, _cell_of(row)) for row in events)
    for (application, kind, cell), times in told.items():
        if times > 1 and (kind in _ONCE or kind == "inquiry_closed"):
            yield f"{application}: {kind} {cell} {times} times"
    for what, query in _DOUBLES:
        for found in map(tuple, _look(connection, query)):
            yield f"{found[0]}: {what} {' '.join(map(str, found[1:]))}"


_DOUBLES = (
    (
        "one source asked about one subject as several exchanges",
        "SELECT application_id, passport, subject_ref FROM exchanges GROUP BY application_id, passport, subject_ref "
        "HAVING count(*) > 1",
    ),
    (
        "evidence joined more than once",
        "SELECT application_id, exchange_id FROM attempts WHERE failure = '' GROUP BY application_id, exchange_id "
        "HAVING count(*) > 1",
    ),
    (
        "a date set more than once",
        'SELECT application_id, kind, "on" FROM legal_dates GROUP BY application_id, kind, "on" HAVING count(*) > 1',
    ),
    ("a notice issued more than once", "SELECT application_id, key FROM notices GROUP BY 1, 2 HAVING count(*) > 1"),
)


def find_untold(told: Iterable[tuple[str, int]], events: Mapping[str, Sequence[int]]) -> list[Broken]:
    """`told`: what the portal took, in the order that it came; `events`: what it may see, by application."""
    firsts: dict[str, list[int]] = {}
    for application, seq in told:
        mine = firsts.setdefault(application, [])
        if seq not in mine:
            mine.append(seq)
    return [
        Broken(TOLD, f"{application}: told {firsts.get(application, [])} of {list(wanted)}")
        for application, wanted in events.items()
        if firsts.get(application, []) != list(wanted)
    ]


_LOOKS: tuple[tuple[str, Callable[[Connection, Expected], Iterator[str]]], ...] = (
    (LOST, find_lost),
    (DOUBLED, find_doubled),
    (DATES, find_moved_dates),
    (FENCED, find_unfenced),
)


def _look(connection: Connection, query: str) -> Sequence[Row[Any]]:
    return connection.execute(text(query)).all()


def _cell_of(row: Row[Any]) -> str:
    if row.kind in _ONCE:
        return ""
    data = json.loads(row.data)
    return f"{data.get('number', '')} {data.get('subject', '')}"
