"""One trace from the portal's request to the registries' messages, the evidence and the log; and the figures of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.house import House, MockServer, open_house, parts_of
from tests.support.waiting import wait_until

TOKEN = "inventedTokenOfTheFigures"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PORTAL = f"00-{TRACE}-00f067aa0ba902b7-01"


@pytest.fixture
def watched(tmp_path: Path, registrar: Registrar, clock: MovableClock, mock: MockServer) -> Iterator[House]:
    with open_house(tmp_path, registrar, clock, mock, {"ASP_METRICS_TOKEN": TOKEN}) as house:
        yield house


def read_figures(house: House, token: str = TOKEN) -> requests.Response:
    return requests.get(f"{house.gateway_url}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=20)


def test_a_portals_trace_is_found_in_answer_evidence_log_and_figures(
    watched: House, caplog: pytest.LogCaptureFixture
) -> None:
    submission = watched.registrar.submission(watched.mock.application("family-of-five"))
    with caplog.at_level(logging.INFO, logger="gateway"):
        accepted = watched.portal.call("POST", "/v1/applications", json=submission, headers={"traceparent": PORTAL})
        assert accepted.status_code == 202, accepted.text
        assert accepted.headers["traceresponse"][3:35] == TRACE
        dossier = watched.settled(accepted.json()["id"])
    attempts = [attempt for part in parts_of(dossier) for attempt in part["attempts"]]
    assert len(attempts) >= 24
    assert {attempt["traceparent"][3:35] for attempt in attempts} == {TRACE}
    spans = {attempt["traceparent"][36:52]: attempt["message_id"] for attempt in attempts}
    # A gateway of a test before may still be at its last exchanges, and logs beside this one.
    every = [json.loads(line) for line in caplog.messages if '"event": "exchange"' in line]
    lines = [line for line in every if line["trace"] == TRACE]
    told = {line["span"]: line["messages"] for line in lines}
    assert all(message in told[span] for span, message in spans.items())
    iin = watched.mock.application("family-of-five")["applicant"]["iin"]
    assert iin not in caplog.text
    page = read_figures(watched)
    assert page.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    figures = [line for line in page.text.splitlines() if line.startswith("asp_exchanges_total")]
    assert sum(float(line.rpartition(" ")[2]) for line in figures) == len(lines)
    assert "asp_backlog_up 1.0" in page.text.splitlines()
    assert 'asp_requests_total{route="POST /v1/applications",status="202"} 1.0' in page.text
    assert iin not in page.text and TOKEN not in page.text


def test_the_figures_are_open_to_nobody_but_whoever_has_their_token(watched: House, house: House) -> None:
    for key in (
        "",
        "another-token",
        watched.provider.key,
        watched.portal.key,
        f"{TOKEN}x",
        "Ключ".encode().decode("latin-1"),
    ):
        answer = read_figures(watched, key)
        assert (answer.status_code, answer.json()["code"]) == (401, "caller-unknown")
    # Where no token is set there is no such route, whatever is brought.
    answer = read_figures(house, "")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_gateway_at_work_is_ready_and_one_whose_key_is_gone_says_so(watched: House) -> None:
    ready = f"{watched.gateway_url}/health/ready"
    assert requests.get(ready, timeout=20).json() == {"status": "ready"}
    (watched.folder / "store.key").rename(watched.folder / "elsewhere.key")

    wait_until(lambda: requests.get(ready, timeout=20).status_code != 200)
    answer = requests.get(ready, timeout=20)
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert [one["code"] for one in answer.json()["problems"]] == ["sealing-key-gone"]
    assert requests.get(f"{watched.gateway_url}/health/live", timeout=20).status_code == 200
