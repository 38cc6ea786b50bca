"""Spaces: what one test does to the suite is not seen by another, and ends with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.settings import Settings
from registries_mock.spaces.routes import space_control
from registries_mock.spaces.spaces import MOST, Space, Spaces
from registries_mock.spaces.wanted import WantedSpace
from registries_mock.suite import real_world
from tests.registries_mock.small_world import (
    SENDER_ELEMENT,
    async_message,
    async_request,
    listening,
    request_body,
    request_data,
    small_app,
    suite_of,
    sync_message,
)

SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"
BROKEN = {"kind": "html_503"}


@pytest.fixture
def app() -> Flask:
    return small_app(Settings(reply_delay_seconds=0.0))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def passport(catalogue: Catalogue) -> Passport:
    return catalogue.passports["nobd-universal"]


def open_space(client: FlaskClient, name: str = "mine", **more: Any) -> dict[str, Any]:
    reply = client.post("/_mock/spaces", json={"name": name} | more)
    assert reply.status_code == 201, reply.get_json()
    return dict(reply.get_json())


def by_header(name: str) -> dict[str, str]:
    return {"X-Mock-Space": name}


def test_each_way_of_choosing_leads_to_the_space_and_no_other_leads_there(
    client: FlaskClient, catalogue: Catalogue, passport: Passport
) -> None:
    space = open_space(client, senders={"portal-7": "word"})
    client.post("/_mock/failures", json=BROKEN, headers=by_header("mine"))
    data = request_data(catalogue, passport)
    usual = sync_message(passport.service_id, data)
    own = sync_message(passport.service_id, data, sender="portal-7", password="word")
    asked: dict[str, Callable[[], Any]] = {
        "header": lambda: client.post(SYNC, data=usual, headers=by_header("mine")),
        "path": lambda: client.post(f"{space['path']}{SYNC}", data=usual),
        "sender": lambda: client.post(SYNC, data=own),
        "sender in UTF-16": lambda: client.post(SYNC, data=own.decode().encode("utf-16")),
        "sender with blanks": lambda: client.post(SYNC, data=own.replace(b"<senderId>", b'<senderId a="1" >\n')),
    }
    assert {name: ask().status_code for name, ask in asked.items()} == dict.fromkeys(asked, 503)
    assert client.post(SYNC, data=usual).status_code == 200


def test_a_space_is_chosen_by_the_sender_whom_the_bus_reads_and_by_no_other_mention(client: FlaskClient) -> None:
    open_space(client, senders={"portal-7": "word"})
    other = "<senderId>portal-7</senderId>"
    common = sync_message("NONE", "<data/>")
    own = sync_message("NONE", "<data/>", sender="portal-7", password="word")
    foreign = {
        "comment": common.replace(b"<S:Body>", f"<!-- {other} --><S:Body>".encode()),
        "header": common.replace(b"<S:Body>", f"<S:Header><x>{other}</x></S:Header><S:Body>".encode()),
        "property": common.replace(
            b"<messageId>", f"<properties><value>{other}</value></properties><messageId>".encode()
        ),
    }
    mine = {
        "reference": own.replace(b">portal-7", b">&#112;ortal-7"),
        "CDATA": own.replace(b"portal-7", b"<![CDATA[portal-7]]>"),
    }
    for name, message in (foreign | mine).items():
        client.delete("/_mock/journal")
        client.post(SYNC, data=message)
        listed: Any = client.get("/_mock/journal").json
        assert len(listed) == (name in foreign), name


def test_services_without_senders_are_chosen_by_path_or_header(client: FlaskClient, catalogue: Catalogue) -> None:
    rest = next(one for one in catalogue.passports.values() if one.protocol is Protocol.REST)
    body = request_body(catalogue, rest)
    space = open_space(client)
    client.post(f"{space['path']}/_mock/failures", json=BROKEN)
    assert client.post(f"{space['path']}/rest/{rest.address}", data=body).status_code == 503
    assert client.post(f"/rest/{rest.address}", data=body, headers=by_header("mine")).status_code == 503
    assert client.post(f"/rest/{rest.address}", data=body).status_code == 200


def test_a_contract_names_the_address_in_the_space(client: FlaskClient) -> None:
    space = open_space(client)
    wsdl = etree.fromstring(client.get(f"{space['path']}{SYNC}?wsdl").data)
    (address,) = wsdl.iterfind(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address.get("location") == f"http://localhost{space['path']}{SYNC}"


def test_nothing_of_one_space_is_seen_in_another(client: FlaskClient, catalogue: Catalogue) -> None:
    """Journal, counts, messages, SMS, files, consents, failures: whatever the control addresses list."""
    open_space(client, "one")
    open_space(client, "two")
    listed = (
        "/_mock/journal", "/_mock/counts", "/_mock/sms", "/_mock/files", "/_mock/notifications", "/_mock/consents",
        "/_mock/failures", "/_mock/ca/failures", "/_mock/participants",
    )  # fmt: skip
    untouched = {path: client.get(path, headers=by_header("two")).get_json() for path in listed}
    inside = by_header("one")
    for passport in catalogue.passports.values():
        if passport.protocol is Protocol.SHEP_SYNC:
            message = sync_message(passport.service_id, request_data(catalogue, passport))
            client.post(SYNC, data=message, headers=inside)
    client.post("/_mock/failures", json={"kind": "slow"}, headers=inside)
    client.post("/_mock/ca/failures", json={"kind": "silence"}, headers=inside)
    client.post("/_mock/participants", json={"sender_id": "asp-gateway", "url": "http://x.test"}, headers=inside)
    touched = {path for path in listed if client.get(path, headers=inside).get_json() != untouched[path]}
    assert touched == set(listed)
    for headers in (by_header("two"), {}):
        assert {path: client.get(path, headers=headers).get_json() for path in listed} == untouched


def test_a_message_waits_in_its_own_space(client: FlaskClient, catalogue: Catalogue) -> None:
    late = next(one for one in catalogue.passports.values() if one.protocol is Protocol.SHEP_ASYNC)
    open_space(client, async_delay=0, clock="2026-10-05T10:00")
    client.post(ASYNC, data=async_request(catalogue, late), headers=by_header("mine"))
    client.post("/dev/clock", json={"step": "PT1M"}, headers=by_header("mine"))
    pull = async_message("getMessages", f"<serviceId>{late.service_id}</serviceId>{SENDER_ELEMENT}")
    assert b"<messages>" in client.post(ASYNC, data=pull, headers=by_header("mine")).data
    assert b"<messages>" not in client.post(ASYNC, data=pull).data


def test_virtual_time_passes_in_one_space_alone(client: FlaskClient) -> None:
    open_space(client, "one", clock="2026-10-05T10:00")
    open_space(client, "two", clock="2027-01-01T00:00+05:00")
    client.post("/dev/clock", json={"step": "P2D"}, headers=by_header("one"))
    now = [client.get("/dev/clock", headers=by_header(name)).get_json()["now"] for name in ("one", "two")]
    assert now == ["2026-10-07T10:00:00+05:00", "2027-01-01T00:00:00+05:00"]
    assert client.get("/dev/clock").status_code == 404


def test_a_space_has_people_of_its_own_where_it_has_a_seed_of_its_own() -> None:
    settings = Settings(seed=1)
    client = small_app(settings, real_world(settings).people).test_client()
    open_space(client, "same")
    open_space(client, "other", seed=2)
    same, other = (client.get("/_mock/people/family-of-five", headers=by_header(one)).data for one in ("same", "other"))
    assert client.get("/_mock/people/family-of-five").data == same != other


def test_a_reset_in_a_space_lets_its_held_replies_go_and_touches_no_other(
    app: Flask, catalogue: Catalogue, passport: Passport
) -> None:
    client = app.test_client()
    message = sync_message(passport.service_id, request_data(catalogue, passport))
    for name in ("one", "two"):
        open_space(client, name)
        client.post("/_mock/failures", json={"kind": "silence"}, headers=by_header(name))
    came: list[int] = []

    def ask() -> None:
        came.append(app.test_client().post(SYNC, data=message, headers=by_header("one")).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    wanted = {"where": {"failure": "silence"}, "seconds": 30}
    assert client.post("/_mock/journal/verify", json=wanted, headers=by_header("one")).status_code == 200
    client.post("/_mock/reset", headers=by_header("one"))
    asking.join(30)
    assert came == [504]
    assert client.get("/_mock/failures", headers=by_header("one")).get_json() == []
    assert len(client.get("/_mock/failures", headers=by_header("two")).get_json()) == 1


def test_a_closed_space_is_gone_and_its_name_and_senders_are_free(client: FlaskClient) -> None:
    open_space(client, senders={"portal-7": "word"})
    assert client.delete("/_mock/spaces/mine").status_code == 204
    assert client.delete("/_mock/spaces/mine").status_code == 404
    assert client.get("/_mock/health", headers=by_header("mine")).status_code == 404
    assert client.get("/_mock/spaces").get_json() == []
    open_space(client, senders={"portal-7": "word"})


def test_the_suite_s_end_is_the_end_of_its_spaces(app: Flask) -> None:
    client = app.test_client()
    open_space(client)
    suite_of(app).close()
    assert client.get("/_mock/spaces").get_json() == []


def test_names_and_senders_belong_to_one_space(client: FlaskClient) -> None:
    open_space(client, senders={"portal-7": "word"})
    own, common = {"portal-7": "x"}, {"asp-gateway": "x"}
    for more in ({"name": "mine"}, {"name": "b", "senders": own}, {"name": "b", "senders": common}):
        assert client.post("/_mock/spaces", json=more).status_code == 409, more
    assert [one["name"] for one in client.get("/_mock/spaces").get_json()] == ["mine"]
    assert "word" not in client.get("/_mock/spaces").text


def test_a_space_that_was_never_opened_is_an_error_and_not_the_common_one(client: FlaskClient) -> None:
    for reply in (
        client.get("/_mock/health", headers=by_header("nobody-s")),
        client.post(f"/_space/nobody-s{SYNC}", data=b""),
        client.get("/_space/"),
    ):
        assert reply.status_code == 404


WRONG: list[Any] = [
    [], "x", {}, {"name": ""}, {"name": "a/b"}, {"name": "x" * 65}, {"name": "."}, {"name": 5},
    {"name": "a", "more": 1},
    {"name": "a", "senders": []}, {"name": "a", "senders": {"x": 1}}, {"name": "a", "senders": {"": "x"}},
    {"name": "a", "participants": {"x": "ftp://x"}}, {"name": "a", "seed": "1"}, {"name": "a", "seed": True},
    {"name": "a", "clock": "soon"}, {"name": "a", "clock": 5}, {"name": "a", "clock": "1700-01-01"},
    {"name": "a", "async_delay": -1}, {"name": "a", "async_delay": True}, {"name": "a", "latency": 61},
]  # fmt: skip


def test_what_no_space_can_be_is_refused_with_a_sentence(client: FlaskClient) -> None:
    for said in WRONG:
        reply = client.post("/_mock/spaces", json=said)
        assert reply.status_code == 422 and reply.get_json()["error"], said
    assert client.get("/_mock/spaces").get_json() == []


def test_a_process_holds_so_many_spaces_and_says_so(app: Flask) -> None:
    suite = suite_of(app)
    spaces = Spaces(lambda wanted: Space(wanted, suite, app), ())
    for one in range(MOST):
        spaces.open(WantedSpace(f"s{one}"))
    client = Flask(__name__)
    client.register_blueprint(space_control(spaces))
    assert client.test_client().post("/_mock/spaces", json={"name": "one-more"}).status_code == 429


def test_spaces_are_chosen_over_real_sockets_too(catalogue: Catalogue, passport: Passport) -> None:
    app = small_app()
    message = sync_message(passport.service_id, request_data(catalogue, passport), sender="portal-7", password="word")
    with listening(app) as address, requests.Session() as session:
        session.post(f"{address}/_mock/spaces", json={"name": "mine", "senders": {"portal-7": "word"}}, timeout=10)
        session.post(f"{address}/_space/mine/_mock/failures", json=BROKEN, timeout=10)
        assert session.post(f"{address}{SYNC}", data=message, timeout=10).status_code == 503
        pieces = session.post(f"{address}{SYNC}", data=iter([message]), timeout=10)
        assert pieces.status_code in (500, 503)
