"""A suite for the length of a context: it is there, it fails as the network fails, and it is gone."""

from __future__ import annotations

import threading
import time
from datetime import date
from typing import Any

import pytest
import requests
from requests.exceptions import ConnectionError as ConnectionFailed

from registries_mock.bus.seals import Demand
from registries_mock.testing import in_process, running
from registries_mock.testing.settings import settings_of
from tests.registries_mock.examples.portal import Bus, ask, check_phone

SILENT: dict[str, Any] = {"passport": "bmg-phone"}


def test_a_server_is_there_and_then_gone() -> None:
    with running() as registries:
        assert requests.get(f"{registries.url}/_mock/health", timeout=5).json()["status"] == "ok"
    with pytest.raises(ConnectionFailed):
        requests.get(f"{registries.url}/_mock/health", timeout=5)


def test_the_end_lets_a_held_reply_go_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with running() as registries:
        registries.fail("silence", **SILENT)
        bus = Bus(registries.url, seconds=30)
        asking = threading.Thread(
            target=check_phone, args=(bus, registries.people.iin("family-of-five"), "+77000000000")
        )
        asking.start()
        registries.journal.verify(failure="silence", within=10)
        begun = time.monotonic()
    asking.join(10)
    assert time.monotonic() - begun < 8
    assert [one.name for one in set(threading.enumerate()) - before if one.name == "registries-mock"] == []


@pytest.mark.parametrize(
    ("kind", "failure"),
    [
        ("close", requests.ConnectionError),
        ("reset", requests.ConnectionError),
        ("stall", requests.RequestException),
        ("silence", requests.Timeout),
    ],
)
def test_without_sockets_requests_fails_as_it_does_over_them(kind: str, failure: type[Exception]) -> None:
    words: dict[str, Any] = {"seconds": 0.2} if kind == "stall" else {}
    for context in (in_process, running):
        with context() as registries:
            registries.fail(kind, **SILENT, **words)
            with pytest.raises(failure):
                ask(Bus(registries.url, seconds=0.5), registries.people.iin("family-of-five"), "+77000000000")


def test_without_sockets_nobody_else_is_reached() -> None:
    with in_process(url="http://bus.test") as registries:
        assert requests.get("http://bus.test/_mock/health", timeout=5).status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get("http://elsewhere.test/", timeout=5)
        with pytest.raises(requests.ConnectionError):
            requests.get("http://bus.test.elsewhere/", timeout=5)
        assert registries.journal.entries() == []


def test_any_other_client_takes_the_wsgi_application() -> None:
    from werkzeug.test import Client

    with in_process() as registries:
        assert Client(registries.wsgi).get("/_mock/health").status_code == 200


def test_time_is_stepped_where_it_is_virtual_and_nowhere_else() -> None:
    with in_process(clock="2026-10-05T10:00") as registries:
        assert registries.advance("P1DT2H").isoformat() == "2026-10-06T12:00:00+05:00"
    with in_process() as registries, pytest.raises(RuntimeError, match="time is real"):
        registries.advance("PT1H")


def test_a_space_is_a_suite_of_its_own() -> None:
    with in_process() as registries:
        with registries.space(seed=2) as space:
            space.fail("silence", **SILENT)
            assert requests.get(f"{space.url}/_mock/health", timeout=5).json()["seed"] == 2
            assert registries.suite.failures.rows() == []
        assert requests.get(f"{space.url}/_mock/health", timeout=5).status_code == 404


def test_what_was_not_exchanged_is_an_assertion_with_the_nearest_exchange() -> None:
    with in_process() as registries:
        iin = registries.people.iin("family-of-five")
        check_phone(Bus(registries.url), iin, registries.people.phone(iin))
        assert registries.journal.verify(passport="bmg-phone", status=200) == [1]
        with pytest.raises(AssertionError, match=r"(?s)0 exchanges.*nearest: 1.*'wanted': 500, 'found': 200"):
            registries.journal.verify(passport="bmg-phone", status=500)
        with pytest.raises(ValueError, match="colour is none of"):
            registries.journal.verify(colour="red")
        assert registries.journal.whole(1)["reply"]
        with pytest.raises(LookupError):
            registries.journal.whole(2)


def test_people_are_looked_up_by_name_and_by_iin() -> None:
    with in_process() as registries:
        iin = registries.people.iin("family-of-five")
        assert iin in registries.people.iins("family-of-five") and "family-of-five" in registries.people.names()
        record = registries.people.record(iin)
        assert record is not None and record["person"]["iin"] == iin
        assert registries.people.record("000000000000") is None
        with pytest.raises(LookupError):
            registries.people.iin("nobody")


def test_settings_are_said_in_the_words_of_the_command_line() -> None:
    settings = settings_of(today="2026-02-10", signatures="required", senders={"portal": "word"}, latency=0.1)
    assert (settings.today, settings.signatures) == (date(2026, 2, 10), Demand.REQUIRED)
    assert "word" not in repr(settings)
    for wrong in ({"today": "soon"}, {"clock": "soon"}, {"signatures": "perhaps"}):
        with pytest.raises(ValueError, match=r"."):
            settings_of(**wrong)  # type: ignore[arg-type]
