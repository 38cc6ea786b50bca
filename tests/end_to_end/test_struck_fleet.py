"""Several processes on one PostgreSQL: an application goes its way through them once, whoever is killed or paused.

Long forms of what tests/chaos does to a small fleet in every run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import read_settings
from gateway.wiring import open_webhooks
from tests.adapters.stub_server import StubServer, always, http, serving
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.fleet import Fleet, Member, open_fleet
from tests.support.house import CLERK, OVER, Caller, open_mock
from tests.support.waiting import wait_until
from tests.support.whole import check_whole_and_single

pytestmark = [pytest.mark.needs_postgresql, pytest.mark.long]
LATENCY = 0.2
SLOW, SLOW_SECONDS = "mvd-vehicles", 4.0
"""A source that keeps a round under way, so that it can be killed or paused in it."""
TAKEN_OVER_SECONDS = 15.0
_TELLING = "select 1 from webhook_cursors where due_at is not null"


@pytest.fixture
def fleet(tmp_path: Path, registrar: Registrar) -> Iterator[Fleet]:
    with (
        open_mock(MovableClock(), registrar, latency_seconds=LATENCY, reply_delay_seconds=LATENCY) as mock,
        open_fleet(tmp_path, registrar, mock) as opened,
    ):
        mock.fail(kind="slow", passport=SLOW, seconds=SLOW_SECONDS)
        yield opened


def wait_for_answers(fleet: Fleet, caller: Caller, application_id: str) -> Member:
    """Until first answers are committed and others are on the wire; the worker that asks."""
    events = f"/v1/applications/{application_id}/events"
    wait_until(lambda: "inquiry_closed" in {event["kind"] for event in caller.get(events)["events"]})
    holder = fleet.find_holder(application_id)
    assert holder is not None
    return holder


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
    workers = [fleet.work(ASP_GRACE_SECONDS="0") for _ in range(2)]
    application_id = fleet.submit(caller)
    first = wait_for_answers(fleet, caller, application_id)
    (second,) = [one for one in workers if one is not first]
    first.process.terminate()
    wait_until(lambda: fleet.find_holder(application_id) is second, 8)
    assert first.process.wait(60) == 0
    caller.wait(application_id, 60)
    check_whole_and_single(caller.dossier(application_id))


def test_a_database_that_drops_every_connection_loses_nothing_and_the_fleet_goes_on(fleet: Fleet) -> None:
    """Twice in the middle of the work, as a restart and a fail-over do."""
    caller = fleet.serve()
    fleet.work()
    fleet.work()
    application_id = fleet.submit(caller)
    wait_for_answers(fleet, caller, application_id)
    assert fleet.drop_connections() > 0
    wait_until(lambda: caller.call("GET", f"/v1/applications/{application_id}").status_code == 200, 20)
    assert fleet.drop_connections() > 0
    wait_until(lambda: caller.call("GET", f"/v1/applications/{application_id}").status_code == 200, 20)
    later = fleet.submit(caller)
    for one in (application_id, later):
        wait_until(lambda one=one: status_of(caller, one) == OVER, 90)  # type: ignore[misc]
        check_whole_and_single(caller.dossier(one))
    assert all(member.process.poll() is None for member in fleet.members)


def status_of(caller: Caller, application_id: str) -> str:
    """Nothing while the gateway connects anew."""
    answer = caller.call("GET", f"/v1/applications/{application_id}")
    return str(answer.json()["status"]["code"]) if answer.status_code == 200 else ""


def read_told(portal: StubServer, field: str) -> list[Any]:
    return [json.loads(asked.body)[field] for asked in tuple(portal.asked)]


def test_a_portal_is_told_each_event_once_by_whichever_worker_is_on_duty(tmp_path: Path, registrar: Registrar) -> None:
    with (
        serving(always(http(204, b""))) as portal,
        open_mock(MovableClock(), registrar) as mock,
        open_fleet(tmp_path, registrar, mock, ASP_WEBHOOK_HOSTS=portal.url.split("/")[2]) as fleet,
    ):
        ((client_id,),) = fleet.look("SELECT id FROM clients WHERE name = 'Portal'")
        with open_webhooks(read_settings(fleet.environ)) as store:
            store.set_webhook(client_id, f"{portal.url}events")
        gateway = fleet.serve()
        on_duty, other = fleet.work(), fleet.work()
        caller = Caller(gateway.url, fleet.other_keys[0])
        application_id = fleet.submit(caller)
        gateway.wait(application_id, 60)

        def list_events() -> list[int]:
            return [event["seq"] for event in caller.get(f"/v1/applications/{application_id}/events")["events"]]

        # The last one is noted as told, too: what is told and not yet noted would be told again.
        wait_until(lambda: len(portal.asked) >= len(list_events()) and not fleet.look(_TELLING))
        assert read_told(portal, "seq") == list_events()
        assert "duty_taken" in on_duty.read_log()
        assert "duty_taken" not in other.read_log()
        on_duty.kill()
        assert (
            gateway.call("POST", f"/v1/applications/{application_id}/withdrawal", json={"acted_by": CLERK}).status_code
            < 300
        )
        # The withdrawal, then its notice, which takes its own way.
        wait_until(lambda: "notice_delivered" in read_told(portal, "kind"), TAKEN_OVER_SECONDS + 5)
        assert "application_withdrawn" in read_told(portal, "kind")
        wait_until(lambda: read_told(portal, "seq") == list_events())
        assert "duty_taken" in other.read_log()
