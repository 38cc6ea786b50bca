"""Several processes on one PostgreSQL: an application goes its way through them once, whoever is killed or paused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from gateway.settings import read_settings
from gateway.wiring import open_webhooks
from tests.adapters.stub_server import always, http, serving
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.fleet import Fleet, Member, open_fleet
from tests.support.house import CLERK, OVER, Caller, inquiries_of, open_mock, parts_of
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_who_listens_at_one_gateway_hears_at_once_of_what_is_done_at_another(fleet: Fleet) -> None:
    """No worker is there, so nothing but the act itself can be told."""
    first, second = fleet.serve(), fleet.serve(push=False)
    application_id = fleet.submit(first)
    path = f"/v1/applications/{application_id}"
    headers = {"Authorization": f"Bearer {second.key}", "Accept": "text/event-stream"}
    told: list[str] = []
    with requests.get(f"{second.url}{path}/events", headers=headers, stream=True, timeout=20) as stream:
        lines = stream.iter_lines(decode_unicode=True)
        wait_for(lines, "event: application_accepted", told)
        begun = time.monotonic()
        assert first.call("POST", f"{path}/withdrawal", json={"acted_by": CLERK}).status_code < 300
        wait_for(lines, "event: application_withdrawn", told)
    assert time.monotonic() - begun < 10, "sooner than the stream looks by itself"


def wait_for(lines: Iterator[str], wanted: str, told: list[str]) -> None:
    for line in lines:
        told.append(line)
        if line == wanted:
            return
    raise AssertionError(told)


@pytest.mark.long
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
        events = caller.get(f"/v1/applications/{application_id}/events")["events"]
        wait_until(lambda: len(portal.asked) >= len(events))
        assert [json.loads(asked.body)["seq"] for asked in portal.asked] == [one["seq"] for one in events]
        assert "duty_taken" in on_duty.read_log()
        assert "duty_taken" not in other.read_log()
        on_duty.kill()
        assert (
            gateway.call("POST", f"/v1/applications/{application_id}/withdrawal", json={"acted_by": CLERK}).status_code
            < 300
        )
        wait_until(lambda: len(portal.asked) > len(events), TAKEN_OVER_SECONDS + 5)
        assert json.loads(portal.asked[-1].body)["kind"] == "application_withdrawn"
        assert "duty_taken" in other.read_log()


@pytest.mark.long
def test_a_gateway_of_the_embedded_engine_does_not_start_beside_a_fleet_nor_a_fleet_on_a_file(
    fleet: Fleet, tmp_path: Path
) -> None:
    fleet.serve()
    with pytest.raises(AssertionError, match="another gateway works on this database"):
        fleet.start("serve", "--port", "0", environ={"ASP_ENGINE": "embedded"})
    with pytest.raises(AssertionError, match="an SQLite file takes one gateway"):
        fleet.start("worker", environ={"ASP_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"})
    with pytest.raises(AssertionError, match="a worker wants ASP_ENGINE=distributed"):
        fleet.start("worker", environ={"ASP_ENGINE": "embedded"})
