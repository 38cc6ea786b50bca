"""Plain SOAP and REST: shared addresses, bad input, contracts over HTTP; and the control API beside them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from contracts.catalogue import Catalogue
from contracts.words import Protocol
from tests.registries_mock.judges import body_root
from tests.registries_mock.small_world import IBAN, SENDER, request_body, small_app, soap_message


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return small_app().test_client()


def test_services_at_one_address_are_told_apart_by_the_root_of_the_body(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    addresses = [one.address for one in catalogue.passports.values() if one.protocol is Protocol.SOAP]
    assert len(set(addresses)) < len(addresses)
    for passport in catalogue.passports.values():
        if passport.protocol is Protocol.SOAP:
            reply = client.post(f"/soap/{passport.address}", data=soap_message(request_body(catalogue, passport)))
            name = passport.reply.root.rpartition(":")[2]
            assert str(body_root(reply.data).tag).endswith(f"}}{name}")


@pytest.mark.parametrize(
    ("address", "body"),
    [("sync-service", b"<a/>"), ("sync-service", b'<x:getP06560 xmlns:x="urn:x"/>'), ("none", b"<a/>")],
)
def test_an_unknown_operation_or_address_is_a_client_fault(address: str, body: bytes, client: FlaskClient) -> None:
    reply = client.post(f"/soap/{address}", data=soap_message(body))
    assert reply.status_code == 500
    assert body_root(reply.data).findtext("faultcode") == "soap:Client"


def test_a_plain_soap_message_about_nobody_is_a_server_fault(client: FlaskClient, catalogue: Catalogue) -> None:
    passport = catalogue.passports["mtszn-p06560"]
    body = re.sub(rb"<iin>\d+</iin>", b"", request_body(catalogue, passport))
    reply = client.post(f"/soap/{passport.address}", data=soap_message(body))
    assert body_root(reply.data).findtext("faultcode") == "soap:Server"


def test_every_wsdl_is_served_with_the_address_where_it_is_read(client: FlaskClient, catalogue: Catalogue) -> None:
    for passport in catalogue.passports.values():
        if passport.protocol is Protocol.SOAP:
            wsdl = client.get(f"/soap/{passport.address}?wsdl")
            assert wsdl.status_code == 200
            assert f'location="http://localhost/soap/{passport.address}"' in wsdl.text
    assert client.get("/soap/none?wsdl").status_code == 404
    assert client.get("/soap/sync-service?wsdl=../../passport.toml").status_code == 404


@pytest.mark.parametrize("path", ["/bip-sync-wss-gost/", "/bip-async-wss-gost/", "/bip-sync-wss-gost"])
def test_the_buss_contracts_are_complete_over_http(path: str, client: FlaskClient) -> None:
    seen, todo = set(), {"?wsdl"}
    while todo:
        query = todo.pop()
        seen.add(query)
        reply = client.get(path + query)
        assert reply.status_code == 200
        todo |= set(re.findall(r'ocation="(\?(?:xsd|wsdl)=[\w.-]+)"', reply.text)) - seen
    assert len(seen) > 4
    assert client.get(f"{path}?xsd=passport.toml").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"), [(b"", 400), (b"[]", 400), (b"{", 400), (b'{"iin": 5}', 400), (b"[" * 100_000, 400)]
)
def test_json_that_asks_nothing_is_refused(body: bytes, status: int, client: FlaskClient, catalogue: Catalogue) -> None:
    address = next(one.address for one in catalogue.passports.values() if one.protocol is Protocol.REST)
    reply = client.post(f"/rest/{address}", data=body)
    assert reply.status_code == status
    assert reply.json is not None
    assert reply.json["error"]["code"] in ("BUS-001", "999")
    assert client.post("/rest/none", data=b"{}").status_code == 404


def test_an_account_is_looked_at_with_the_eyes_of_who_asks(client: FlaskClient, catalogue: Catalogue) -> None:
    passport = catalogue.passports["bank-account"]
    own = client.post(f"/rest/{passport.address}", data=request_body(catalogue, passport, iban=IBAN)).json
    none = client.post(f"/rest/{passport.address}", data=request_body(catalogue, passport, iban="KZ00")).json
    assert own != none


def test_counts_health_and_the_page_say_what_is_here(client: FlaskClient, catalogue: Catalogue) -> None:
    client.post("/_mock/reset")
    passport = catalogue.passports["mtszn-p06560"]
    client.post(f"/soap/{passport.address}", data=soap_message(request_body(catalogue, passport)))
    assert client.get("/_mock/counts").json == {passport.key: 1}
    assert client.get("/_mock/health").json == {"status": "ok", "seed": 1, "passports": len(catalogue.passports)}
    page = client.get("/").text
    assert all(one.service_id in page for one in catalogue.passports.values())
    assert client.get("/_mock/personas").json == []
    assert client.get("/_mock/people/none").status_code == 404


@pytest.mark.parametrize(
    "wanted",
    [[], {}, {"sender_id": "stranger", "url": "http://127.0.0.1:1/"}, {"sender_id": SENDER, "url": "file:///x"}],
)
def test_a_participant_that_cannot_be_is_refused(wanted: object, client: FlaskClient) -> None:
    assert client.post("/_mock/participants", json=wanted).status_code == 422


def test_a_participant_is_registered_while_the_suite_runs(client: FlaskClient) -> None:
    wanted = {"sender_id": SENDER, "url": "http://127.0.0.1:1/"}
    assert client.post("/_mock/participants", json=wanted).status_code == 201
    assert client.get("/_mock/participants").json == {SENDER: "http://127.0.0.1:1/"}
