"""Every passport: the mock understands a request and the sample of one, and what it sends is valid."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport
from contracts.tables import PACKAGED
from contracts.words import DataForm, Protocol
from registries_mock.payloads.reader import RequestReader
from registries_mock.payloads.xml_in import parse_bytes
from registries_mock.signals import find_signal
from tests.registries_mock.judges import (
    assert_envelope,
    assert_operation,
    assert_payload,
    body_root,
    data_of,
    payload_in,
)
from tests.registries_mock.small_world import (
    IIN,
    NOBODY,
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

PASSPORTS = load_catalogue().passports
KEYS = sorted(PASSPORTS)
SAMPLES = PACKAGED / "samples"


def of(*protocols: Protocol) -> list[str]:
    return [key for key in KEYS if PASSPORTS[key].protocol in protocols]


@pytest.fixture(scope="module")
def app() -> Flask:
    return small_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, catalogue: Catalogue, passport: Passport, iin: str = IIN) -> etree._Element | None:
    """The reply's payload element (the body of a plain SOAP reply), its envelope judged; None: there is none."""
    if passport.protocol is Protocol.SHEP_SYNC:
        # Whoever asks about nobody asks for a file that is not there, too: laying one down succeeds for everybody.
        words = {"file_operation": "DOWNLOAD"} if iin == NOBODY else {}
        message = sync_message(passport.service_id, request_data(catalogue, passport, iin, **words))
        reply = client.post("/bip-sync-wss-gost/", data=message)
        assert reply.status_code == 200, reply.data
        data = data_of(assert_envelope(reply.data, "sync-types.xsd"))
    elif passport.protocol is Protocol.SHEP_ASYNC:
        data = _late(client, catalogue, passport, iin)
    else:
        reply = client.post(f"/soap/{passport.address}", data=soap_message(request_body(catalogue, passport, iin)))
        assert reply.status_code == 200, reply.data
        return body_root(reply.data)
    return None if data is None else payload_in(data, passport.reply.form)


def _late(client: FlaskClient, catalogue: Catalogue, passport: Passport, iin: str) -> etree._Element | None:
    taken = client.post("/bip-async-wss-gost/", data=async_request(catalogue, passport, iin))
    chain = assert_envelope(taken.data, "async-types.xsd").findtext("response/correlationId")
    timer = suite_of(client.application).outside.timer
    assert isinstance(timer, HandTimer)
    timer.advance(60)
    asked = f"<correlationId>{chain}</correlationId><serviceId>{passport.service_id}</serviceId>{SENDER_ELEMENT}"
    pulled = client.post("/bip-async-wss-gost/", data=async_message("getMessages", asked))
    messages = assert_envelope(pulled.data, "async-types.xsd").findall("response/messages")
    kinds = [one.findtext("messageInfo/messageType") for one in messages]
    assert kinds == (["NOTIFICATION", "RESPONSE"] if passport.interim else ["RESPONSE"])
    if passport.interim:
        interim = messages[0].find("messageData/data")
        assert interim is not None
        folder = catalogue.folders[passport.key]
        assert_payload(passport.interim, folder, payload_in(interim, passport.interim.form))
    return messages[-1].find("messageData/data")


@pytest.mark.parametrize("iin", [IIN, NOBODY], ids=["known", "unknown"])
@pytest.mark.parametrize("key", of(Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC))
def test_a_reply_through_the_bus_is_valid_against_the_envelope_and_the_payload(
    key: str, iin: str, client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = catalogue.passports[key]
    payload = ask(client, catalogue, passport, iin)
    if payload is None:
        # Only a status may speak for itself, and only where an empty record could not be valid.
        signal = find_signal(passport, "no_record")
        assert iin == NOBODY and signal and signal.at == "status"
    else:
        assert_payload(passport.reply, catalogue.folders[key], payload)


@pytest.mark.parametrize("iin", [IIN, NOBODY], ids=["known", "unknown"])
@pytest.mark.parametrize("key", of(Protocol.SOAP))
def test_a_plain_soap_reply_is_valid_against_the_services_wsdl(
    key: str, iin: str, client: FlaskClient, catalogue: Catalogue, tmp_path: Path
) -> None:
    passport = catalogue.passports[key]
    body = ask(client, catalogue, passport, iin)
    assert body is not None
    assert_operation(passport, catalogue.folders[key], tmp_path, body)


@pytest.mark.parametrize("key", of(Protocol.REST))
def test_a_json_reply_has_the_shape_of_the_sample(key: str, client: FlaskClient, catalogue: Catalogue) -> None:
    passport = catalogue.passports[key]
    reply = client.post(f"/rest/{passport.address}", data=request_body(catalogue, passport))
    sample = json.loads((SAMPLES / key / "reply.json").read_text())
    assert reply.status_code == 200
    assert _shape(reply.json) == _shape(sample)


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {name: _shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shape(one) for one in value[:1]]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


@pytest.mark.parametrize("key", KEYS)
def test_a_person_with_everything_leaves_no_mandatory_place_to_a_filler(key: str, catalogue: Catalogue) -> None:
    suite = suite_of(small_app())
    passport = catalogue.passports[key]
    registries = suite.registries
    asked = (
        registries.reader(key).read_object(json.loads(request_body(catalogue, passport)))
        if passport.request.form is DataForm.JSON
        else registries.reader(key).read(etree.fromstring(request_body(catalogue, passport)))
    )
    assert registries.answer(passport, asked, SENDER).gaps == ()


@pytest.mark.parametrize("key", [key for key in KEYS if (SAMPLES / key / "request.xml").exists()])
def test_the_hand_typed_sample_of_a_request_is_understood(key: str, catalogue: Catalogue) -> None:
    sample = parse_bytes((SAMPLES / key / "request.xml").read_bytes())
    asked = RequestReader(catalogue.passports[key]).read(sample)
    wanted = {word for words in catalogue.passports[key].search for word in words}
    assert wanted & set(asked.words)
    for value in asked.words.values():
        assert value in etree.tostring(sample, encoding="unicode")


@pytest.mark.parametrize("key", [key for key in KEYS if find_signal(PASSPORTS[key], "no_record")])
def test_nobody_and_a_person_without_that_record_get_a_no_record_answer(
    key: str, client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = catalogue.passports[key]
    signal = find_signal(passport, "no_record")
    assert signal is not None
    if passport.protocol is Protocol.REST:
        reply = client.post(f"/rest/{passport.address}", data=request_body(catalogue, passport, NOBODY, iban="KZ00"))
        assert signal.code in (str(reply.status_code), reply.json and reply.json.get(signal.path))
        return
    if signal.at == "status":
        message = sync_message(passport.service_id, request_data(catalogue, passport, NOBODY))
        reply = client.post("/bip-sync-wss-gost/", data=message)
        assert body_root(reply.data).findtext("response/responseInfo/status/code") == signal.code
        return
    payload = ask(client, catalogue, passport, NOBODY)
    assert payload is not None
    names = [step.rpartition(":")[2] for step in signal.path.split("/")]
    found = payload.xpath("/".join(["."] + [f"*[local-name()='{name}']" for name in names]))
    assert isinstance(found, list)
    if signal.absent:
        assert not [one for one in found if isinstance(one, etree._Element) and (len(one) or one.text)]
    else:
        assert [one.text for one in found if isinstance(one, etree._Element)] == [signal.code]
