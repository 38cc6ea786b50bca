"""A gateway that is told to stop: what is under way ends, in bounded time, and nothing is left held or lost."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.gateway_process import gateway_process
from tests.support.house import CLERK, Caller, MockServer, add_clients, describe, open_mock
from tests.support.waiting import wait_until

LATENCY = 0.8


@pytest.fixture
def slow(registrar: Registrar) -> Iterator[MockServer]:
    """A mock suite whose registries take their time."""
    with open_mock(MovableClock(), registrar, latency_seconds=LATENCY, reply_delay_seconds=0.1) as mock:
        yield mock


def look(folder: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "gateway.db")) as connection:
        return connection.execute(query).fetchall()


def stop(process: subprocess.Popen[str], seconds: float) -> float:
    """How long the process took to end, in good order."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(seconds) == 0
    return time.monotonic() - began


def events_of(log: Path) -> list[str]:
    lines = log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["event"] for line in lines if line.startswith("{")]


def test_what_is_on_the_wire_is_answered_and_kept_before_the_process_ends(
    slow: MockServer, registrar: Registrar, tmp_path: Path
) -> None:
    environ = describe(tmp_path, registrar, slow.url) | {"ASP_LOG_FORM": "json", "ASP_TREADS": "4"}
    key = add_clients(environ, MovableClock())[0]
    submission = registrar.submission(slow.application("family-of-five"))
    with gateway_process(environ, tmp_path / "log") as (process, url):
        slow.push_to(url)
        caller = Caller(url, key, CLERK)
        application_id = caller.submit(submission)
        wait_until(lambda: sum(slow.counts().values()) >= 10)
        stop(process, 20)
    assert events_of(tmp_path / "log")[-1] == "stopped" and "stop_cut_short" not in events_of(tmp_path / "log")
    # What was mistyped is told, once the process works.
    assert "setting_unknown" in events_of(tmp_path / "log")
    # Every message that a registry has seen stands in the evidence: no answer was thrown away.
    ((kept,),) = look(tmp_path, "SELECT count(*) FROM attempts")
    assert kept == sum(slow.counts().values())
    assert look(tmp_path, "SELECT 1 FROM wakeups WHERE leased_until IS NOT NULL") == []
    with gateway_process(environ, tmp_path / "log") as (process, url):
        slow.push_to(url)
        caller = Caller(url, key, CLERK)
        caller.wait(application_id, 60)
        assert caller.dossier(application_id)["summary"]["accounted"] == 24
        stop(process, 20)


def test_a_request_that_is_under_way_has_its_answer_and_no_new_one_is_taken(
    slow: MockServer, registrar: Registrar, tmp_path: Path
) -> None:
    environ = describe(tmp_path, registrar, slow.url)
    key = add_clients(environ, MovableClock())[1]
    family = slow.application("family-of-five")
    body = {"iin": family["applicant"]["iin"], "iban": family["account"]["iban"], "consent": True}
    answers: list[requests.Response] = []
    with gateway_process(environ, tmp_path / "log") as (process, url):
        caller = Caller(url, key)
        asking = threading.Thread(target=lambda: answers.append(caller.call("POST", "/v1/checks/account", json=body)))
        asking.start()
        wait_until(slow.counts)
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: _is_refused(url), 5)
        assert not answers
        asking.join(20)
        assert process.wait(20) == 0
    assert (answers[0].status_code, answers[0].json()["owner"]) == (200, "yes")


def _is_refused(url: str) -> bool:
    try:
        requests.get(f"{url}/health/live", timeout=0.3)
    except requests.ConnectionError:
        return True
    except requests.Timeout:
        return False
    return False


def test_a_live_stream_ends_at_once_and_holds_nothing_up(
    registrar: Registrar, mock: MockServer, tmp_path: Path
) -> None:
    environ = describe(tmp_path, registrar, mock.url)
    key = add_clients(environ, MovableClock())[0]
    with gateway_process(environ, tmp_path / "log") as (process, url):
        caller = Caller(url, key, CLERK)
        application_id = caller.submit(registrar.submission(mock.application("family-of-five")))
        path = f"/v1/applications/{application_id}/events"
        with caller.call("GET", path, headers={"Accept": "text/event-stream"}, stream=True) as stream:
            lines = stream.iter_lines()
            assert next(lines).startswith(b"id: ")
            assert stop(process, 20) < 8
            list(lines)


def test_what_hangs_is_cut_short_and_handed_back_so_that_the_next_process_goes_on(
    registrar: Registrar, tmp_path: Path
) -> None:
    clock = MovableClock()
    with open_mock(clock, registrar) as mock:
        environ = describe(tmp_path, registrar, mock.url) | {"ASP_GRACE_SECONDS": "1", "ASP_LOG_FORM": "json"}
        key = add_clients(environ, clock)[0]
        mock.fail(kind="silence", passport="mvd-vehicles", seconds=60)
        with gateway_process(environ, tmp_path / "log") as (process, url):
            mock.push_to(url)
            caller = Caller(url, key, CLERK)
            application_id = caller.submit(registrar.submission(mock.application("family-of-five")))
            wait_until(lambda: "mvd-vehicles" in mock.counts())
            assert 1 <= stop(process, 15) < 8
        assert "stop_cut_short" in events_of(tmp_path / "log")
        assert look(tmp_path, "SELECT leased_until FROM wakeups") == [(None,)]
        mock.suite.failures.reset()
        with gateway_process(environ, tmp_path / "log") as (process, url):
            mock.push_to(url)
            caller = Caller(url, key, CLERK)
            caller.wait(application_id, 60)
            stop(process, 20)


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_of_either_kind_ends_the_process_at_once(
    second: signal.Signals, registrar: Registrar, tmp_path: Path
) -> None:
    clock = MovableClock()
    with open_mock(clock, registrar) as mock:
        environ = describe(tmp_path, registrar, mock.url) | {"ASP_GRACE_SECONDS": "60", "ASP_LOG_FORM": "json"}
        key = add_clients(environ, clock)[0]
        mock.fail(kind="silence", passport="mvd-vehicles", seconds=60)
        with gateway_process(environ, tmp_path / "log") as (process, url):
            Caller(url, key, CLERK).submit(registrar.submission(mock.application("family-of-five")))
            wait_until(lambda: "mvd-vehicles" in mock.counts())
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: "stopping" in events_of(tmp_path / "log"))
            process.send_signal(second)
            assert process.wait(5) == -second
        mock.suite.failures.reset()
