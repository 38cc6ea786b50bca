"""When a registry is back, what waits for it is asked in turns: each case is looked at when its first turn comes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from gateway.store import tables as t
from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import Client
from gateway.store.wakeups import Wakeups
from gateway.store.waking import wake_waiting
from tests.gateway.store.conftest import NOW, new_application

SOON, LATER = NOW + timedelta(seconds=20), NOW + timedelta(hours=1)
PASSPORT = "mvd-vehicles"


def add_waiting(database: Database, application_id: str, *names: str) -> None:
    """Exchanges that wait for their next round; the first has waited longest."""

    def change(connection: Connection) -> None:
        for n, name in enumerate(names):
            row = {"id": name, "application_id": application_id, "passport": PASSPORT, "question_mark": name}
            texts = dict.fromkeys(("subject_ref", "cause", "code", "awaited_service"), "")
            waits = {"state": "waiting", "tries": 1, "next_try_at": LATER, "since": NOW - timedelta(hours=9 - n)}
            connection.execute(insert(t.exchanges).values(row | texts | waits | {"sealed_question": b""}))

    database.write(change)


def put_away(wakeups: Wakeups, application_id: str, until: datetime | None) -> None:
    """Hand every claim back; this case's until then, the others' as they were."""
    for claim in wakeups.claim_due(NOW, 10, timedelta(minutes=1)):
        wakeups.hand_back(claim, until if claim.application_id == application_id else LATER, "")


def read_turns(database: Database) -> dict[str, datetime | None]:
    with database.read() as connection:
        return {row.id: row.again_at for row in connection.execute(select(t.exchanges.c.id, t.exchanges.c.again_at))}


def read_due(database: Database) -> dict[str, datetime]:
    w = t.wakeups.c
    with database.read() as connection:
        return {row.application_id: row.due_at for row in connection.execute(select(w.application_id, w.due_at))}


def test_turns_are_paced_by_the_quota_and_a_case_is_due_at_its_first(
    database: Database, applications: Applications, client: Client
) -> None:
    first, second = (applications.accept(new_application(client))[0].id for _ in range(2))
    add_waiting(database, first, "x1", "x2")
    add_waiting(database, second, "x3")
    put_away(Wakeups(database), second, None)
    assert read_due(database) == {first: LATER}
    assert wake_waiting(database, [PASSPORT, "another"], NOW, 6) == 3
    turns = {name: at for name, at in read_turns(database).items() if at is not None}
    # At four fifths of six a minute: the rest is left to who comes meanwhile.
    assert sorted(turns.values()) == [NOW, NOW + timedelta(seconds=12.5), NOW + timedelta(seconds=25)]
    assert read_due(database) == {first: min(turns["x1"], turns["x2"]), second: turns["x3"]}


def test_who_is_woken_later_stands_behind_those_that_have_a_turn(
    database: Database, applications: Applications, client: Client
) -> None:
    """Each worker has a breaker of its own: whom another turned away meanwhile is woken when that one closes."""
    first, second = (applications.accept(new_application(client))[0].id for _ in range(2))
    add_waiting(database, first, *(f"x{n}" for n in range(32)))
    assert wake_waiting(database, [PASSPORT], NOW, None) == 32
    add_waiting(database, second, *(f"y{n}" for n in range(8)))
    assert wake_waiting(database, [PASSPORT], NOW + timedelta(seconds=1), None) == 8
    assert wake_waiting(database, ["another"], NOW + timedelta(seconds=1), None) == 0
    turns = sorted(at for at in read_turns(database).values() if at)
    assert turns == [NOW + n * timedelta(seconds=0.125) for n in range(40)]
    add_waiting(database, second, "late")
    assert wake_waiting(database, [PASSPORT], NOW + timedelta(minutes=1), None) == 1
    assert read_turns(database)["late"] == NOW + timedelta(minutes=1)


def test_without_a_quota_eight_a_second_are_due_and_nothing_of_another_registry_is(
    database: Database, applications: Applications, client: Client
) -> None:
    application_id = applications.accept(new_application(client))[0].id
    add_waiting(database, application_id, "x1", "x2")
    put_away(Wakeups(database), application_id, LATER)
    assert wake_waiting(database, ["another"], NOW, None) == 0
    assert read_due(database) == {application_id: LATER}
    assert wake_waiting(database, [PASSPORT], NOW, None) == 2
    assert sorted(at for at in read_turns(database).values() if at) == [NOW, NOW + timedelta(seconds=0.125)]
    assert read_due(database) == {application_id: NOW}


def test_a_case_that_is_due_sooner_stays_so_and_one_that_is_carried_forward_is_looked_at_once_more(
    database: Database, applications: Applications, client: Client
) -> None:
    early, carried = (applications.accept(new_application(client))[0].id for _ in range(2))
    add_waiting(database, carried, "x1")
    add_waiting(database, early, "x2", "x3")
    wakeups = Wakeups(database)
    claims = {claim.application_id: claim for claim in wakeups.claim_due(NOW, 10, timedelta(minutes=1))}
    wakeups.hand_back(claims[early], NOW + timedelta(seconds=5), "")
    assert wake_waiting(database, [PASSPORT], SOON, 1) == 3
    wakeups.hand_back(claims[carried], LATER, "")
    assert read_due(database) == {early: NOW + timedelta(seconds=5), carried: NOW}


def test_who_waits_for_a_slot_under_a_letter_is_woken_and_who_has_a_turn_or_was_never_asked_is_not(
    database: Database, applications: Applications, client: Client
) -> None:
    application_id = applications.accept(new_application(client))[0].id
    add_waiting(database, application_id, "lettered", "by-hand", "new")

    def change(connection: Connection) -> None:
        x = t.exchanges
        for name, values in (
            ("lettered", {"next_try_at": NOW - timedelta(hours=3)}),
            ("by-hand", {"again_at": NOW - timedelta(minutes=1)}),
            ("new", {"since": None, "next_try_at": None}),
        ):
            connection.execute(update(x).where(x.c.id == name).values(values))

    database.write(change)
    assert wake_waiting(database, [PASSPORT], NOW, None) == 1
    assert read_turns(database) == {"lettered": NOW, "by-hand": NOW - timedelta(minutes=1), "new": None}


def test_a_start_ends_the_leases_of_the_process_before_it(
    database: Database, applications: Applications, client: Client
) -> None:
    application_id = applications.accept(new_application(client))[0].id
    wakeups = Wakeups(database)
    assert len(wakeups.claim_due(NOW, 10, timedelta(hours=1))) == 1
    assert wakeups.claim_due(NOW, 10, timedelta(hours=1)) == ()
    wakeups.release_all()
    assert [claim.application_id for claim in wakeups.claim_due(NOW, 10, timedelta(hours=1))] == [application_id]
