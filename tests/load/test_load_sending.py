"""What is sent is counted as it was answered, and registries are away before they are slow."""

from __future__ import annotations

import json

import pytest

from contracts.catalogue import load_catalogue
from registries_mock.scenario.reading import read_scenario
from tests.adapters.stub_server import always, http, serving
from tests.chaos.ports import find_port
from tests.load.sending import NO_ANSWER, send_all
from tests.load.weather import HANGS, HELD_SECONDS, SLOW_SHARE, describe_weather
from tests.support.house import Caller


def test_every_application_is_sent_once_at_its_moment_under_a_key_of_its_own() -> None:
    moments = (0.0, 0.01, 0.3)
    with serving(always(http(202, b'{"id": "app_1"}'))) as stub:
        sent = send_all(Caller(stub.url.rstrip("/"), "key"), [{"n": n} for n in range(3)], moments, "load")
        bodies = [json.loads(asked.body) for asked in stub.asked]
    assert [(one.at, one.status, one.id) for one in sent] == [(at, 202, "app_1") for at in moments]
    assert sorted(body["n"] for body in bodies) == [0, 1, 2]
    assert len({asked.header("Idempotency-Key") for asked in stub.asked}) == 3
    assert all(one.seconds > 0 for one in sent)


@pytest.mark.parametrize("status", [400, 429, 503])
def test_what_is_not_accepted_is_kept_with_its_status(status: int) -> None:
    with serving(always(http(status, b"{}"))) as stub:
        (sent,) = send_all(Caller(stub.url.rstrip("/"), "key"), [{}], (0.0,), "load")
    assert (sent.status, sent.id) == (status, "")


def test_what_is_not_answered_at_all_is_kept_too() -> None:
    (sent,) = send_all(Caller(f"http://127.0.0.1:{find_port()}", "key"), [{}], (0.0,), "load")
    assert (sent.status, sent.id) == (NO_ANSWER, "")


def test_a_registry_that_is_away_is_away_before_it_is_slow() -> None:
    entries = read_scenario(json.dumps(describe_weather(3, "gbdrn")).encode(), is_json=True).entries
    away, slow, usual = [entry.words for entry in entries]
    assert (away["registry"], away["kind"]) == ("gbdrn", "html_503")
    assert (slow["kind"], slow["probability"]) == ("slow", SLOW_SHARE)
    assert usual["variant"] == "lognormal"
    hangs = describe_weather(3, "gbdrn", 0.25, HANGS)["timeline"][0]
    assert hangs == {"kind": "silence", "registry": "gbdrn", "seconds": HELD_SECONDS}
    longest = max(one.limits.attempt_seconds for one in load_catalogue().passports.values() if one.registry == "gbdrn")
    assert longest < HELD_SECONDS
    assert len(read_scenario(json.dumps(describe_weather(3)).encode(), is_json=True).entries) == 2
