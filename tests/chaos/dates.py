"""Legal dates, judged: counted again from the moments that they stand on, and these compared with the outside's clock.

A date that was counted rightly from a wrong moment is wrong. Whoever brought an application knows when that was; a
gateway or a worker may be off by a step that a clock of its kind had then, and by no other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from gateway.core.calendar import add_days, local_day, moment_of_acceptance
from tests.chaos.expected import GATEWAY, WORKER, Expected

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_APPLICATIONS = (
    "SELECT id, service, received_at, accepted_at, registered_at, promised_on, channel_row FROM applications "
    "ORDER BY id"
)  # fmt: skip
_DUE = "SELECT application_id, \"on\" FROM legal_dates WHERE kind = 'due' ORDER BY seq"
_TOLERANCE = timedelta(milliseconds=50)
"""All processes of a run read one machine's clock, which may be set right by so little meanwhile."""


def find_moved_dates(connection: Connection, expected: Expected) -> Iterator[str]:
    kept: dict[str, list[date]] = {}
    for row in connection.execute(text(_DUE)):
        kept.setdefault(row.application_id, []).append(_read_day(row.on))
    for row in connection.execute(text(_APPLICATIONS)).all():
        yield from _find_wrong_moments(row, expected)
        yield from _find_miscounted(row, kept.get(row.id, []))


def _find_wrong_moments(row: Row[Any], expected: Expected) -> Iterator[str]:
    """Received while it was being sent, registered after that and before now: each by the true time."""
    sent = expected.sent.get(row.id)
    received = read_moment(row.received_at)
    earliest, latest = (sent.first, sent.answered) if sent else (_EPOCH, expected.at)
    true = [one for one in _undo_steps(received, GATEWAY, expected) if _is_within(one, earliest, latest)]
    if not true:
        yield f"{row.id} was received at {received}, and was sent from {earliest} to {latest}"
    elif row.registered_at is not None:
        registered = read_moment(row.registered_at)
        after = [
            one for one in _undo_steps(registered, WORKER, expected) if _is_within(one, min(true), expected.at)
        ]  # fmt: skip
        if not after:
            yield f"{row.id} was registered at {registered}, was received at {received}, and now is {expected.at}"


def _undo_steps(written: datetime, kind: str, expected: Expected) -> list[datetime]:
    """The true moments at which a process of that kind can have read this one: its clock was right, or was stepped."""
    steps = [step for step in expected.steps if step.kind == kind]
    return [written, *(written - one.by for one in steps if _is_within(written - one.by, one.since, one.until))]


def _is_within(moment: datetime, earliest: datetime, latest: datetime) -> bool:
    return earliest - _TOLERANCE <= moment <= latest + _TOLERANCE


def _find_miscounted(row: Row[Any], due_days: list[date]) -> Iterator[str]:
    """The pure clock's count from the moments that are kept."""
    received, accepted = read_moment(row.received_at), read_moment(row.accepted_at)
    calendar, channel = load_calendar(()), json.loads(row.channel_row)
    rules = load_rules(row.service, local_day(received), ())
    outside, hours = rules.word("acceptance.outside_hours"), rules.hours("working_hours")
    counted = moment_of_acceptance(received, outside, hours, calendar)
    if counted != accepted:
        yield f"{row.id} was accepted at {accepted}, not at {counted}"
    promised = add_days(local_day(accepted), channel["days"], channel["unit"], calendar)
    if _read_day(row.promised_on) != promised:
        yield f"{row.id} was promised {row.promised_on}, not {promised}"
    if row.registered_at is None:
        return
    start = max(local_day(read_moment(row.registered_at)), local_day(accepted))
    due = add_days(start, channel["days"], channel["unit"], calendar)
    if due_days[-1:] != [due]:
        yield f"{row.id} is due {due_days}, not {due}"


def read_moment(microseconds: int) -> datetime:
    """As the tables hold moments."""
    return _EPOCH + timedelta(microseconds=microseconds)


def write_moment(moment: datetime) -> int:
    return round((moment - _EPOCH) / timedelta(microseconds=1))


def _read_day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
