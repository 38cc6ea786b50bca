"""A fleet under one pair of eyes: the trace goes on in the worker, which tells its health and figures by itself."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.authority import Registrar
from tests.support.fleet import Fleet, open_fleet
from tests.support.house import CLERK, MockServer, parts_of

pytestmark = pytest.mark.needs_postgresql
TOKEN = "inventedTokenOfTheFigures"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def fleet(tmp_path: Path, registrar: Registrar, mock: MockServer) -> Iterator[Fleet]:
    with open_fleet(tmp_path, registrar, mock) as fleet:
        fleet.environ |= {"ASP_METRICS_TOKEN": TOKEN, "ASP_LOG_FORM": "json"}
        yield fleet


def find_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def sum_exchanges(url: str) -> float:
    page = requests.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20)
    assert page.status_code == 200
    lines = [line for line in page.text.splitlines() if line.startswith("asp_exchanges_total")]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


@pytest.mark.long
def test_a_worker_tells_what_it_asked_for_the_call_that_another_process_took(fleet: Fleet) -> None:
    caller, port = fleet.serve(), find_port()
    worker, url = fleet.work(ASP_WATCH_PORT=str(port)), f"http://127.0.0.1:{port}"
    submission = {"accepted_by": CLERK} | fleet.registrar.submission(fleet.mock.application("family-of-five"))
    headers = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    accepted = caller.call("POST", "/v1/applications", json=submission, headers=headers)
    application_id = accepted.json()["id"]
    caller.wait(application_id, 90)
    attempts = [attempt for part in parts_of(caller.dossier(application_id)) for attempt in part["attempts"]]
    assert {attempt["traceparent"][3:35] for attempt in attempts} == {TRACE}
    told = [json.loads(line) for line in worker.read_log().splitlines() if '"event": "exchange"' in line]
    assert {line["trace"] for line in told} == {TRACE}
    assert sum_exchanges(url) == len(told) > 24
    assert sum_exchanges(caller.url) == 0
    assert requests.get(f"{url}/health/ready", timeout=20).json() == {"status": "ready"}
    key = {"Authorization": f"Bearer {fleet.key}"}
    assert requests.get(f"{url}/v1/worklist", headers=key, timeout=20).status_code == 404
    assert worker.stop() == 0
