"""What is looked up among all cases is found by an index: no sweep reads a whole table, however many cases are open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor

from contracts.exchange import Arrival
from gateway.core.case import Case
from gateway.core.steps import DraftLetter, WithdrawLetter
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore
from gateway.store.course import CourseStore
from gateway.store.course_reading import CourseReader
from gateway.store.database import Database, open_engine
from gateway.store.issuing import NoticeIssuer
from gateway.store.lists import Lists
from gateway.store.rows import Client
from gateway.store.sealing import Sealer
from gateway.store.tables import metadata
from gateway.store.wakeups import Wakeups
from gateway.store.waking import wake_waiting
from gateway.store.webhook_queue import WebhookQueue
from tests.gateway.core.builders import LAW
from tests.gateway.store.conftest import NOW, new_application

Asked = tuple[str, Any]
LEASE = timedelta(minutes=1)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


class Listening:
    """Every statement that goes to the database while it is listened to, whatever the engine of ours."""

    def __init__(self, engine: Engine) -> None:
        self.asked: list[Asked] = []
        self._address = engine.url

    def __call__(self, *given: Any) -> None:
        connection, _, statement, parameters, _, many = given
        if connection.engine.url != self._address:
            # Of another test's database, whose threads have not ended yet.
            return
        if statement.split(None, 1)[0] in ("SELECT", "UPDATE", "DELETE"):
            self.asked.append((statement, parameters[0] if many else parameters))

    def __enter__(self) -> Listening:
        event.listen(Engine, "before_cursor_execute", self)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self)


def find_whole_reads(engine: Engine, asked: list[Asked]) -> list[str]:
    """The statements of which the database would read a whole table, and how it says so."""
    found = []
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # A table of a few rows is read whole by choice; so dear that an index is taken where there is one.
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in asked:
            read = _read_plan_of_sqlite if engine.dialect.name == "sqlite" else _read_plan_of_postgresql
            cursor = connection.connection.cursor()
            found += [f"{part}: {statement}" for part in read(cursor, statement, parameters)]
            cursor.close()
    return found


def _read_plan_of_sqlite(cursor: DBAPICursor, statement: str, parameters: Any) -> list[str]:
    cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
    told = [str(row[-1]) for row in cursor.fetchall()]
    return [line for line in told if line.startswith("SCAN ") and line.split()[1] in metadata.tables]


def _read_plan_of_postgresql(cursor: DBAPICursor, statement: str, parameters: Any) -> list[str]:
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    ((told,),) = cursor.fetchall()
    plan = told if isinstance(told, list) else json.loads(told)
    return list(_walk(plan[0]["Plan"], limited=False))


def _walk(node: dict[str, Any], *, limited: bool) -> Iterator[str]:
    kind = node["Node Type"]
    if kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node and not limited):
        yield f"{kind} of {node.get('Relation Name')}"
    for below in node.get("Plans", ()):
        yield from _walk(below, limited=limited or kind == "Limit")


def sweep_wakeups(database: Database, _: Sealer, case: Case) -> None:
    wakeups = Wakeups(database)
    for claim in wakeups.claim_due(NOW, 32, LEASE):
        wakeups.hand_back(claim, NOW, "again")
    wakeups.next_ahead()
    wakeups.wake(case.id, NOW, "late_reply")


def wake_for_a_registry(database: Database, *_: object) -> None:
    wake_waiting(database, ["mvd-vehicles"], NOW, 60)


def sweep_arrivals(database: Database, sealer: Sealer, *_: object) -> None:
    arrivals = ArrivalStore(database, sealer)
    arrivals.next_owed()
    arrivals.list_owed(NOW)
    arrivals.make_due(NOW)
    arrivals.drop_unmatched(NOW)
    arrivals.list_unanswered(["x"])
    arrivals.list_awaited_services()
    arrivals.keep(
        Arrival(
            message_id="m",
            correlation_id="c",
            service_id="s",
            kind="RESPONSE",
            message_date=NOW,
            inquiry_id="i",
            raw=b"",
        ),
        NOW,
    )


def sweep_webhooks(database: Database, sealer: Sealer, *_: object) -> None:
    queue = WebhookQueue(database, sealer)
    queue.next_due()
    queue.list_due_clients(NOW)
    queue.claim("client", NOW, 4, LEASE)


def draft_and_withdraw_a_letter(database: Database, sealer: Sealer, case: Case) -> None:
    issuer = NoticeIssuer(CourseReader(database, sealer), lambda *_: b"{}")
    course, why = CourseStore(database, issuer), LAW.why("letter.signing")
    silence = LAW.why_row(case.row(24), "no_answer")
    course.carry_out(case, (DraftLetter("police", 1, (), silence),), NOW, "calendar")
    course.carry_out(case, (WithdrawLetter(1, why),), NOW, "calendar")


def list_open_work(database: Database, *_: object) -> None:
    lists = Lists(database)
    lists.list_with_people(0, 50)
    lists.list_unmatched(50)


@pytest.mark.parametrize(
    "work",
    [
        sweep_wakeups,
        wake_for_a_registry,
        sweep_arrivals,
        sweep_webhooks,
        draft_and_withdraw_a_letter,
        list_open_work,
    ],
)
def test_no_sweep_reads_a_whole_table(
    work: Callable[[Database, Sealer, Case], None],
    database: Database,
    engine: Engine,
    sealer: Sealer,
    applications: Applications,
    client: Client,
) -> None:
    case = applications.accept(new_application(client))[0].case
    with Listening(engine) as listening:
        work(database, sealer, case)
        applications.read(case.id)
    assert len(listening.asked) > 3
    assert find_whole_reads(engine, listening.asked) == []
