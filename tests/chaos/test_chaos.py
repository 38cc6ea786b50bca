"""Proof by killing, the small form of `make chaos`: a fleet, and one process, under load keep what was promised."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from gateway.core.calendar import add_days, local_day, moment_of_acceptance
from tests.chaos.dates import read_moment, write_moment
from tests.chaos.expected import GATEWAY, WORKER, Step
from tests.chaos.faults import CUT, FULL_DISK, HUNG, KILLED_GATEWAY, KILLED_WORKER, NO_SMS, PAUSED, STEPPED
from tests.chaos.plan import draw_plan
from tests.chaos.promises import DATES, DOUBLED, FENCED, LOST, TOLD, find_broken, find_untold
from tests.chaos.run import Ended, Size, run_alone, run_fleet

SEED = 1
SMALL = Size(every=3.0, most=40, rest_seconds=90.0, soon_seconds=20.0, workers=2, gateways=1)
"""Few applications: they last as long as the faults do. Nothing falls due while the judge asks, slow as that may be."""
TAKEN_OVER_SECONDS = 15.0
KINDS = (KILLED_WORKER, KILLED_GATEWAY, PAUSED, CUT, STEPPED, HUNG, NO_SMS)
KINDS_OF_ONE = (KILLED_GATEWAY, FULL_DISK)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """The database is one of the server of the tests, which is not killed: making one costs a second."""
    plan = draw_plan(SEED, KINDS, 1)
    with run_fleet(None, tmp_path_factory.mktemp("chaos"), SEED, plan, SMALL) as over:
        # What was judged stays as it was then, and nobody goes on beside what is planted.
        over.scene.fleet.close()
        yield over


@pytest.fixture
def connection(ended: Ended) -> Iterator[Connection]:
    """What a test does in it is taken back."""
    with ended.scene.fleet.database.connect() as opened:
        yield opened
        opened.rollback()


def list_registered(connection: Connection) -> Sequence[str]:
    """The first one first."""
    query = "SELECT id FROM applications WHERE registered_at IS NOT NULL ORDER BY seq"
    return connection.execute(text(query)).scalars().all()


def find_one(connection: Connection) -> str:
    return list_registered(connection)[0]


def breaches(connection: Connection, ended: Ended) -> set[str]:
    return {one.promise for one in find_broken(connection, ended.expected)}


def move_all(connection: Connection, application_id: str, by: timedelta) -> None:
    """Every moment and day of an application as if it had come so much later, each counted from the others."""
    query = "SELECT service, received_at, registered_at, channel_row FROM applications WHERE id = :id"
    row = connection.execute(text(query), {"id": application_id}).one()
    received, registered = (read_moment(value) + by for value in (row.received_at, row.registered_at))
    calendar, channel = load_calendar(()), json.loads(row.channel_row)
    rules = load_rules(row.service, local_day(received), ())
    hours = rules.hours("working_hours")
    accepted = moment_of_acceptance(received, rules.word("acceptance.outside_hours"), hours, calendar)
    promised = add_days(local_day(accepted), channel["days"], channel["unit"], calendar)
    start = max(local_day(registered), local_day(accepted))
    moments = {"received": received, "accepted": accepted, "registered": registered}
    values = {name: write_moment(moment) for name, moment in moments.items()}
    connection.execute(
        text(
            "UPDATE applications SET received_at = :received, accepted_at = :accepted, registered_at = :registered, "
            "promised_on = :promised WHERE id = :id"
        ),
        values | {"promised": promised, "id": application_id},
    )
    due = add_days(start, channel["days"], channel["unit"], calendar)
    moved = "UPDATE legal_dates SET \"on\" = :due WHERE application_id = :id AND kind = 'due'"
    connection.execute(text(moved), {"due": due, "id": application_id})


@pytest.mark.needs_postgresql
def test_a_fleet_that_is_killed_and_paused_loses_nothing_doubles_nothing_and_keeps_its_dates(ended: Ended) -> None:
    result = ended.result
    assert result.broken == []
    assert result.registered > 0
    assert {one.kind for one in result.struck} == set(KINDS)
    assert [one for one in result.struck if not one.observed.met or one.observed.went_on is None] == []


def test_one_process_that_is_killed_and_whose_disk_is_full_keeps_the_same_promises(tmp_path: Path) -> None:
    with run_alone(tmp_path, SEED, draw_plan(SEED, KINDS_OF_ONE, 1), replace(SMALL, every=2.0)) as over:
        result = over.result
    assert result.broken == []
    assert result.registered > 0
    assert {one.kind for one in result.struck} == set(KINDS_OF_ONE)
    assert [one for one in result.struck if not one.observed.met or one.observed.went_on is None] == []


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
        (LOST, "UPDATE applications SET registered_at = NULL, withdrawn_at = received_at WHERE id = :id"),
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
        (DATES, "UPDATE applications SET registered_at = received_at - 1000000 WHERE id = :id"),
        (DATES, "UPDATE applications SET registered_at = registered_at + 3600000000 WHERE id = :id"),
    ],
)
def test_what_is_planted_in_the_database_is_found(
    promise: str, plant: str, connection: Connection, ended: Ended
) -> None:
    before = find_broken(connection, ended.expected)
    assert connection.execute(text(plant), {"id": find_one(connection)}).rowcount > 0
    assert promise in {one.promise for one in find_broken(connection, ended.expected) if one not in before}


@pytest.mark.needs_postgresql
@pytest.mark.parametrize(
    "stands",
    [
        "UPDATE wakeups SET due_at = due_at - 199 * 24 * 3600000000 WHERE application_id = :id",
        "UPDATE leases SET held_until = 4611686018427387904 WHERE name = :id",
        "UPDATE wakeups SET leased_until = 4611686018427387904 WHERE application_id = :id",
    ],
    ids=["due 199 days ago", "under a lease for ever", "claimed for ever"],
)
def test_an_application_that_stands_still_is_lost(stands: str, connection: Connection, ended: Ended) -> None:
    one = find_one(connection)
    connection.execute(text("UPDATE applications SET registered_at = NULL WHERE id = :id"), {"id": one})
    before = find_broken(connection, ended.expected)
    assert connection.execute(text(stands), {"id": one}).rowcount > 0
    (found,) = [each for each in find_broken(connection, ended.expected) if each not in before]
    assert found.promise == LOST
    assert one in found.what


@pytest.mark.needs_postgresql
@pytest.mark.parametrize("days", [400, -400])
def test_an_application_all_of_whose_dates_are_moved_together_is_found(
    days: int, connection: Connection, ended: Ended
) -> None:
    """Counted rightly from a wrong clock: only who brought it knows when that was."""
    one = find_one(connection)
    before = find_broken(connection, ended.expected)
    move_all(connection, one, timedelta(days=days))
    (found,) = [each for each in find_broken(connection, ended.expected) if each not in before]
    assert found.promise == DATES
    assert f"{one} was received at" in found.what


@pytest.mark.needs_postgresql
@pytest.mark.parametrize(
    ("kind", "by", "seconds", "is_found"),
    [(GATEWAY, 20, 0, False), (GATEWAY, 21, 0, True), (GATEWAY, 20, -3600, True), (WORKER, 20, 0, True)],
    ids=["by its step", "by more than its step", "by a step that was over", "by another's step"],
)
def test_a_moment_may_be_off_by_the_step_that_its_clock_had_and_by_nothing_else(
    kind: str, by: int, seconds: int, is_found: bool, connection: Connection, ended: Ended
) -> None:
    """`seconds`: between the application and the step."""
    expected = replace(ended.expected, steps=[])
    wrong = " ".join(one.what for one in find_broken(connection, expected))
    # Of those whose clock was right in the run itself.
    one = next(one for one in list_registered(connection) if one not in wrong)
    move_all(connection, one, timedelta(seconds=20))
    sent, between = expected.sent[one], timedelta(seconds=seconds)
    step = Step(kind, timedelta(seconds=by), sent.first + between, sent.answered + between)
    found = [each.what for each in find_broken(connection, replace(expected, steps=[step])) if one in each.what]
    assert bool(found) is is_found, found


@pytest.mark.needs_postgresql
def test_an_application_that_is_gone_or_that_nobody_was_told_of_is_found(connection: Connection, ended: Ended) -> None:
    one = find_one(connection)
    before = find_broken(connection, ended.expected)
    others = replace(ended.expected, accepted=[i for i in ended.expected.accepted if i != one])
    assert [b.promise for b in find_broken(connection, others) if b not in before] == [DOUBLED]
    more = replace(ended.expected, accepted=[*ended.expected.accepted, "app_gone"])
    assert [b.promise for b in find_broken(connection, more) if b not in before] == [LOST]


@pytest.mark.needs_postgresql
@pytest.mark.parametrize(
    "planted",
    [
        "INSERT INTO events VALUES (:id, 1000, 0, 'package_registered', 'all', '{}')",
        "INSERT INTO events VALUES (:id, 1000, 0, 'letter_drafted', 'provider', '{}')",
        "INSERT INTO notices VALUES (:id, 1000, 'key', 'kind', 0, '2026-01-01', '', '', '', NULL, '')",
    ],
    ids=["a registration", "a letter", "a notice"],
)
def test_a_write_of_a_worker_that_has_no_lease_is_seen(planted: str, connection: Connection, ended: Ended) -> None:
    """The witness itself is asked: the row is written as that process would, past every look of ours at the lease."""
    worker = next(iter(ended.expected.holders))
    connection.execute(text(f"SET LOCAL application_name = '{worker}'"))
    connection.execute(text(planted), {"id": find_one(connection)})
    assert FENCED in breaches(connection, ended)


@pytest.mark.needs_postgresql
@pytest.mark.parametrize(("behind", "is_seen"), [(0, False), (1, True)], ids=["that stands", "that is over"])
def test_a_write_under_a_number_is_seen_where_it_no_longer_stands(
    behind: int, is_seen: bool, connection: Connection, ended: Ended
) -> None:
    """Also of a worker that has the lease again, under a later number."""
    one, (worker, holder) = find_one(connection), next(iter(ended.expected.holders.items()))
    taken = "UPDATE leases SET holder = :holder, held_until = 1 WHERE name = :id RETURNING number"
    number = connection.execute(text(taken), {"holder": holder, "id": one}).scalar_one()
    connection.execute(text(f"SET LOCAL application_name = '{worker}'"))
    believed = {"lease": f"{one} {number - behind}"}
    connection.execute(text("SELECT set_config('chaos.lease', :lease, true)"), believed)
    connection.execute(text("INSERT INTO events VALUES (:id, 1000, 0, 'date_set', 'all', '{}')"), {"id": one})
    assert (FENCED in breaches(connection, ended)) is is_seen


def test_an_event_that_a_portal_missed_or_got_out_of_order_is_found() -> None:
    events = {"app_1": [1, 2, 4]}
    assert find_untold([("app_1", 1), ("app_1", 2), ("app_1", 2), ("app_1", 4)], events) == []
    assert [one.promise for one in find_untold([("app_1", 1), ("app_1", 4)], events)] == [TOLD]
    assert [one.promise for one in find_untold([("app_1", 1), ("app_1", 4), ("app_1", 2)], events)] == [TOLD]
    assert [one.promise for one in find_untold([], events)] == [TOLD]
