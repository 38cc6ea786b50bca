"""КДП as the suite plays it: every status, one message each, tokens that run out and are taken back, both envelopes."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import Catalogue
from registries_mock.consent_desk import Habit
from tests.registries_mock.small_world import IIN, NOW, PHONE, request_data, small_app, sync_message

SPACE = "{http://service.2fa-chain.kz/ns/kdp}"
REGISTER = "gbdfl-universal"


class Desk:
    """Asks for consent as a client of the bus would, at a moment that a test moves."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.now: datetime = NOW
        self.client: FlaskClient = small_app(clock=lambda: self.now).test_client()

    def post(self, key: str, data: str) -> etree._Element:
        passport = self.catalogue.passports[key]
        reply = self.client.post("/bip-sync-wss-gost/", data=sync_message(passport.service_id, data))
        return etree.fromstring(reply.data)

    def ask(self, **words: str) -> dict[str, str]:
        data = request_data(self.catalogue, self.catalogue.passports["kdp-consent"], **words)
        found = next(self.post("kdp-consent", data).iter("data"))
        return {str(one.tag).removeprefix(SPACE): one.text or "" for one in found.iter() if one.text}

    def opens(self, token: str) -> bool:
        """Whether the register of persons tells something by this token."""
        passport = self.catalogue.passports[REGISTER]
        data = etree.fromstring(request_data(self.catalogue, passport))
        for element in data.iter("kdpToken"):
            element.text = token
        told = self.post(REGISTER, etree.tostring(data).decode())
        return next(told.iter("errorCode"), None) is None

    def do(self, **what: Any) -> Any:
        return self.client.post("/_mock/consents", json={"iin": IIN, **what})

    def inbox(self) -> list[dict[str, Any]]:
        return self.client.get("/_mock/sms").json or []


@pytest.fixture
def desk(catalogue: Catalogue) -> Desk:
    return Desk(catalogue)


@pytest.mark.parametrize(
    ("does", "status", "messages"),
    [
        ("grant", "VALID", 1), ("refuse", "INVALID", 1), ("wait", "PENDING", 1), ("expire", "TIMEOUT", 1),
        ("no_phone", "NOT_FOUND", 0), ("fail", "ERROR", 0),
    ],
)  # fmt: skip
def test_each_status_is_played_and_a_token_comes_with_a_yes_alone(
    desk: Desk, does: str, status: str, messages: int
) -> None:
    assert desk.do(does=does).status_code == 200
    said = desk.ask()
    assert said["status"] == status
    assert ({"code", "public-key"} <= said.keys()) is (status == "VALID")
    assert [(one["sender"], one["phone"]) for one in desk.inbox()] == [("1414", PHONE)] * messages


def test_every_habit_has_its_case_above() -> None:
    assert set(Habit) == {"grant", "refuse", "wait", "expire", "no_phone", "fail"}


def test_a_person_who_waits_answers_later_and_is_looked_up_without_a_message(desk: Desk) -> None:
    desk.do(does="wait")
    assert desk.ask()["status"] == "PENDING"
    assert desk.ask(omit_sms="true")["status"] == "PENDING"
    assert desk.do(now="grant").json == {"changed": 1}
    assert desk.ask(omit_sms="true")["status"] == "VALID"
    assert len(desk.inbox()) == 1
    (listed,) = desk.client.get("/_mock/consents").json or []
    assert (listed["iin"], listed["state"], listed["messages"]) == (IIN, "granted", 1)


def test_nobody_waits_longer_than_the_request_lets_him(desk: Desk) -> None:
    desk.do(does="wait")
    desk.ask(expires_in="60000")
    desk.now = NOW + timedelta(seconds=59)
    assert desk.ask(omit_sms="true", expires_in="60000")["status"] == "PENDING"
    desk.now = NOW + timedelta(seconds=60)
    assert desk.ask(omit_sms="true", expires_in="60000")["status"] == "TIMEOUT"


def test_who_was_never_asked_has_said_nothing(desk: Desk) -> None:
    assert desk.ask(omit_sms="true")["status"] == "TIMEOUT"
    assert desk.inbox() == []


def test_a_token_opens_the_register_until_it_runs_out(desk: Desk) -> None:
    token = desk.ask(expires_in="60000")["code"]
    assert desk.opens(token)
    desk.now = NOW + timedelta(seconds=60)
    assert not desk.opens(token)
    assert desk.opens(desk.ask(omit_sms="true")["code"])


@pytest.mark.parametrize("now", ["revoke", "expire"])
def test_a_consent_that_is_taken_back_or_ended_closes_it_at_once(desk: Desk, now: str) -> None:
    token = desk.ask()["code"]
    desk.do(now=now)
    assert not desk.opens(token)
    assert desk.ask(omit_sms="true")["status"] == {"revoke": "INVALID", "expire": "TIMEOUT"}[now]
    assert desk.opens(desk.ask()["code"]), "a new yes opens it again"


def test_each_access_is_asked_for_by_itself(desk: Desk) -> None:
    desk.ask()
    assert desk.ask(omit_sms="true", consent_scope="Сведения банка")["status"] == "TIMEOUT"
    desk.ask(consent_scope="Сведения банка")
    assert "Сведения банка" in desk.inbox()[0]["text"]
    assert len(desk.inbox()) == 2


def test_the_other_envelope_is_qualified_from_top_to_bottom_and_fits_its_schema(desk: Desk) -> None:
    assert desk.client.post("/_mock/consents/envelope", json={"on": True}).json == {"on": True}
    passport = desk.catalogue.passports["kdp-consent"]
    told = desk.post("kdp-consent", request_data(desk.catalogue, passport))
    root = next(told.iter(f"{SPACE}sendMessageResponse"))
    assert root.findtext(f"{SPACE}responseData/{SPACE}data/{SPACE}status") == "VALID"
    schema = etree.XMLSchema(etree.parse(Path(desk.catalogue.folders["kdp-consent"]) / passport.reply.schema_file))
    schema.assertValid(etree.ElementTree(root))


@pytest.mark.parametrize(
    "body", [{}, {"iin": "1"}, {"iin": IIN}, {"iin": IIN, "does": "fly"}, {"iin": IIN, "now": "fly"}, [], {"x": 1}]
)
def test_an_order_that_cannot_be_read_changes_nothing(desk: Desk, body: Any) -> None:
    assert desk.client.post("/_mock/consents", json=body).status_code == 422
    assert desk.client.post("/_mock/consents/envelope", json=body).status_code == 422
    assert desk.ask()["status"] == "VALID"


def test_everything_is_forgotten_on_demand(desk: Desk) -> None:
    desk.do(does="refuse")
    desk.ask()
    assert desk.client.delete("/_mock/consents").status_code == 204
    assert desk.client.get("/_mock/consents").json == []
    assert desk.ask()["status"] == "VALID"


@pytest.mark.parametrize(
    "space",
    [
        "http://mgov.bee.kz/mbc/verifyphone",
        "http://kz.nitec.mgov/mbc/verifyphone",
        "http://kz.nitec.mgov/mbc/verifyphone/",
    ],
)
def test_the_phone_base_is_asked_in_each_of_its_namespaces(desk: Desk, space: str) -> None:
    passport = desk.catalogue.passports["bmg-phone"]
    (own,) = passport.namespaces.values()
    data = request_data(desk.catalogue, passport).replace(f'"{own}"', f'"{space}"')
    assert space in data
    assert next(desk.post("bmg-phone", data).iter("result")).text == "true"
