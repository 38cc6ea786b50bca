"""The SMS gateway of the suite: what phones get, who may send, what is refused, and the control addresses."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import NOW, PHONE, request_data, small_app, suite_of, sync_message

OTHER = "+77990000002"


@pytest.fixture
def client() -> FlaskClient:
    return small_app().test_client()


@pytest.fixture
def passport(catalogue: Catalogue) -> Passport:
    return next(one for one in catalogue.passports.values() if "sms.status" in one.binds)


class Sender:
    """Sends messages as a client of the bus would."""

    def __init__(self, client: FlaskClient, catalogue: Catalogue, passport: Passport) -> None:
        self.client = client
        self.catalogue = catalogue
        self.passport = passport

    def send(self, number: str = "sms-1", phone: str = PHONE, text: str = "Есть <&> уведомление") -> TestResponse:
        return self.post(request_data(self.catalogue, self.passport, sms_id=number, phone=phone, sms_text=text))

    def post(self, data: str) -> TestResponse:
        return self.client.post("/bip-sync-wss-gost/", data=sync_message(self.passport.service_id, data))

    def inbox(self, phone: str = "") -> Any:
        if not phone:
            return self.client.get("/_mock/sms").json
        return self.client.post("/_mock/sms/search", json={"phone": phone}).json


@pytest.fixture
def sender(client: FlaskClient, catalogue: Catalogue, passport: Passport) -> Sender:
    return Sender(client, catalogue, passport)


def said(reply: TestResponse) -> dict[str, str]:
    data = assert_envelope(reply.data, "sync-types.xsd").find(".//data")
    assert data is not None
    return {str(etree.QName(one).localname): one.text or "" for one in data}


def fault_of(reply: TestResponse) -> str | None:
    return assert_envelope(reply.data, "sync-types.xsd").findtext("detail/*/errorCode")


def test_a_message_is_on_its_phone_as_it_was_sent_and_at_the_suites_time(sender: Sender) -> None:
    assert said(sender.send()) == {"requestId": "sms-1", "status": "OK"}
    assert sender.inbox(PHONE) == [
        {
            "id": "sms-1",
            "phone": PHONE,
            "text": "Есть <&> уведомление",
            "sender": "1414",
            "at": NOW.isoformat(timespec="seconds"),
            "received": 1,
        }
    ]
    assert sender.inbox(OTHER) == []


def test_a_known_id_is_counted_and_changes_nothing(sender: Sender) -> None:
    sender.send()
    again = sender.send(text="Другой текст", phone=OTHER)
    assert said(again)["status"] == "OK"
    assert [(one["text"], one["received"]) for one in sender.inbox()] == [("Есть <&> уведомление", 2)]


def test_the_newest_comes_first_and_a_number_may_be_written_in_any_way(sender: Sender) -> None:
    for number, phone in (("a", PHONE), ("b", OTHER), ("c", PHONE)):
        sender.send(number, phone)
    assert [one["id"] for one in sender.inbox()] == ["c", "b", "a"]
    assert [one["id"] for one in sender.inbox("8 799 000 00 01")] == ["c", "a"]


@pytest.mark.parametrize("phone", ["+77172000001", "+79990000001", "12345", "+770000004170"])
def test_a_number_that_is_no_mobile_one_is_refused_in_the_words_of_the_passport(
    phone: str, sender: Sender, passport: Passport
) -> None:
    words = next(reading.refused[0] for reading in passport.readings if reading.at == "text")
    assert said(sender.send(phone=phone)) == {"requestId": "sms-1", "status": "ERROR", "statusMessage": words}
    assert sender.inbox() == []


@pytest.mark.parametrize("lost", ["text", "phoneNumber", "requestId"])
def test_a_message_without_text_phone_or_id_is_not_understood(
    lost: str, sender: Sender, catalogue: Catalogue, passport: Passport
) -> None:
    data = etree.fromstring(request_data(catalogue, passport))
    found = data.find(f".//{lost}")
    assert found is not None
    found.text = ""
    assert fault_of(sender.post(etree.tostring(data, encoding="unicode"))) == "999"
    assert sender.inbox() == []


@pytest.mark.parametrize("wrong", ["login", "password"])
def test_only_a_known_account_may_send(wrong: str, sender: Sender, catalogue: Catalogue, passport: Passport) -> None:
    data = etree.fromstring(request_data(catalogue, passport))
    found = data.find(f"authentication/{wrong}")
    assert found is not None
    found.text = "wrong"
    assert fault_of(sender.post(etree.tostring(data, encoding="unicode"))) == "999"
    assert sender.inbox() == []


@pytest.mark.parametrize("kind", ["no_record", "fault", "html_503", "garbage"])
def test_a_message_that_fails_before_it_is_taken_is_on_no_phone(kind: str, sender: Sender, passport: Passport) -> None:
    sender.client.post("/_mock/failures", json={"kind": kind, "passport": passport.key})
    assert b">OK<" not in sender.send().data
    assert sender.inbox() == []


def test_a_message_whose_receipt_is_lost_is_on_its_phone_once(sender: Sender, passport: Passport) -> None:
    sender.client.post("/_mock/failures", json={"kind": "truncated", "passport": passport.key, "times": 1})
    sender.send()
    sender.send()
    assert [one["received"] for one in sender.inbox()] == [2]


def switch(client: FlaskClient, **state: object) -> TestResponse:
    return client.post("/_mock/sms/outage", json=state)


def test_an_outage_begins_changes_and_ends(sender: Sender) -> None:
    client = sender.client
    assert switch(client, on=True, kind="html_503").json == {"on": True, "kind": "html_503"}
    assert sender.send().status_code == 503
    assert switch(client, on=True, kind="refuse").json == {"on": True, "kind": "refuse"}
    assert fault_of(sender.send()) == "999"
    assert len(client.get("/_mock/failures").json or []) == 1
    assert switch(client, on=False).json == {"on": False, "kind": ""}
    assert said(sender.send())["status"] == "OK"


def test_an_outage_leaves_other_failures_and_other_services_alone(sender: Sender, catalogue: Catalogue) -> None:
    client, other = sender.client, catalogue.passports["nobd-universal"]
    client.post("/_mock/failures", json={"kind": "fault", "passport": other.key})
    switch(client, on=True, kind="html_503")
    switch(client, on=False)
    assert [row["passport"] for row in client.get("/_mock/failures").json or []] == [other.key]


def test_a_reset_empties_phones_and_ends_the_outage(sender: Sender) -> None:
    sender.send()
    switch(sender.client, on=True, kind="refuse")
    suite_of(sender.client.application).reset()
    assert sender.inbox() == []
    assert sender.client.get("/_mock/sms/outage").json == {"on": False, "kind": ""}
    assert said(sender.send())["status"] == "OK"


def test_phones_alone_can_be_emptied(sender: Sender) -> None:
    sender.send()
    assert sender.client.delete("/_mock/sms").status_code == 204
    assert sender.inbox() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("search", b"{"),
        ("search", b"[]"),
        ("search", b"{}"),
        ("search", b'{"phone": 77000000417}'),
        ("search", b'{"phone": ""}'),
        ("search", b'{"phone": "+77000000417", "more": 1}'),
        ("search", b"[" * 100_000),
        ("outage", b"{}"),
        ("outage", b'{"on": "yes"}'),
        ("outage", b'{"on": 1}'),
        ("outage", b'{"on": true, "kind": "fire"}'),
        ("outage", b'{"on": true, "kind": ["silence"]}'),
        ("outage", b'{"on": true, "seconds": 1}'),
    ],
)
def test_a_control_call_that_cannot_be_is_refused_with_a_sentence(path: str, body: bytes, client: FlaskClient) -> None:
    reply = client.post(f"/_mock/sms/{path}", data=body, content_type="application/json")
    assert reply.status_code == 422
    assert reply.json is not None
    assert reply.json["error"]
    assert client.get("/_mock/failures").json == []
