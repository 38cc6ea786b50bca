"""Proof by killing, the small form of `make chaos`: a fleet, and one process, under load keep what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.chaos.faults import CUT, FULL_DISK, KILLED_GATEWAY, KILLED_WORKER, NO_SMS, PAUSED
from tests.chaos.plan import draw_plan
from tests.chaos.promises import DATES, DOUBLED, FENCED, LOST, TOLD, find_broken, find_untold
from tests.chaos.run import Ended, Size, run_alone, run_fleet

SEED = 1
SMALL = Size(every=3.0, most=40, rest_seconds=60.0, soon_seconds=5.0, workers=2, gateways=1)
"""Few applications: they last as long as the faults do."""
TAKEN_OVER_SECONDS = 15.0
KINDS = (KILLED_WORKER, PAUSED, CUT, NO_SMS)
KINDS_OF_ONE = (KILLED_GATEWAY, FULL_DISK)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """The database is one of the server of the tests, which is not killed: making one costs a second."""
    plan = draw_plan(SEED, KINDS, 1)
    with run_fleet(None, tmp_path_factory.mktemp("chaos"), SEED, plan, SMALL) as over:
        yield over


@pytest.fixture
def connection(ended: Ended) -> Iterator[Connection]:
    """What a test does in it is taken back."""
    with ended.scene.fleet.database.connect() as opened:
        yield opened
        opened.rollback()


def find_one(connection: Connection) -> str:
    query = "SELECT id FROM applications WHERE registered_at IS NOT NULL ORDER BY id LIMIT 1"
    found: str = connection.execute(text(query)).scalar_one()
    return found


def breaches(connection: Connection, ended: Ended) -> set[str]:
    return {one.promise for one in find_broken(connection, ended.expected)}


@pytest.mark.needs_postgresql
def test_a_fleet_that_is_killed_and_paused_loses_nothing_doubles_nothing_and_keeps_its_dates(ended: Ended) -> None:
    result = ended.result
    assert result.broken == []
    assert result.registered > 0
    assert {one.kind for one in result.struck} == set(KINDS)
    assert [one for one in result.struck if one.observed.went_on is None] == []


def test_one_process_that_is_killed_and_whose_disk_is_full_keeps_the_same_promises(tmp_path: Path) -> None:
    with run_alone(tmp_path, SEED, draw_plan(SEED, KINDS_OF_ONE, 1), replace(SMALL, every=2.0)) as over:
        result = over.result
    assert result.broken == []
    assert result.registered > 0
    assert {one.kind for one in result.struck} == set(KINDS_OF_ONE)
    assert [one for one in result.struck if one.observed.went_on is None] == []


@pytest.mark.needs_postgresql
def test_what_a_killed_worker_had_is_taken_over_in_time(ended: Ended) -> None:
    (killed,) = [one.observed for one in ended.result.struck if one.kind == KILLED_WORKER]
    assert killed.went_on is not None
    assert killed.went_on < TAKEN_OVER_SECONDS


@pytest.mark.needs_postgresql
@pytest.mark.parametrize(
    ("promise", "plant"),
    [
        (LOST, "DELETE FROM wakeups WHERE application_id = :id"),
        (LOST, "DELETE FROM events WHERE application_id = :id AND kind = 'inquiry_closed'"),
        (
            DOUBLED,
            "INSERT INTO events SELECT application_id, 1000, at, kind, audience, data FROM events "
            "WHERE application_id = :id AND kind = 'package_registered'",
        ),
        (
            DOUBLED,
            "INSERT INTO events SELECT application_id, 1000 + seq, at, kind, audience, data FROM events "
            "WHERE application_id = :id AND kind = 'inquiry_closed' LIMIT 1",
        ),
        (
            DOUBLED,
            "INSERT INTO attempts SELECT exchange_id, 1000, application_id, message_id, started_at, ended_at, "
            "http_status, failure, request_sha256, reply_sha256, traceparent, sealed_request, sealed_reply "
            "FROM attempts WHERE application_id = :id AND failure = '' LIMIT 1",
        ),
        (DATES, 'UPDATE legal_dates SET "on" = "on" + 1 WHERE application_id = :id AND kind = \'due\''),
        (DATES, "UPDATE applications SET promised_on = promised_on - 1 WHERE id = :id"),
        (DATES, "UPDATE applications SET accepted_at = accepted_at + 3600000000 WHERE id = :id"),
    ],
)
def test_what_is_planted_in_the_database_is_found(
    promise: str, plant: str, connection: Connection, ended: Ended
) -> None:
    assert promise not in breaches(connection, ended)
    assert connection.execute(text(plant), {"id": find_one(connection)}).rowcount > 0
    assert promise in breaches(connection, ended)


@pytest.mark.needs_postgresql
def test_an_application_that_is_gone_or_that_nobody_was_told_of_is_found(connection: Connection, ended: Ended) -> None:
    one = find_one(connection)
    others = type(ended.expected)([i for i in ended.expected.accepted if i != one], ended.expected.holders)
    assert [b.promise for b in find_broken(connection, others)] == [DOUBLED]
    more = type(ended.expected)([*ended.expected.accepted, "app_gone"], ended.expected.holders)
    assert [b.promise for b in find_broken(connection, more)] == [LOST]


@pytest.mark.needs_postgresql
def test_a_write_of_a_worker_that_has_no_lease_is_seen(connection: Connection, ended: Ended) -> None:
    """The witness itself is asked: the row is written as that process would, past every look of ours at the lease."""
    worker = next(iter(ended.expected.holders))
    connection.execute(text(f"SET LOCAL application_name = '{worker}'"))
    planted = "INSERT INTO events VALUES (:id, 1000, 0, 'package_registered', 'all', '{}')"
    connection.execute(text(planted), {"id": find_one(connection)})
    assert FENCED in breaches(connection, ended)


def test_an_event_that_a_portal_missed_or_got_out_of_order_is_found() -> None:
    events = {"app_1": [1, 2, 4]}
    assert find_untold([("app_1", 1), ("app_1", 2), ("app_1", 2), ("app_1", 4)], events) == []
    assert [one.promise for one in find_untold([("app_1", 1), ("app_1", 4)], events)] == [TOLD]
    assert [one.promise for one in find_untold([("app_1", 1), ("app_1", 4), ("app_1", 2)], events)] == [TOLD]
    assert [one.promise for one in find_untold([], events)] == [TOLD]
