"""A gateway that is killed in the middle of its work: what was accepted is completed after it, and not doubled."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import requests

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.gateway_process import gateway_process
from tests.support.house import CLERK, Caller, add_clients, describe, open_mock
from tests.support.waiting import wait_until
from tests.support.whole import check_whole_and_single

LATENCY = 0.4
"""Of the mock, so that a wave takes long enough to be killed in."""


@pytest.mark.parametrize("moment", ["application_accepted", "inquiry_closed"])
def test_an_accepted_application_survives_a_kill_and_is_completed_without_doubles(
    moment: str, registrar: Registrar, tmp_path: Path
) -> None:
    """Killed right after the 202, or once first answers of the wave are committed and the others are on the wire."""
    clock = MovableClock()
    with open_mock(clock, registrar, latency_seconds=LATENCY, reply_delay_seconds=LATENCY) as mock:
        environ = describe(tmp_path, registrar, mock.url)
        key = add_clients(environ, clock)[0]
        submission = registrar.submission(mock.application("family-of-five"))
        headers = {"Idempotency-Key": "one"}
        with gateway_process(environ, tmp_path / "log") as (process, url):
            mock.push_to(url)
            caller = Caller(url, key, CLERK)
            accepted = caller.call("POST", "/v1/applications", json=submission, headers=headers)
            application_id = str(accepted.json()["id"])
            events = f"/v1/applications/{application_id}/events"
            wait_until(lambda: moment in {event["kind"] for event in caller.get(events)["events"]})
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=2)
        with gateway_process(environ, tmp_path / "log") as (_, url):
            mock.push_to(url)
            caller = Caller(url, key, CLERK)
            again = caller.call("POST", "/v1/applications", json=submission, headers=headers)
            assert (again.status_code, again.json()["id"]) == (202, application_id)
            caller.wait(application_id, 60)
            dossier = caller.dossier(application_id)
    check_whole_and_single(dossier)
