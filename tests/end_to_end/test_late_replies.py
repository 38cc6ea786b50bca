"""Asynchronous services: pushed or fetched, early or twice or astray, a late reply is told once and harms nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts.catalogue import load_catalogue
from contracts.words import Protocol
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.house import House, MockServer, open_house, open_mock, parts_of
from tests.support.waiting import wait_until

LATE = {key for key, passport in load_catalogue().passports.items() if passport.protocol is Protocol.SHEP_ASYNC}
TYPES = "http://bip.bee.kz/AsyncChannel/v10/Types"


class Bus:
    """The messages that the mock's bus pushed to the gateway, kept to be sent again."""

    def __init__(self, mock: MockServer) -> None:
        self.pushed: list[tuple[str, bytes]] = []
        delivery: Any = mock.suite.delivery
        send = delivery._push

        def push(url: str, body: bytes) -> bytes:
            self.pushed.append((url, body))
            answer: bytes = send(url, body)
            return answer

        delivery._push = push


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("late")


@pytest.fixture(scope="module")
def late_mock(registrar: Registrar, clock: MovableClock) -> Iterator[MockServer]:
    with open_mock(clock, registrar) as mock:
        yield mock


@pytest.fixture(scope="module")
def bus(late_mock: MockServer) -> Bus:
    return Bus(late_mock)


@pytest.fixture(scope="module")
def pushed_to(
    folder: Path, registrar: Registrar, clock: MovableClock, late_mock: MockServer, bus: Bus
) -> Iterator[House]:
    # Unsigned: these tests change what the bus pushed, which a signature would tell.
    with open_house(folder, registrar, clock, late_mock, {"ASP_SHEP_KEY_FILE": "none"}) as house:
        yield house


def late_parts(dossier: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [part for part in parts_of(dossier) if part["passport"] in LATE]


def post(url: str, body: bytes) -> requests.Response:
    return requests.post(url, data=body, headers={"Content-Type": "text/xml; charset=utf-8"}, timeout=20)


def test_a_late_reply_that_is_pushed_closes_its_inquiry_and_is_told_of_to_the_bus(pushed_to: House, bus: Bus) -> None:
    dossier = pushed_to.gather(pushed_to.mock.application("family-of-five"))
    assert {part["passport"] for part in late_parts(dossier)} == {*LATE} & {p["passport"] for p in late_parts(dossier)}
    assert "found" in {part["outcome"] for part in late_parts(dossier)}
    assert bus.pushed
    wait_until(lambda: not pushed_to.look("SELECT 1 FROM arrivals WHERE notified_at IS NULL"))
    mailbox: Any = pushed_to.mock.suite.mailbox
    waiting = [m for m in mailbox._messages.values() if m.owner == "asp-gateway" and m.state == "ON_DELIVERY"]
    assert not waiting


def test_a_reply_that_is_delivered_twice_changes_nothing(pushed_to: House, bus: Bus) -> None:
    gathered = pushed_to.gather(pushed_to.mock.application("sole-proprietor"))
    # Its dates are set by the step after the registration.
    dossier = pushed_to.settled(gathered["application"]["id"])
    before = pushed_to.look("SELECT * FROM events ORDER BY seq"), pushed_to.look("SELECT count(*) FROM arrivals")
    for url, body in list(bus.pushed):
        answer = post(url, body)
        assert answer.status_code == 200
        assert b"sendMessageResponse" in answer.content
    assert (
        pushed_to.look("SELECT * FROM events ORDER BY seq"),
        pushed_to.look("SELECT count(*) FROM arrivals"),
    ) == before
    again = pushed_to.provider.dossier(dossier["application"]["id"])
    assert again["sha256"] == dossier["sha256"]


def test_a_reply_of_an_unknown_chain_is_kept_and_harms_nobody(pushed_to: House, bus: Bus) -> None:
    pushed_to.gather(pushed_to.mock.application("family-of-five"))
    url, body = bus.pushed[-1]
    stray = _replace(
        _replace(_replace(body, "messageId", "stray-1"), "correlationId", "nobodys-chain"), "value", "exc_nobody"
    )
    events = pushed_to.look("SELECT count(*) FROM events")
    assert post(url, stray).status_code == 200
    assert pushed_to.look("SELECT exchange_id FROM arrivals WHERE message_id = 'stray-1'") == [(None,)]
    assert pushed_to.look("SELECT count(*) FROM events") == events


def test_a_reply_of_another_service_in_our_chain_is_kept_and_answers_nothing(pushed_to: House, bus: Bus) -> None:
    pushed_to.mock.fail(kind="silence", passport=sorted(LATE)[0])
    try:
        seen = len(bus.pushed)
        application_id = pushed_to.provider.submit(
            pushed_to.registrar.submission(pushed_to.mock.application("family-of-five"))
        )
        wait_until(lambda: len(bus.pushed) > seen)
        before = pushed_to.settled(application_id, silent=sorted(LATE)[0])
        pending = pushed_to.look(
            "SELECT correlation_id FROM exchanges WHERE application_id = ? AND state = 'pending'", application_id
        )
        assert pending or not any(p["outcome"] == "no_answer" for p in late_parts(before))
        for number, (chain,) in enumerate(pending):
            url, body = bus.pushed[-1]
            other = _replace(
                _replace(_replace(body, "messageId", f"other-{number}"), "correlationId", chain), "serviceId", "ANOTHER"
            )
            assert post(url, _replace(other, "value", "exc_nobody")).status_code == 200
        after = pushed_to.provider.dossier(application_id)
        assert [p["outcome"] for p in parts_of(after)] == [p["outcome"] for p in parts_of(before)]
    finally:
        pushed_to.mock.mend()


@pytest.mark.parametrize("body", [b"", b"not xml", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_push_that_cannot_be_read_is_refused_and_not_kept(pushed_to: House, body: bytes) -> None:
    before = pushed_to.look("SELECT count(*) FROM arrivals")
    answer = post(f"{pushed_to.gateway_url}/shep/async-client", body)
    assert answer.status_code >= 400
    assert pushed_to.look("SELECT count(*) FROM arrivals") == before


def test_who_cannot_be_reached_fetches_late_replies(tmp_path: Path, registrar: Registrar, clock: MovableClock) -> None:
    with (
        open_mock(clock, registrar) as mock,
        open_house(tmp_path, registrar, clock, mock, {"ASP_PULL_SECONDS": "1"}, push=False) as house,
    ):
        assert mock.get("/_mock/participants") == {}
        dossier = house.gather(mock.application("family-of-five"))
        assert "found" in {part["outcome"] for part in late_parts(dossier)}
        assert house.look("SELECT count(*) FROM arrivals")[0][0] > 0


def test_a_reply_that_is_there_before_the_acceptance_is_kept_finds_its_exchange(
    tmp_path: Path, registrar: Registrar, clock: MovableClock
) -> None:
    """The bus pushes at once, while its acceptance still waits for the latency of the mock."""
    with (
        open_mock(clock, registrar, reply_delay_seconds=0.0) as mock,
        open_house(tmp_path, registrar, clock, mock) as house,
    ):
        handle = mock.suite.asynchronous.handle
        early: list[int] = []

        def slow(raw: bytes) -> Any:
            reply = handle(raw)
            if b"<sendMessage" in raw or (b":sendMessage" in raw and b"DeliveryNotification" not in raw):
                wait_until(lambda: house.look("SELECT count(*) FROM arrivals")[0][0] > len(early), 5)
                early.append(1)
            return reply

        channel: Any = mock.suite.asynchronous
        channel.handle = slow
        dossier = house.gather(mock.application("lone-pensioner"))
        assert early
        assert {part["outcome"] for part in late_parts(dossier)} <= {"found", "no_record"}


def _replace(body: bytes, element: str, text: str) -> bytes:
    """The last element of that local name with another text."""
    before, _, rest = body.rpartition(f"<{element}>".encode())
    _, _, after = rest.partition(f"</{element}>".encode())
    assert before, element
    return before + f"<{element}>{text}</{element}>".encode() + after
