"""What was promised, looked for in the database at the end: what is found was lost, doubled, moved or not fenced."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from gateway.core.calendar import add_days, local_day, moment_of_acceptance

LOST = "every 202 is there, and finished or with its next date kept"
DOUBLED = "nothing is doubled in a dossier"
DATES = "legal dates are those that the pure clock gives for the same events"
FENCED = "no write of a round without its lease"
TOLD = "portals are told of each event at least once, and in order"
REQUESTS = 24
_ONCE = ("application_accepted", "package_registered")
_CLOSED = "SELECT application_id, kind, data FROM events WHERE kind = 'inquiry_closed'"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Broken:
    promise: str
    what: str
    """Of which application, and how."""


@dataclass(frozen=True)
class Expected:
    """What the outside knows: each 202, and the holder's name of each worker by the name that it has as a process."""

    accepted: Collection[str]
    holders: Mapping[str, str]


def find_broken(connection: Connection, expected: Expected) -> list[Broken]:
    """In the order of the promises; empty where all are kept."""
    return [
        Broken(promise, what)
        for promise, find in _LOOKS
        for what in find(connection, expected)
    ]  # fmt: skip


def find_lost(connection: Connection, expected: Expected) -> Iterator[str]:
    there = {row.id: row for row in _look(connection, "SELECT id, registered_at, withdrawn_at FROM applications")}
    due = {row.application_id for row in _look(connection, "SELECT application_id FROM wakeups")}
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
        elif there[one].registered_at is not None:
            if numbers.get(one, 0) != REQUESTS:
                yield f"{one} is registered with {numbers.get(one, 0)} requests instead of {REQUESTS}"
            if one in unfinished:
                yield f"{one} is registered, and an inquiry of it was never closed"


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


def find_moved_dates(connection: Connection, _: Expected) -> Iterator[str]:
    query = (
        "SELECT id, service, received_at, accepted_at, registered_at, promised_on, channel_row FROM applications "
        "ORDER BY id"
    )
    kept: dict[str, list[date]] = {}
    for row in _look(connection, "SELECT application_id, \"on\" FROM legal_dates WHERE kind = 'due' ORDER BY seq"):
        kept.setdefault(row.application_id, []).append(_day(row.on))
    calendar = load_calendar(())
    for row in _look(connection, query):
        received, accepted = _moment(row.received_at), _moment(row.accepted_at)
        rules = load_rules(row.service, local_day(received), ())
        channel = json.loads(row.channel_row)
        counted = moment_of_acceptance(
            received, rules.word("acceptance.outside_hours"), rules.hours("working_hours"), calendar
        )
        if counted != accepted:
            yield f"{row.id} was accepted at {accepted}, not at {counted}"
        promised = add_days(local_day(accepted), channel["days"], channel["unit"], calendar)
        if _day(row.promised_on) != promised:
            yield f"{row.id} was promised {row.promised_on}, not {promised}"
        if row.registered_at is None:
            continue
        start = max(local_day(_moment(row.registered_at)), local_day(accepted))
        due = add_days(start, channel["days"], channel["unit"], calendar)
        if kept.get(row.id, [])[-1:] != [due]:
            yield f"{row.id} is due {kept.get(row.id)}, not {due}"


def find_unfenced(connection: Connection, expected: Expected) -> Iterator[str]:
    if not expected.holders:
        return
    for row in _look(connection, "SELECT process, application_id, what, holder FROM witness ORDER BY seq"):
        if row.process in expected.holders and row.holder != expected.holders[row.process]:
            yield f"{row.application_id}: {row.process} wrote {row.what} while the lease was {row.holder or 'nobody'}'s"


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


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
