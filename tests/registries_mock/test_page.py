"""The page: what it shows of registries, traffic, people and failures; nothing harmful in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import Catalogue
from registries_mock.clock import KAZAKHSTAN
from registries_mock.failure_kinds import KINDS
from registries_mock.page.layout import lay_out
from tests.registries_mock.page_of_tests import FAMILY, one_of, page, peopled_app, population, read, text
from tests.registries_mock.small_world import IIN, NOBODY, PASSWORD, request_data, sync_message

SYNC = "/bip-sync-wss-gost/"


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    with peopled_app() as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.post("/_mock/reset")
    return client


def test_every_service_is_shown_with_its_address_its_shape_its_exchanges_and_what_makes_it_fail(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = catalogue.passports["nobd-universal"]
    client.post("/_mock/failures", json={"kind": "garbage", "passport": passport.key})
    client.post("/_mock/failures", json={"kind": "bom", "passport": passport.key, "persona": FAMILY})
    client.post("/_mock/failures", json={"kind": "late", "seconds": 5})
    client.post(SYNC, data=sync_message(passport.service_id, request_data(catalogue, passport, IIN)))
    tree = page(client)
    for one in catalogue.passports.values():
        row = text(tree, f"//tr[@id='registry-{one.key}']")
        told = (one.title.en, one.service_id, one.address, "attested" if "attested" in one.confidence else "assumed")
        assert all(word in row for word in told), one.key
    row = f"//tr[@id='registry-{passport.key}']"
    assert text(tree, f"{row}/td[contains(@class, 'count')]") == "1"
    assert [text(tree, f"{row}//code[@class='{how}']") for how in ("on", "on some")] == ["garbage", "bom"]
    assert text(tree, "//tr[@id='registry-gbdfl-universal']//code[contains(@class, 'on')]") == ""
    assert text(tree, "//tr[@id='registry-adoption']//code[contains(@class, 'on')]") == "late"


def test_exchanges_are_listed_the_youngest_first_with_what_came_of_them(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = catalogue.passports["mvd-vehicles"]
    message = sync_message(passport.service_id, request_data(catalogue, passport, one_of(FAMILY)))
    client.post(SYNC, data=message)
    client.post("/_mock/failures", json={"kind": "fault", "code": "17", "times": 1})
    client.post(SYNC, data=message)
    client.post(SYNC, data=sync_message("MIA_AISSC_VEHICLES", "<a/>"))
    client.post(SYNC, data=message.replace(PASSWORD.encode(), b"wrong"))
    client.post("/rest/nowhere", data=b"{}")
    client.post("/nowhere", data=b"{}")
    rows = page(client).xpath("//table[@id='exchanges']/tbody/tr")
    assert [(one.get("id"), one.get("class")) for one in rows] == [
        ("exchange-6", "unmatched"), ("exchange-5", "unmatched"), ("exchange-4", "refused"),
        ("exchange-3", "unmatched"), ("exchange-2", "failed"), ("exchange-1", "sent"),
    ]  # fmt: skip
    told = [text(rows[place], ".") for place in (0, 3, 4, 5)]
    assert "/nowhere" in told[0]
    assert "MIA_AISSC_VEHICLES" in told[1]
    assert all(word in told[2] for word in (passport.title.en, FAMILY, "failure", "fault"))
    assert "answered" in told[3]


def test_one_exchange_is_shown_whole_without_passwords_and_with_what_was_probably_meant(client: FlaskClient) -> None:
    client.post(SYNC, data=sync_message("NOBD_UNIVERSL", "<a><b>1</b></a>"))
    tree = page(client, "/_mock/page/exchanges/1?lang=ru")
    shown = text(tree, "//article")
    assert all(word in shown for word in ("NOBD_UNIVERSL", "NOBD_UNIVERSAL", "не узнан", "BUS-005", "<errorCode>"))
    assert PASSWORD not in shown
    assert "\n  <" in text(tree, "//pre[@id='reply-text']")
    assert "forgotten" in text(page(client, "/_mock/page/exchanges/2?lang=en", 404), "//article")


def test_what_strangers_send_is_shown_as_text(client: FlaskClient, catalogue: Catalogue) -> None:
    evil = '<script>alert("x")</script>'
    client.post(SYNC, data=sync_message(evil.replace("<", "&lt;"), "<a/>"))
    client.post(f"/rest/{evil}", data=evil.encode())
    client.post("/_mock/failures", json={"kind": "fault", "code": evil, "sender": f"</li>{evil}"})
    for path in ("/", "/_mock/page/live", "/_mock/page/exchanges/1", "/_mock/page/exchanges/2"):
        tree = page(client, f"{path}?lang=en")
        assert 'alert("x")' in text(tree, "//body"), path
        assert {one.get("src") for one in tree.iter("script")} <= {"/_mock/page/page.js"}, path
        assert not any(name.startswith("on") for one in tree.iter(etree.Element) for name in one.attrib), path


def test_a_family_is_found_by_the_number_of_any_of_its_people_and_each_registry_says_what_it_knows(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    stranger = next(one.iin for one in population().sample(1, seed=5)[0].people if one.iin)
    for iin, persona in ((one_of(FAMILY), FAMILY), (stranger, "")):
        reply = client.post("/_mock/page/people", data={"iin": f" {iin} ", "lang": "kk"})
        tree = read(reply.text)
        assert (reply.status_code, tree.get("lang")) == (200, "kk")
        assert text(tree, "//h2/small") == persona
        family = population().family_of(iin)
        assert iin in text(tree, "//tr[@class='meant']")
        assert len(tree.xpath("//table[@id='members']/tbody/tr")) == len(family.people)
        rows = tree.xpath("//table[@id='known']/tbody/tr")
        assert len(rows) == len({row.key for one in catalogue.services.values() for row in one.requests})
        assert {cell.get("class") for row in rows for cell in row.iter("td")} <= {"record", "no_record", "not_asked"}
        assert '"iban"' in text(tree, "//pre[@id='application-text']")
    first = page(client, f"/_mock/page/personas/{FAMILY}").xpath("//table[@id='known']/tbody/tr[1]/td/@class")
    assert first == ["record", *["not_asked"] * (len(first) - 1)]
    lacking = page(client, "/_mock/page/personas/no-residence-record?lang=en")
    assert text(lacking, "//table[@id='known']/tbody/tr[6]/td") == "no record"
    assert text(lacking, "//table[@id='known']/tbody/tr[1]/td") == "record"
    for reply in (
        client.post("/_mock/page/people", data={"iin": NOBODY, "lang": "en"}),
        client.post("/_mock/page/people", data={}),
        client.get("/_mock/page/personas/nobody"),
    ):
        assert reply.status_code == 404
        assert 'id="nobody"' in reply.text


def test_failures_can_be_chosen_by_every_kind_and_those_in_force_are_told_in_words(client: FlaskClient) -> None:
    moment = "2026-02-11T10:00:00+05:00"
    wanted = {"kind": "slow", "registry": "oop", "seconds": 1.5, "probability": 0.25, "times": 3, "until": moment}
    first, second = (
        client.post("/_mock/failures", json=one).get_json()["id"]
        for one in (wanted, {"kind": "no_record", "persona": FAMILY})
    )
    tree = page(client)
    assert tree.xpath("//select[@id='kind']/option/@value") == list(KINDS)
    assert tree.xpath("//option[@value='badly_signed']/@data-variants") == [" ".join(KINDS["badly_signed"].variants)]
    told = text(tree, f"//li[@id='failure-{first}']")
    for word in ("slow", "Registry: oop", "fixed", "1.5 s", "25%", "times left: 3", "until 2026-02-11T10:00"):
        assert word in told
    assert FAMILY in text(tree, f"//li[@id='failure-{second}']")
    befalls = {one.name: [row["kind"] for row in one.failures] for one in population().personas()}
    for name, kinds in befalls.items():
        told = tree.xpath(f"//ul[@id='personas']/li[div/a[text()='{name}']]//code[@class='on']/text()")
        assert told == kinds, name
    assert tree.xpath("//button/@data-off") == [str(first), str(second), ""]


def test_one_failure_is_switched_off_and_the_others_stay(client: FlaskClient) -> None:
    numbers = [client.post("/_mock/failures", json={"kind": kind}).get_json()["id"] for kind in ("bom", "garbage")]
    assert client.delete(f"/_mock/failures/{numbers[0]}").status_code == 204
    assert [one["kind"] for one in client.get("/_mock/failures").get_json()] == ["garbage"]
    assert client.delete(f"/_mock/failures/{numbers[0]}").status_code == 404


def test_what_changes_by_itself_is_given_again_only_where_it_changed(client: FlaskClient) -> None:
    first = client.get("/_mock/page/live?lang=en")
    again = client.get("/_mock/page/live?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    client.post("/nowhere", data=b"")
    changed = client.get("/_mock/page/live?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "exchange-1" in changed.text


def test_virtual_time_is_shown_where_it_is_virtual_alone(client: FlaskClient) -> None:
    assert page(client).xpath("//*[@id='clock']") == []
    start = datetime(2026, 10, 5, 10, 0, tzinfo=KAZAKHSTAN)
    client.post("/_mock/spaces", json={"name": "t2", "clock": start.isoformat()})
    try:
        assert text(page(client, "/_space/t2/"), "//*[@id='now']") == "2026-10-05 10:00:00"
        assert client.get("/_space/t2/_mock/page/live").text.count("2026-10-05 10:00:00") == 1
    finally:
        client.delete("/_mock/spaces/t2")


def test_a_message_is_laid_out_where_that_changes_nothing_but_blanks() -> None:
    assert lay_out("<a><b>1</b></a>") == "<a>\n  <b>1</b>\n</a>"
    assert lay_out('{"a": ["қ"]}') == '{\n  "a": [\n    "қ"\n  ]\n}'
    bomb = '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
    for kept in ("<a>text <b>1</b> text</a>", "<a><b>1</b>", "no markup", '{"a": ', "[" * 20_000, bomb, ""):
        assert lay_out(kept) == kept
