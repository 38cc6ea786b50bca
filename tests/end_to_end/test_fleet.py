"""Several processes on one PostgreSQL that nobody strikes: one fleet for all these tests, which do not disturb another.

What becomes of a fleet whose members are killed or paused: test_struck_fleet.py.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.fleet import Fleet, Member, open_fleet
from tests.support.house import CLERK, Caller, open_mock, parts_of
from tests.support.whole import check_whole_and_single

pytestmark = pytest.mark.needs_postgresql
TOKEN = "inventedTokenOfTheFigures"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@dataclass(frozen=True)
class Gateways:
    """Two of them; late replies are pushed to the first."""

    fleet: Fleet
    first: Caller
    second: Caller


@dataclass(frozen=True)
class Watched:
    """A worker, and where it tells of itself."""

    member: Member
    url: str

    def sum_exchanges(self) -> float:
        return sum_exchanges(self.url)

    def read_exchanges(self) -> list[str]:
        """The trace of each exchange in its log."""
        lines = self.member.read_log().splitlines()
        return [json.loads(line)["trace"] for line in lines if '"event": "exchange"' in line]


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory, registrar: Registrar) -> Iterator[Gateways]:
    folder: Path = tmp_path_factory.mktemp("fleet")
    with (
        open_mock(MovableClock(), registrar) as mock,
        open_fleet(folder, registrar, mock, ASP_METRICS_TOKEN=TOKEN, ASP_LOG_FORM="json") as fleet,
    ):
        yield Gateways(fleet, fleet.serve(), fleet.serve(push=False))


@pytest.fixture(scope="module")
def workers(gateways: Gateways) -> list[Watched]:
    """Begun beside the gateways by the first test that wants them."""
    ports = [find_port() for _ in range(2)]
    return [Watched(gateways.fleet.work(ASP_WATCH_PORT=str(port)), f"http://127.0.0.1:{port}") for port in ports]


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def sum_exchanges(url: str) -> float:
    page = requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20)
    assert page.status_code == 200
    lines = [line for line in page.text.splitlines() if line.startswith("asp_exchanges_total")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def test_who_listens_at_one_gateway_hears_at_once_of_what_is_done_at_another(gateways: Gateways) -> None:
    """No worker is there yet, so nothing but the act itself can be told."""
    first, second = gateways.first, gateways.second
    application_id = gateways.fleet.submit(first)
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


@pytest.mark.parametrize(
    ("command", "environ", "told"),
    [
        (("serve", "--port", "0"), {"ASP_ENGINE": "embedded"}, "another gateway or worker has this database"),
        (("worker",), {"ASP_DATABASE_URL": "sqlite:///nowhere.db"}, "an SQLite file takes one gateway"),
        (("worker",), {"ASP_ENGINE": "embedded"}, "a worker wants ASP_ENGINE=distributed"),
    ],
)
def test_a_gateway_of_the_embedded_engine_does_not_start_beside_a_fleet_nor_a_fleet_on_a_file(
    command: tuple[str, ...], environ: dict[str, str], told: str, gateways: Gateways
) -> None:
    with pytest.raises(AssertionError, match=told):
        gateways.fleet.start(*command, environ=environ)


def test_an_application_given_to_one_gateway_is_gathered_by_workers_and_read_at_another(
    gateways: Gateways, workers: list[Watched]
) -> None:
    ids = [gateways.fleet.submit(gateways.first) for _ in range(3)]
    for application_id in ids:
        gateways.second.wait(application_id, 60)
        check_whole_and_single(gateways.second.dossier(application_id))


def test_a_worker_tells_what_it_asked_for_the_call_that_another_process_took(
    gateways: Gateways, workers: list[Watched]
) -> None:
    """The trace goes on in the worker, which tells its health and figures by itself, and ends when told to."""
    fleet, caller = gateways.fleet, gateways.first
    submission = {"accepted_by": CLERK} | fleet.registrar.submission(fleet.mock.application("family-of-five"))
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    accepted = caller.call("POST", "/v1/applications", json=submission, headers=headers)
    application_id = accepted.json()["id"]
    caller.wait(application_id, 90)
    attempts = [attempt for part in parts_of(caller.dossier(application_id)) for attempt in part["attempts"]]
    assert {attempt["traceparent"][3:35] for attempt in attempts} == {TRACE}
    ((asked,),) = fleet.look("SELECT count(*) FROM attempts WHERE application_id = :id", id=application_id)
    told = [trace for worker in workers for trace in worker.read_exchanges()]
    assert told.count(TRACE) == asked > 24
    for worker in workers:
        assert worker.sum_exchanges() == len(worker.read_exchanges())
        assert requests.get(f"{worker.url}/health/ready", timeout=20).json() == {"status": "ready"}
        key = {"Authorization": f"Bearer {fleet.key}"}
        assert requests.get(f"{worker.url}/v1/worklist", headers=key, timeout=20).status_code == 404
        assert worker.member.stop() == 0
    assert sum_exchanges(caller.url) == 0
