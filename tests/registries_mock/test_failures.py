"""Failures on demand: each kind on each protocol, for whom, how often, and how they end."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.virtual_time import VirtualTime
from registries_mock.web.beside import serving
from tests.registries_mock.judges import assert_envelope, body_root
from tests.registries_mock.small_world import (
    IIN,
    NOBODY,
    NOW,
    SENDER,
    SENDER_ELEMENT,
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

SECOND = timedelta(seconds=1)


@pytest.fixture
def client() -> FlaskClient:
    return small_app().test_client()


@pytest.fixture
def passport(catalogue: Catalogue) -> Passport:
    return catalogue.passports["nobd-universal"]


def fail(client: FlaskClient, **row: object) -> TestResponse:
    return client.post("/_mock/failures", json=row)


def ask(client: FlaskClient, catalogue: Catalogue, passport: Passport, iin: str = IIN) -> TestResponse:
    if passport.protocol is Protocol.SOAP:
        return client.post(f"/soap/{passport.address}", data=soap_message(request_body(catalogue, passport, iin)))
    if passport.protocol is Protocol.REST:
        return client.post(f"/rest/{passport.address}", data=request_body(catalogue, passport, iin))
    data = request_data(catalogue, passport, iin)
    return client.post("/bip-sync-wss-gost/", data=sync_message(passport.service_id, data))


def one_of_each(catalogue: Catalogue) -> list[Passport]:
    return [
        next(one for one in catalogue.passports.values() if one.protocol is protocol)
        for protocol in (Protocol.SHEP_SYNC, Protocol.SOAP, Protocol.REST)
    ]


def synchronous(catalogue: Catalogue) -> list[Passport]:
    return [one for one in catalogue.passports.values() if one.protocol is not Protocol.SHEP_ASYNC]


def test_a_fault_and_a_status_carry_the_wanted_code(
    client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    fail(client, passport=passport.key, kind="fault", code="SCSE003", times=1)
    fail(client, passport=passport.key, kind="status", code="X-1", times=1)
    fault, status, normal = (ask(client, catalogue, passport) for _ in range(3))
    assert assert_envelope(fault.data, "sync-types.xsd").findtext("detail/*/errorCode") == "SCSE003"
    assert fault.status_code == 500
    assert assert_envelope(status.data, "sync-types.xsd").findtext(".//status/code") == "X-1"
    assert assert_envelope(normal.data, "sync-types.xsd").findtext(".//status/code") == passport.success_status


def test_no_record_is_said_of_somebody_who_has_one(
    client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    fail(client, service_id=passport.service_id, kind="no_record")
    assert b"dataObject" not in ask(client, catalogue, passport).data


def test_unreadable_answers_come_on_every_synchronous_protocol(client: FlaskClient, catalogue: Catalogue) -> None:
    for passport in one_of_each(catalogue):
        for kind in ("garbage", "truncated", "html_503"):
            fail(client, passport=passport.key, kind=kind, times=1)
        normal = len(ask(small_app().test_client(), catalogue, passport).data)
        garbage, truncated, page = (ask(client, catalogue, passport) for _ in range(3))
        assert garbage.data.startswith(b"\xff\xfe")
        assert len(truncated.data) == normal // 2
        assert (page.status_code, page.mimetype) == (503, "text/html")


def test_a_code_is_said_on_every_synchronous_protocol(client: FlaskClient, catalogue: Catalogue) -> None:
    for passport in one_of_each(catalogue):
        fail(client, passport=passport.key, kind="status", code="418", times=1)
        reply = ask(client, catalogue, passport)
        assert reply.status_code == 418 or b"418" in reply.data


def test_a_row_fails_one_person_alone_and_only_so_often(
    client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    fail(client, passport=passport.key, iin=NOBODY, kind="html_503", times=2)
    codes = [ask(client, catalogue, passport, iin).status_code for iin in (IIN, NOBODY, NOBODY, NOBODY)]
    assert codes == [200, 503, 503, 200]


def test_rows_are_shown_and_taken_away(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> None:
    fail(client, passport=passport.key, kind="html_503")
    rows = client.get("/_mock/failures").json
    assert rows is not None
    assert rows[0]["kind"] == "html_503"
    assert client.delete("/_mock/failures").status_code == 204
    assert ask(client, catalogue, passport).status_code == 200


@pytest.mark.parametrize("kind", ["silence", "slow"])
def test_a_held_reply_goes_when_the_suite_is_reset(
    kind: str, client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    suite = suite_of(client.application)
    fail(client, passport=passport.key, kind=kind, seconds=60)
    got: list[int] = []
    thread = threading.Thread(target=lambda: got.append(ask(client, catalogue, passport).status_code))
    thread.start()
    while not suite.counts.all():
        threading.Event().wait(0.001)
    thread.join(0.05)
    assert thread.is_alive()
    suite.reset()
    thread.join(10)
    assert got == [504 if kind == "silence" else 200]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"kind": "explode"}, "kind is one of"),
        ({"kind": "slow", "seconds": 61}, "seconds"),
        ({"kind": "slow", "seconds": "5"}, "seconds"),
        ({"kind": "fault", "times": 0}, "times"),
        ({"kind": "fault", "code": 5}, "texts"),
        ({"kind": "fault", "passport": "none-such"}, "no such passport"),
        ({"kind": "fault", "service_id": "NONE"}, "service id"),
        ({"kind": "fault", "persona": "x"}, "no such persona"),
        ({"kind": "fault", "person": "x"}, "person is not a word"),
        ({"kind": "fault", "passport": ["x"]}, "texts"),
        ({"kind": "fault", "registry": "none-such"}, "registry"),
        ({"kind": "fault", "registry": "kgd", "passport": "nobd-universal"}, "at once"),
        ({"kind": "fault", "variant": "same-id"}, "no variants"),
        ({"kind": "duplicate", "variant": "thrice"}, "variant is one of same-id, new-id"),
        ({"kind": "late"}, "seconds"),
        ({"kind": "drip"}, "seconds"),
        ({"kind": "http_error", "code": "200"}, "from 400 to 599"),
        ({"kind": "http_error", "code": "5000"}, "from 400 to 599"),
        ({"kind": "dtd", "registry": "banks"}, "registry"),
        ({"kind": "drip", "seconds": 5, "half": "reply"}, "half is one of acceptance"),
        ({"kind": "wrong_namespace", "variant": "payload", "half": "acceptance"}, "half is one of reply"),
        ({"kind": "missing_element", "code": "persons/nobody"}, "cannot happen"),
        ({"kind": "contradiction", "variant": "name", "passport": "kgd-incomes"}, "cannot happen"),
        ({"kind": "stale", "seconds": 401 * 86_400}, "seconds"),
        ({"kind": "late", "seconds": 400 * 86_400 + 1}, "seconds"),
        ({"kind": "late", "seconds": float("nan")}, "seconds"),
        ({"kind": "late", "seconds": 5, "passport": "nobd-universal"}, "cannot happen"),
        ({"kind": "reordered", "passport": "kgd-incomes"}, "cannot happen"),
        ({"kind": "fault", "from": "2026-10-05T10:00:00"}, "from is a moment with its zone"),
        ({"kind": "fault", "until": 5}, "until is a moment"),
        ({"kind": "fault", "from": "2026-10-05T10:00:00Z", "until": "2026-10-05T15:00:00+05:00"}, "from is before"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_a_sentence(
    row: dict[str, object], said: str, client: FlaskClient
) -> None:
    reply = client.post("/_mock/failures", json=row)
    assert reply.status_code == 422
    assert reply.json is not None
    assert said in reply.json["error"]
    assert client.get("/_mock/failures").json == []


@pytest.mark.parametrize(
    ("kind", "messages"),
    [("silence", 0), ("slow", 0), ("no_record", 2), ("garbage", 2), ("truncated", 2), ("status", 2)],
)
def test_an_asynchronous_reply_is_late_lost_or_spoiled_after_it_was_taken(
    kind: str, messages: int, catalogue: Catalogue
) -> None:
    timer = HandTimer()
    client = small_app(timer=timer).test_client()
    passport = catalogue.passports["oop-labour-history"]
    fail(client, passport=passport.key, kind=kind, seconds=30, code="ERROR")
    assert client.post("/bip-async-wss-gost/", data=async_request(catalogue, passport)).status_code == 200
    timer.advance(1)
    pull = async_message("getMessages", f"<serviceId>{passport.service_id}</serviceId>{SENDER_ELEMENT}")
    found = assert_envelope(client.post("/bip-async-wss-gost/", data=pull).data, "async-types.xsd")
    assert len(found.findall("response/messages")) == messages
    if kind == "status":
        assert "<status>ERROR</status>" in str(found.findall(".//data")[-1].text)
    timer.advance(60)
    found = body_root(client.post("/bip-async-wss-gost/", data=pull).data)
    assert len(found.findall("response/messages")) == (0 if kind == "silence" else 2)


@pytest.mark.parametrize("kind", ["fault", "html_503"])
def test_an_asynchronous_request_may_be_refused_at_the_door(kind: str, catalogue: Catalogue) -> None:
    client = small_app().test_client()
    passport = catalogue.passports["oop-labour-history"]
    fail(client, passport=passport.key, kind=kind, code="999")
    reply = client.post("/bip-async-wss-gost/", data=async_request(catalogue, passport))
    assert reply.status_code == (500 if kind == "fault" else 503)


@pytest.mark.parametrize("path", ["/_mock/failures", "/_mock/participants"])
@pytest.mark.parametrize("body", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000, b"{", b"[]", b"\xff"])
def test_what_is_no_order_is_refused_and_breaks_nothing(client: FlaskClient, path: str, body: bytes) -> None:
    assert client.post(path, data=body, content_type="application/json").status_code == 422


def test_a_silence_is_as_long_as_its_row_says(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> None:
    fail(client, passport=passport.key, kind="silence", seconds=0)
    assert ask(client, catalogue, passport).status_code == 504


def test_a_row_of_a_registry_fails_all_its_services_and_no_others(client: FlaskClient, catalogue: Catalogue) -> None:
    registry = next(
        name for name, count in Counter(one.registry for one in synchronous(catalogue)).items() if count > 1
    )
    fail(client, registry=registry, kind="html_503")
    codes = {
        (one.registry == registry, ask(client, catalogue, one).status_code == 503) for one in synchronous(catalogue)
    }
    assert codes == {(True, True), (False, False)}


def test_a_row_fails_within_its_window_by_the_clock_of_the_suite(catalogue: Catalogue, passport: Passport) -> None:
    time = VirtualTime(NOW)
    client = small_app(clock=time, timer=time).test_client()
    start, end = NOW + timedelta(days=1), NOW + timedelta(days=4)
    row = fail(client, kind="html_503", times=2, **{"from": start.isoformat(), "until": end.isoformat()}).json
    assert row is not None and (row["from"], row["until"]) == (start.isoformat(), end.isoformat())
    codes = [ask(client, catalogue, passport).status_code]
    for moment in (start - SECOND, start, end - SECOND, end):
        time.advance(moment - time(), 20)
        codes.append(ask(client, catalogue, passport).status_code)
    time.close()
    assert codes == [200, 200, 503, 503, 200]


def test_a_row_that_has_an_end_fails_nobody_after_it(catalogue: Catalogue, passport: Passport) -> None:
    client = small_app().test_client()
    fail(client, kind="html_503", until=NOW.isoformat())
    assert ask(client, catalogue, passport).status_code == 200


@pytest.mark.parametrize("protocol", [Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC, Protocol.REST])
@pytest.mark.parametrize(("kind", "seen"), [("close", "without response"), ("reset", "reset by peer")])
def test_a_connection_ends_without_a_reply(kind: str, seen: str, protocol: Protocol, catalogue: Catalogue) -> None:
    passport = next(one for one in catalogue.passports.values() if one.protocol is protocol)
    timer = HandTimer()
    app = small_app(timer=timer)
    suite_of(app).failures.add({"kind": kind, "passport": passport.key, "times": 1})
    path, body = {
        Protocol.SHEP_SYNC: (
            "/bip-sync-wss-gost/",
            sync_message(passport.service_id, request_data(catalogue, passport)),
        ),
        Protocol.SHEP_ASYNC: ("/bip-async-wss-gost/", async_request(catalogue, passport)),
        Protocol.REST: (f"/rest/{passport.address}", request_body(catalogue, passport)),
    }[protocol]
    with serving(app) as url:
        with pytest.raises(requests.ConnectionError, match=seen):
            requests.post(url + path, data=body, timeout=20)
        timer.advance(60)
        assert not list(suite_of(app).mailbox.waiting(SENDER, passport.service_id))
        assert requests.post(url + path, data=body, timeout=20).status_code == 200
