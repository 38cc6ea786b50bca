"""A reset really resets: held replies go, what is to come does not come, what was under way is not taken up again."""

from __future__ import annotations

import threading

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.http import PushFailed
from registries_mock.settings import Settings
from tests.registries_mock.small_world import (
    SENDER,
    SENDER_ELEMENT,
    HandTimer,
    Participant,
    async_message,
    async_request,
    request_data,
    small_app,
    sync_message,
)

SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"
URL = "http://participant.test/"


def late_passport(catalogue: Catalogue) -> Passport:
    return next(one for one in catalogue.passports.values() if one.protocol is Protocol.SHEP_ASYNC)


def test_a_late_reply_that_is_to_come_does_not_come(catalogue: Catalogue) -> None:
    timer, participant = HandTimer(), Participant()
    client = small_app(Settings(participants={SENDER: URL}), timer=timer, push=participant.push).test_client()
    late = late_passport(catalogue)
    client.post(ASYNC, data=async_request(catalogue, late))
    client.post("/_mock/reset")
    timer.advance(1000)
    pull = async_message("getMessages", f"<serviceId>{late.service_id}</serviceId>{SENDER_ELEMENT}")
    assert participant.got == [] and b"<messages>" not in client.post(ASYNC, data=pull).data


def test_a_push_that_fails_while_all_is_reset_is_not_tried_again(catalogue: Catalogue) -> None:
    timer, tried = HandTimer(), list[str]()

    def push(url: str, _: bytes) -> bytes:
        tried.append(url)
        client.post("/_mock/reset")
        raise PushFailed("not now")

    client = small_app(Settings(participants={SENDER: URL}), timer=timer, push=push).test_client()
    client.post(ASYNC, data=async_request(catalogue, late_passport(catalogue)))
    timer.advance(1000)
    assert tried == [URL]
    assert client.get("/_mock/journal").get_json() == []


def test_a_held_reply_goes_at_once_and_the_next_exchange_is_as_usual(catalogue: Catalogue) -> None:
    app = small_app()
    client = app.test_client()
    passport = catalogue.passports["nobd-universal"]
    message = sync_message(passport.service_id, request_data(catalogue, passport))
    client.post("/_mock/failures", json={"kind": "silence"})
    came: list[int] = []
    held = threading.Thread(target=lambda: came.append(app.test_client().post(SYNC, data=message).status_code))
    held.start()
    assert (
        client.post("/_mock/journal/verify", json={"where": {"failure": "silence"}, "seconds": 30}).status_code == 200
    )
    client.post("/_mock/reset")
    held.join(30)
    assert came == [504]
    assert client.post(SYNC, data=message).status_code == 200
    # What was held ended after the reset: it belongs to what was forgotten.
    assert [one["status"] for one in client.get("/_mock/journal").get_json()] == [200]
