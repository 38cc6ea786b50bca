"""An SMS from our adapter to the suite's gateway over the wire: once, through outages, and without being told of."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.ports import Deadline
from contracts.catalogue import load_catalogue
from contracts.errors import DeliveryFailed, DeliveryRefused, NoticeError
from contracts.sms import Receipt, SmsMessage
from tests.support.clock import MovableClock
from tests.support.house import SENDER, SENDER_PASSWORD, MockServer

PHONE, LANDLINE = "+77000004170", "+77172004170"
TEXT = "АӘК: өтініш бойынша хабарлама бар."
SHORT = 0.5
"""Seconds: enough for an answer on this machine, and soon over."""


@dataclass(frozen=True)
class Post:
    """Our side and the phones."""

    adapters: Adapters
    mock: MockServer

    def send(self, number: str, phone: str = PHONE, seconds: float = 10) -> Receipt:
        return self.adapters.sms.send(SmsMessage(number, phone, TEXT), deadline=Deadline(seconds))

    def control(self, method: str, path: str, **body: object) -> requests.Response:
        return requests.request(method, f"{self.mock.url}/_mock/sms{path}", json=body or None, timeout=20)

    def received(self, number: str) -> list[int]:
        """How often the gateway was sent the message, once for each copy of it on the phone."""
        entries = self.control("POST", "/search", phone=PHONE).json()
        return [one["received"] for one in entries if one["id"] == number]


@pytest.fixture
def post(mock: MockServer, clock: MovableClock) -> Iterator[Post]:
    config = AdapterConfig(
        shep_sync_url=f"{mock.url}/bip-sync-wss-gost/",
        shep_async_url=f"{mock.url}/bip-async-wss-gost/",
        soap_base=f"{mock.url}/soap",
        rest_base=f"{mock.url}/rest",
        sender_id=SENDER,
        sender_password=SENDER_PASSWORD,
        sms_login=SENDER,
        sms_password=SENDER_PASSWORD,
        sms_sender="1414",
    )
    adapters = build_adapters(
        config, load_catalogue(), clock=clock, new_id=lambda: str(uuid.uuid4()), wait=lambda _: 0.0
    )
    post = Post(adapters, mock)
    try:
        yield post
    finally:
        post.control("POST", "/outage", on=False)
        mock.mend()
        adapters.close()


def test_a_message_comes_to_its_phone_under_our_sender(post: Post, clock: MovableClock) -> None:
    assert post.send("n-1-sms") == Receipt("n-1-sms")
    (entry,) = [one for one in post.mock.get("/_mock/sms") if one["id"] == "n-1-sms"]
    assert (entry["phone"], entry["text"], entry["sender"]) == (PHONE, TEXT, "1414")
    assert entry["at"] == clock().isoformat(timespec="seconds")


def test_a_message_that_is_sent_again_is_on_the_phone_once(post: Post) -> None:
    assert post.send("n-2-sms") == post.send("n-2-sms")
    assert post.received("n-2-sms") == [2]


@pytest.mark.parametrize("kind", ["silence", "refuse", "html_503"])
def test_an_outage_is_a_failure_that_passes_and_the_message_comes_once(kind: str, post: Post) -> None:
    number = f"n-3-{kind.replace('_', '-')}"
    assert post.control("POST", "/outage", on=True, kind=kind).status_code == 200
    patience = Deadline(8)
    with pytest.raises(DeliveryFailed) as failed:
        post.send(number, seconds=SHORT)
    assert failed.value.retryable
    assert not patience.expired
    assert post.received(number) == []
    post.control("POST", "/outage", on=False)
    post.send(number)
    assert post.received(number) == [1]


def test_a_message_whose_receipt_was_lost_is_sent_again_and_comes_once(post: Post) -> None:
    passport = post.adapters.sms.passport
    assert passport is not None
    post.mock.fail(kind="truncated", passport=passport.key, times=1)
    with pytest.raises(DeliveryFailed, match="contract-broken"):
        post.send("n-4-sms")
    post.send("n-4-sms")
    assert post.received("n-4-sms") == [2]


def test_a_number_that_takes_no_sms_is_refused_for_good(post: Post) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        post.send("n-5-sms", LANDLINE)
    assert not refused.value.retryable
    assert "n-5-sms" not in {one["id"] for one in post.mock.get("/_mock/sms")}


def test_neither_logs_nor_errors_tell_the_phone_or_the_text(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    post.send("n-6-sms")
    post.control("POST", "/outage", on=True, kind="refuse")
    for phone, on in ((PHONE, True), (LANDLINE, False)):
        post.control("POST", "/outage", on=on)
        with pytest.raises(NoticeError) as failed:
            post.send("n-7-sms", phone, SHORT)
        error: BaseException | None = failed.value
        while error is not None:
            told.append(f"{error!r}")
            error = error.__cause__ or error.__context__
    told.append(caplog.text)
    for secret in (PHONE[2:], LANDLINE[2:], TEXT, SENDER_PASSWORD):
        assert not [text for text in told if secret in text]
