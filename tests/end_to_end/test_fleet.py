"""Several processes on one PostgreSQL: an application goes its way through them once, whoever is killed or paused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.fleet import Fleet, Member, open_fleet
from tests.support.house import Caller, inquiries_of, open_mock, parts_of
from tests.support.waiting import wait_until

pytestmark = pytest.mark.needs_postgresql
LATENCY = 0.2
SLOW, SLOW_SECONDS = "mvd-vehicles", 4.0
"""A source that keeps a round under way, so that it can be killed or paused in it."""
TAKEN_OVER_SECONDS = 15.0


@pytest.fixture
def fleet(tmp_path: Path, registrar: Registrar) -> Iterator[Fleet]:
    with (
        open_mock(MovableClock(), registrar, latency_seconds=LATENCY, reply_delay_seconds=LATENCY) as mock,
        open_fleet(tmp_path, registrar, mock) as opened,
    ):
        mock.fail(kind="slow", passport=SLOW, seconds=SLOW_SECONDS)
        yield opened


def check_whole_and_single(dossier: dict[str, Any]) -> None:
    """Nothing is lost and nothing doubled."""
    assert dossier["summary"] | {"accounted": 24, "complete": True} == dossier["summary"]
    cells = [(i["number"], i["subject"]["ref"] if i["subject"] else "") for i in inquiries_of(dossier)]
    assert len(cells) == len(set(cells))
    exchanges = {part["exchange"]: (part["passport"], part["subject"]) for part in parts_of(dossier)}
    assert len(set(exchanges.values())) == len(exchanges)
    kinds = [event["kind"] for event in dossier["events"]]
    assert kinds.count("package_registered") == 1
    closed = [(e["data"]["number"], e["data"]["subject"]) for e in dossier["events"] if e["kind"] == "inquiry_closed"]
    assert sorted(closed) == sorted(cells)


def wait_for_answers(fleet: Fleet, caller: Caller, application_id: str) -> Member:
    """Until first answers are committed and others are on the wire; the worker that asks."""
    events = f"/v1/applications/{application_id}/events"
    wait_until(lambda: "inquiry_closed" in {event["kind"] for event in caller.get(events)["events"]})
    holder = fleet.find_holder(application_id)
    assert holder is not None
    return holder


def test_an_application_given_to_one_gateway_is_gathered_by_workers_and_read_at_another(fleet: Fleet) -> None:
    first, second = fleet.serve(), fleet.serve(push=False)
    fleet.work()
    fleet.work()
    ids = [fleet.submit(first) for _ in range(3)]
    for application_id in ids:
        second.wait(application_id, 60)
        check_whole_and_single(second.dossier(application_id))


def test_what_a_killed_worker_had_goes_on_elsewhere_in_time(fleet: Fleet) -> None:
    caller = fleet.serve()
    fleet.work()
    fleet.work()
    application_id = fleet.submit(caller)
    killed = wait_for_answers(fleet, caller, application_id)
    killed.kill()
    begun = time.monotonic()

    def is_taken_over() -> bool:
        holder = fleet.find_holder(application_id)
        return holder is not None and holder is not killed

    wait_until(is_taken_over, TAKEN_OVER_SECONDS - (time.monotonic() - begun))
    caller.wait(application_id, 60)
    check_whole_and_single(caller.dossier(application_id))
    wait_until(lambda: not fleet.look("select 1 from procrastinate_jobs where status = 'doing'"), 30)


def test_a_paused_worker_that_wakes_writes_nothing_and_works_on(fleet: Fleet) -> None:
    caller = fleet.serve()
    fleet.work()
    fleet.work()
    application_id = fleet.submit(caller)
    paused = wait_for_answers(fleet, caller, application_id)
    paused.pause()
    caller.wait(application_id, 60)
    before = caller.dossier(application_id)
    attempts = fleet.look("select * from attempts order by exchange_id, n")
    paused.wake()
    wait_until(lambda: "round_of_another" in paused.read_log() or "lease-lost" in paused.read_log(), 30)
    assert fleet.look("select * from attempts order by exchange_id, n") == attempts
    after = caller.dossier(application_id)
    assert after["events"] == before["events"]
    check_whole_and_single(after)
    for member in fleet.members[1:]:
        if member is not paused:
            member.kill()
    later = fleet.submit(caller)
    caller.wait(later, 60)
    check_whole_and_single(caller.dossier(later))


def test_a_worker_that_is_told_to_stop_hands_its_work_over_at_once(fleet: Fleet) -> None:
    """With no time to finish, what it has goes on elsewhere: sooner than its leases would run out."""
    caller = fleet.serve()
    first = fleet.work(ASP_GRACE_SECONDS="0")
    application_id = fleet.submit(caller)
    assert wait_for_answers(fleet, caller, application_id) is first
    second = fleet.work()
    begun = time.monotonic()
    assert first.stop() == 0
    wait_until(lambda: fleet.find_holder(application_id) is second, 5)
    assert time.monotonic() - begun < 8
    caller.wait(application_id, 60)
    check_whole_and_single(caller.dossier(application_id))
