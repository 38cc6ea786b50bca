"""The journal: each exchange is there with all that it met, can be looked for, waited for and verified."""

from __future__ import annotations

import itertools
import re
import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from tests.registries_mock.small_world import (
    IIN,
    NOW,
    PERSONA,
    SENDER,
    HandTimer,
    async_message,
    async_request,
    request_body,
    request_data,
    small_app,
    soap_message,
    suite_of,
    sync_message,
)

SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"
CHANNELS = {
    Protocol.SHEP_SYNC: "sync",
    Protocol.SHEP_ASYNC: "async",
    Protocol.SOAP: "soap",
    Protocol.REST: "rest",
}
TOKEN = re.compile(r"\beyJ[\w-]*\.[\w-]")
"""A КДП token of the suite: words of base64 with dots between, of which the first begins so. Without the dot, a
signature would be one by chance."""


@pytest.fixture
def app() -> Flask:
    return small_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> TestResponse:
    match passport.protocol:
        case Protocol.SHEP_SYNC:
            return client.post(SYNC, data=sync_message(passport.service_id, request_data(catalogue, passport)))
        case Protocol.SHEP_ASYNC:
            return client.post(ASYNC, data=async_request(catalogue, passport))
        case Protocol.SOAP:
            return client.post(f"/soap/{passport.address}", data=soap_message(request_body(catalogue, passport)))
        case Protocol.REST:
            return client.post(f"/rest/{passport.address}", data=request_body(catalogue, passport))


def entries(client: FlaskClient) -> list[dict[str, Any]]:
    return list(client.get("/_mock/journal?limit=1000").get_json())


def whole(client: FlaskClient, number: int) -> dict[str, Any]:
    return dict(client.get(f"/_mock/journal/{number}").get_json())


def verify(client: FlaskClient, **said: Any) -> tuple[int, dict[str, Any]]:
    reply = client.post("/_mock/journal/verify", json=said)
    return reply.status_code, reply.get_json()


def one_of(catalogue: Catalogue, protocol: Protocol) -> Passport:
    return next(one for one in catalogue.passports.values() if one.protocol is protocol)


def test_every_service_s_exchange_is_written_down_with_its_part_its_sender_and_what_came_of_it(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    for number, passport in enumerate(catalogue.passports.values(), 1):
        ask(client, catalogue, passport)
        entry = whole(client, number)
        told = {name: entry[name] for name in ("passport", "registry", "channel", "status", "done", "refused")}
        channel = CHANNELS[passport.protocol]
        assert told == {
            "passport": passport.key, "registry": passport.registry, "channel": channel, "status": 200, "done": True,
            "refused": "",
        }  # fmt: skip
        over_the_bus = channel in ("sync", "async")
        assert entry["sender"] == (SENDER if over_the_bus else "")
        assert entry["signature"] == ("none" if over_the_bus else "")
        assert entry["request"] and entry["reply"] and entry["request_bytes"] > 0 and entry["took_ms"] > 0
        assert entry["at"] == NOW.isoformat(timespec="milliseconds")
        if channel == "sync":
            assert entry["message_id"] in entry["reply"]
        if channel == "async":
            assert entry["message_id"] in entry["reply"] and entry["correlation_id"] in entry["reply"]


def test_a_message_that_comes_again_is_known_by_its_bytes_and_one_that_differs_is_not(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    for number, passport in enumerate(catalogue.passports.values()):
        ask(client, catalogue, passport)
        ask(client, catalogue, passport)
        one, again = whole(client, 2 * number + 1), whole(client, 2 * number + 2)
        is_same = one["request"] == again["request"]
        assert one["request_digest"] and is_same == (one["request_digest"] == again["request_digest"]), passport.key
    digests = {line["request_digest"] for line in client.get("/_mock/journal?since=0&limit=1000").get_json()}
    assert len(digests) > 1


def test_neither_passwords_nor_tokens_are_ever_shown(client: FlaskClient, catalogue: Catalogue) -> None:
    replies = {key: ask(client, catalogue, passport).text for key, passport in catalogue.passports.items()}
    passport = one_of(catalogue, Protocol.SHEP_SYNC)
    data = request_data(catalogue, passport)
    good = sync_message(passport.service_id, data)
    shut_up = "<password>mock-password</password>"
    assert shut_up in good.decode()
    for spoiled in (
        good[: good.index(b"mock-password") + 9],
        good.replace(b"<password>", b'<password a="&gt;" b=">">'),
        good.replace(shut_up.encode(), b"<password><![CDATA[mock-password]]></password>"),
        good.replace(shut_up.encode(), b"<password>mock-pass&#119;ord</password>"),
        good.replace(shut_up.encode(), b"<x:password >not-mock-pass</x:password >"),
        good.replace(shut_up.encode(), b"&lt;password&gt;mock-password&lt;/password&gt;"),
        good.decode().encode("utf-16"),
        b'{"password": "mock-pass\\"word", "apiKey":  "mock-password"}',
        b'{"password": "mock-pass',
    ):
        client.post(SYNC, data=spoiled)
        client.post("/rest/nowhere", data=spoiled)
    shown = "".join(str(whole(client, one["number"])) for one in entries(client))
    assert "mock-pass" not in shown.replace("mock-password-", "")
    given_out = [one for one in entries(client) if one.get("passport") == "kdp-consent"]
    assert len(given_out) == 1 and "***" in whole(client, given_out[0]["number"])["reply"]
    assert TOKEN.search(replies["kdp-consent"])
    assert not TOKEN.search(shown)
    assert shown.count("***") > 40


def test_a_late_reply_s_push_is_written_down_with_its_chain(catalogue: Catalogue) -> None:
    timer = HandTimer()
    client = small_app(timer=timer).test_client()
    client.post("/_mock/participants", json={"sender_id": SENDER, "url": "http://participant.test/"})
    ask(client, catalogue, one_of(catalogue, Protocol.SHEP_ASYNC))
    timer.advance(10)
    asked, *pushed = entries(client)
    assert {one["channel"] for one in pushed} == {"push"} and pushed[-1]["status"] == 200
    assert {one["correlation_id"] for one in pushed} == {asked["correlation_id"]}
    assert pushed[-1]["address"] == "http://participant.test/"


def test_a_failure_is_told_with_its_row(client: FlaskClient, catalogue: Catalogue) -> None:
    row = client.post("/_mock/failures", json={"kind": "no_record", "persona": PERSONA}).get_json()
    ask(client, catalogue, one_of(catalogue, Protocol.SHEP_SYNC))
    (entry,) = entries(client)
    assert (entry["failure"], entry["failure_id"], entry["iin"]) == ("no_record", row["id"], IIN)
    assert verify(client, where={"persona": PERSONA, "failure": "no_record"}, exactly=1)[0] == 200


def test_an_exchange_is_there_while_its_reply_is_held_back(app: Flask, catalogue: Catalogue) -> None:
    client = app.test_client()
    client.post("/_mock/failures", json={"kind": "silence"})
    passport = one_of(catalogue, Protocol.SHEP_SYNC)
    asking = threading.Thread(target=ask, args=(app.test_client(), catalogue, passport))
    asking.start()
    assert verify(client, where={"failure": "silence", "done": False}, seconds=30)[0] == 200
    client.delete("/_mock/failures")
    asking.join(30)
    assert verify(client, where={"failure": "silence", "done": True, "status": 504}, seconds=30)[0] == 200
    assert entries(client)[0]["held_ms"] > 0


def test_who_waits_is_woken_by_the_exchange(app: Flask, catalogue: Catalogue) -> None:
    passport = one_of(catalogue, Protocol.REST)
    found: list[int] = []
    wanted = {"where": {"passport": passport.key}, "at_least": 2, "seconds": 30}
    waiting = threading.Thread(target=lambda: found.append(verify(app.test_client(), **wanted)[0]))
    waiting.start()
    for _ in range(2):
        ask(app.test_client(), catalogue, passport)
    waiting.join(30)
    assert found == [200]


def test_what_does_not_hold_is_told_with_the_nearest_exchanges_and_their_differences(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = one_of(catalogue, Protocol.SHEP_SYNC)
    ask(client, catalogue, passport)
    ask(client, catalogue, one_of(catalogue, Protocol.REST))
    status, verdict = verify(client, where={"passport": passport.key, "sender": "portal"}, exactly=1)
    assert status == 409 and verdict["found"] == 0 and not verdict["holds"]
    assert verdict["nearest"][0] == {"number": 1, "differs": {"sender": {"wanted": "portal", "found": SENDER}}}
    assert verify(client, where={"passport": passport.key}, at_most=0)[0] == 409
    assert verify(client, where={"contains": "никогда"}, exactly=0)[0] == 200
    assert verify(client, where={"contains": passport.service_id}, exactly=1)[0] == 200


@pytest.mark.parametrize(
    ("channel", "spoil", "differs"),
    [
        (SYNC, lambda id_, _: id_[:-1], "service_id"),
        (ASYNC, lambda id_, _: id_, "channel"),
    ],
)
def test_a_message_that_no_service_knew_is_shown_beside_the_services_most_like_it(
    client: FlaskClient, catalogue: Catalogue, channel: str, spoil: Any, differs: str
) -> None:
    for passport in (one for one in catalogue.passports.values() if one.protocol is Protocol.SHEP_SYNC):
        service_id = spoil(passport.service_id, None)
        if channel == SYNC:
            message = sync_message(service_id, request_data(catalogue, passport))
        else:
            info = f"<messageType>REQUEST</messageType><serviceId>{service_id}</serviceId>"
            info += f"<sender><senderId>{SENDER}</senderId><password>mock-password</password></sender>"
            message = async_message(
                "sendMessage", f"<messageInfo>{info}</messageInfo><messageData><data/></messageData>"
            )
        client.post(channel, data=message)
        nearest = whole(client, entries(client)[-1]["number"])["nearest"]
        assert passport.key in [one["passport"] for one in nearest], passport.key
        found = next(one for one in nearest if one["passport"] == passport.key)
        assert list(found["differs"]) == [differs], passport.key
        assert found["differs"][differs]["known"] in (passport.service_id, "sync")


def test_a_mistyped_address_and_a_wrong_root_are_shown_beside_what_is_like_them(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    rest, soap = one_of(catalogue, Protocol.REST), one_of(catalogue, Protocol.SOAP)
    client.post(f"/rest/{rest.address}x", data=b"{}")
    client.post("/bip-sync/", data=b"")
    client.post(f"/soap/{soap.address}", data=soap_message(b"<getSomething/>"))
    addresses = [whole(client, number)["nearest"] for number in (1, 2)]
    assert addresses[0][0]["passport"] == rest.key
    assert addresses[1][0]["differs"]["address"] == {"came": "/bip-sync/", "known": SYNC}
    assert "root" in whole(client, 3)["nearest"][0]["differs"]
    client.post(SYNC, data=b"no XML")
    assert whole(client, 4)["nearest"] == []
    assert entries(client)[1]["channel"] == "nowhere"


def test_what_the_control_addresses_are_asked_is_no_exchange(client: FlaskClient) -> None:
    client.get("/_mock/health")
    client.post("/_mock/nothing")
    client.get("/nothing")
    assert entries(client) == []


def test_a_reset_forgets_and_numbers_begin_anew(client: FlaskClient, catalogue: Catalogue) -> None:
    for _ in range(2):
        ask(client, catalogue, one_of(catalogue, Protocol.REST))
        assert [one["number"] for one in entries(client)] == [1]
        client.post("/_mock/reset")
        assert entries(client) == []


WRONG = [
    [], "x", 1, {"nothing": 1}, {"status": "200"}, {"status": True}, {"done": 1}, {"sender": 5}, {"channel": "ftp"},
    {"persona": "nobody"}, {"since": 1.5}, {"matched": "yes"}, {"contains": None},
]  # fmt: skip


def test_what_cannot_be_looked_for_is_refused_with_a_sentence(client: FlaskClient) -> None:
    for where in WRONG:
        for reply in (
            client.post("/_mock/journal/search", json=where),
            client.post("/_mock/journal/verify", json={"where": where}),
        ):
            assert reply.status_code == 422 and reply.get_json()["error"], where
    counts: tuple[dict[str, Any], ...] = (
        {"exactly": -1},
        {"exactly": True},
        {"exactly": 1, "at_least": 1},
        {"at_least": 2, "at_most": 1},
    )
    for said in itertools.chain(counts, ({"seconds": 61}, {"seconds": "1"}, {"seconds": float("nan")}, {"more": 1})):
        assert verify(client, **said)[0] == 422, said
    assert client.post("/_mock/journal/search", data=b"[" * 100_000).status_code == 422
    for query in ("since=x", "limit=0", "limit=1001"):
        assert client.get(f"/_mock/journal?{query}").status_code in (200, 422), query
    assert client.get("/_mock/journal?limit=0").status_code == 422
    assert client.get("/_mock/journal/7").status_code == 404


def test_the_suite_s_journal_is_its_own(app: Flask, catalogue: Catalogue) -> None:
    ask(app.test_client(), catalogue, one_of(catalogue, Protocol.REST))
    assert [one.facts.passport for one in suite_of(app).journal.entries()] == [one_of(catalogue, Protocol.REST).key]
    assert entries(small_app().test_client()) == []
