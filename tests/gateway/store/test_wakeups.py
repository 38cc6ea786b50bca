"""What wake-ups promise: claimed once, never slept through, and free again when a worker is killed."""

from __future__ import annotations

from datetime import timedelta

from gateway.store.applications import Applications
from gateway.store.database import Database
from gateway.store.rows import Client
from gateway.store.wakeups import Wakeups
from tests.gateway.store.conftest import NOW, new_application

LEASE = timedelta(minutes=10)


def test_what_is_due_is_claimed_by_one_and_only_when_it_is_due(
    applications: Applications, database: Database, client: Client
) -> None:
    stored, _ = applications.accept(new_application(client))
    wakeups = Wakeups(database)
    assert wakeups.claim_due(NOW - timedelta(seconds=1), 5, LEASE) == ()
    (claim,) = wakeups.claim_due(NOW, 5, LEASE)
    assert claim.application_id == stored.id
    assert wakeups.claim_due(NOW, 5, LEASE) == ()


def test_a_killed_workers_lease_runs_out_by_itself(
    applications: Applications, database: Database, client: Client
) -> None:
    applications.accept(new_application(client))
    wakeups = Wakeups(database)
    wakeups.claim_due(NOW, 5, LEASE)
    assert len(wakeups.claim_due(NOW + LEASE + timedelta(seconds=1), 5, LEASE)) == 1


def test_a_wake_that_comes_during_a_round_is_not_slept_through(
    applications: Applications, database: Database, client: Client
) -> None:
    for due_at in (None, NOW + timedelta(hours=1)):
        stored, _ = applications.accept(new_application(client))
        wakeups = Wakeups(database)
        (claim,) = wakeups.claim_due(NOW, 5, LEASE)
        wakeups.wake(stored.id, NOW, "late_reply")
        wakeups.hand_back(claim, due_at, "next_round")
        (again,) = wakeups.claim_due(NOW, 5, LEASE)
        assert again.application_id == stored.id
        wakeups.hand_back(again, None, "")


def test_a_wake_up_handed_back_for_later_is_due_then_and_one_handed_back_for_never_is_gone(
    applications: Applications, database: Database, client: Client
) -> None:
    applications.accept(new_application(client))
    wakeups = Wakeups(database)
    (claim,) = wakeups.claim_due(NOW, 5, LEASE)
    later = NOW + timedelta(hours=1)
    wakeups.hand_back(claim, later, "next_round")
    assert wakeups.next_due(NOW) is None
    (claim,) = wakeups.claim_due(later, 5, LEASE)
    wakeups.hand_back(claim, None, "")
    assert wakeups.next_due(later + timedelta(days=400)) is None


def test_a_wake_brings_a_sleeping_application_back(
    applications: Applications, database: Database, client: Client
) -> None:
    stored, _ = applications.accept(new_application(client))
    wakeups = Wakeups(database)
    (claim,) = wakeups.claim_due(NOW, 5, LEASE)
    wakeups.hand_back(claim, None, "")
    wakeups.wake(stored.id, NOW, "late_reply")
    assert len(wakeups.claim_due(NOW, 5, LEASE)) == 1


def test_a_new_process_of_the_embedded_engine_frees_what_its_killed_forerunner_held(
    applications: Applications, database: Database, client: Client
) -> None:
    applications.accept(new_application(client))
    wakeups = Wakeups(database)
    wakeups.claim_due(NOW, 5, LEASE)
    wakeups.release_all()
    assert len(wakeups.claim_due(NOW, 5, LEASE)) == 1
