"""An application that comes over the bus: pushed as a REQUEST, followed and answered on its own chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from contracts.intakes import load_intakes, read_schema
from contracts.tables import PACKAGED
from gateway.intake.wrapper import write_wrapper
from registries_mock.bus.seals import Demand
from tests.end_to_end.conftest import BeginAt
from tests.support.authority import write_application
from tests.support.bus_portal import PORTAL, PORTAL_PASSWORD, BusPortal, Told, let_in, open_bus_portal
from tests.support.clock import MONDAY
from tests.support.house import SENDER, SENDER_PASSWORD, describe
from tests.support.time_house import Case, TimeHouse

OVER_THE_BUS: dict[str, Any] = {
    "senders": {SENDER: SENDER_PASSWORD, PORTAL: PORTAL_PASSWORD},
    "providers": {one: SENDER for one in load_intakes()},
}
MINISTRY_SAMPLE = PACKAGED / "samples" / "intakes" / "ministry-2014.xml"
BUS_SCHEMA = etree.XMLSchema(etree.fromstring(read_schema("bus.xsd")))


def open_bus_house(begin_at: BeginAt) -> TimeHouse:
    """A house whose first portal submits over the bus."""
    house = begin_at(MONDAY, None, **OVER_THE_BUS)
    let_in(describe(house.folder, house.registrar, house.mock.url), house.keys[1])
    return house


@pytest.fixture
def times(begin_at: BeginAt) -> TimeHouse:
    return open_bus_house(begin_at)


@pytest.fixture
def portal(times: TimeHouse) -> BusPortal:
    return open_bus_portal(times.mock.url, times.registrar.payload_key, times.now)


def sign(times: TimeHouse, application: dict[str, Any], iin: str = "", algorithm: str = "rsa") -> bytes:
    body = write_application(application)
    return times.registrar.sign_xml(body, iin or application["applicant"]["iin"], algorithm=algorithm)


def look(times: TimeHouse, query: str) -> list[Any]:
    connection = sqlite3.connect(times.folder / "gateway.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def told(times: TimeHouse, portal: BusPortal) -> list[Told]:
    """What came on the portal's chains; all of it as the published schema has it."""
    times.settle()
    found = portal.fetch()
    for one in found:
        assert BUS_SCHEMA.validate(one.root), BUS_SCHEMA.error_log
    return found


@pytest.mark.parametrize(("algorithm", "inline"), [("rsa", False), ("gost2015", True)], ids=["string", "element"])
def test_a_signed_wrapper_on_the_bus_is_an_application_like_any_other(
    times: TimeHouse, portal: BusPortal, algorithm: str, inline: bool
) -> None:
    chain = portal.send(sign(times, times.family(), algorithm=algorithm), inline=inline)
    first, *later = told(times, portal)
    assert (first.kind, first.correlation_id, first.name) == ("NOTIFICATION", chain, "applicationEvent")
    assert first.text("kind") == "application_accepted"
    assert {one.correlation_id for one in later} == {chain} and {one.kind for one in later} == {"NOTIFICATION"}
    assert later[-1].text("status", "code") == "package_registered"
    seqs = [int(one.text("seq")) for one in (first, *later)]
    assert [int(one.text("previous")) for one in (first, *later)] == [0, *seqs[:-1]]
    application_id = first.text("application")
    dossier = times.provider.get(f"/v1/applications/{application_id}/dossier")
    verdict = dossier["signature"]["verdict"]
    assert (verdict["method"], verdict["signed_by"]) == ("eds", "applicant")
    assert times.portal.get(f"/v1/applications/{application_id}")["status"]["code"] == "package_registered"


def test_the_ministrys_message_of_2014_is_an_application_with_what_the_portal_had_asked_inside(
    times: TimeHouse, portal: BusPortal
) -> None:
    signed = times.registrar.sign_document(MINISTRY_SAMPLE.read_bytes(), "881105491015", algorithm="gost2015")
    chain = portal.send(signed, service="P06581")
    times.settle()
    first, *later = portal.fetch("P06581")
    assert (first.kind, first.correlation_id, first.name) == ("NOTIFICATION", chain, "getP06581Response")
    assert first.text("return", "responseData", "iin") == "881105491015"
    assert {one.name for one in later} == {"applicationEvent"}
    dossier = times.provider.get(f"/v1/applications/{later[0].text('application')}/dossier")
    subjects = [one["subject"] for row in dossier["requests"] for one in row["inquiries"] if one["subject"]]
    relations = {one["relation"] for one in subjects}
    assert {"applicant", "spouse", "child"} <= relations
    carried = {one["kind"] for one in dossier["signature"]["verdict"]["carried"]}
    assert {"person", "account", "birth_act"} <= carried, carried
    asked = {part["outcome"] for row in dossier["requests"] for one in row["inquiries"] for part in one["parts"]}
    assert asked, "what the portal had asked is asked again of the registries"
    page = times.provider.call(
        "GET",
        f"/v1/applications/{later[0].text('application')}/dossier",
        headers={"Accept": "text/html", "Accept-Language": "ru"},
    )
    assert dossier["signature"]["verdict"]["carried"][0]["title"]["ru"] in page.text


def test_a_message_of_2014_that_somebody_else_signed_is_refused_in_its_own_words(
    times: TimeHouse, portal: BusPortal
) -> None:
    portal.send(times.registrar.sign_document(MINISTRY_SAMPLE.read_bytes(), "900101499776"), service="P06581")
    times.settle()
    (answer,) = portal.fetch("P06581")
    assert (answer.kind, answer.name) == ("RESPONSE", "getP06581Response")
    status = answer.text("return", "systemInfo", "Status", "Message")
    assert "signature-other-person" in status
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]


def test_the_decision_is_the_response_of_the_chain(times: TimeHouse, portal: BusPortal) -> None:
    chain = portal.send(sign(times, times.family()))
    application_id = told(times, portal)[0].text("application")
    body = {"outcome": "approved", "number": "15-a", "acted_by": "МАМАН М.М."}
    decided = times.provider.call("POST", f"/v1/applications/{application_id}/decision", json=body)
    assert decided.status_code == 200, decided.text
    responses = [one for one in told(times, portal) if one.kind == "RESPONSE"]
    assert [(one.correlation_id, one.text("result", "outcome")) for one in responses] == [(chain, "approved")]
    times.settle()
    sent = look(times, "SELECT kind, state FROM bus_messages ORDER BY seq")
    chain_told = times.provider.get(f"/v1/applications/{application_id}/dossier")["chain"]
    assert chain_told["delivery_told_at"] and len(chain_told["sent"]) == len(sent)
    assert chain not in str(chain_told)
    assert ("RESPONSE", "DELIVERED") in sent and {state for _, state in sent} == {"DELIVERED"}, "the bus's receipts"


def test_an_extension_is_told_on_the_chain_and_its_notice_lies_in_the_file_store(
    times: TimeHouse, portal: BusPortal
) -> None:
    times.mock.fail(kind="silence", passport="mvd-vehicles", seconds=0)
    portal.send(sign(times, times.family()))
    application_id = told(times, portal)[0].text("application")
    times.step(timedelta(hours=4))
    case = Case(times, application_id, times.portal)
    case.send(case.letters()[0]["n"])
    later = told(times, portal)
    issued = [one for one in later if one.text("kind") == "notice_issued"]
    assert [one.text("notice", "kind") for one in issued] == ["extension"]
    assert issued[0].text("status", "code") == "extended" and issued[0].text("status", "until")
    files = {one["id"]: one for one in times.mock.get("/_mock/files")}
    lies = files[issued[0].text("notice", "fileId")]
    assert (lies["media_type"], lies["uploader"]) == ("application/pdf", SENDER)


def test_the_same_signed_bytes_in_another_message_are_a_replay(times: TimeHouse, portal: BusPortal) -> None:
    signed = sign(times, times.family())
    portal.send(signed)
    told(times, portal)
    chain = portal.send(signed)
    answers = [one for one in told(times, portal) if one.correlation_id == chain]
    assert [(one.kind, one.text("code")) for one in answers] == [("RESPONSE", "signature-replayed")]
    assert look(times, "SELECT count(*) FROM applications") == [(1,)]


def test_a_message_that_comes_again_begins_nothing_anew(times: TimeHouse, portal: BusPortal) -> None:
    portal.send(sign(times, times.family()))
    times.settle()
    suite = times.mock.suite
    pushed = [one for one in suite.mailbox.all_messages() if one.kind == "REQUEST" and one.owner == SENDER]
    assert [one.state for one in pushed] == ["DELIVERED"]
    for _ in range(3):
        suite.delivery.again(pushed[0].id, 0.0)
        times.settle()
    assert look(times, "SELECT count(*) FROM applications") == [(1,)]
    assert suite.mailbox.find(pushed[0].id).state == "DELIVERED"  # type: ignore[union-attr]


Spoil = Callable[[TimeHouse, BusPortal], str]


def _other_person(times: TimeHouse, portal: BusPortal) -> str:
    return portal.send(sign(times, times.family(), iin="900101499776"))


def _other_bytes(times: TimeHouse, portal: BusPortal) -> str:
    signed = sign(times, times.family())
    # The first letter of the base64 stands for the same brace whatever follows; one in the middle does not.
    at = signed.index(b">") + 200
    return portal.send(signed[:at] + (b"A" if signed[at : at + 1] != b"A" else b"B") + signed[at + 1 :])


def _unsigned_wrapper(times: TimeHouse, portal: BusPortal) -> str:
    return portal.send(write_wrapper(write_application(times.family())))


def _no_application(times: TimeHouse, portal: BusPortal) -> str:
    return portal.send(b"<letter>hello</letter>")


def _wrong_account(times: TimeHouse, portal: BusPortal) -> str:
    family = times.family()
    family["account"] = {"iban": "KZ000000000000000000"}
    return portal.send(sign(times, family))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (_other_person, "signature-other-person"),
        (_unsigned_wrapper, "signature-malformed"),
        (_no_application, "push-malformed"),
        (_wrong_account, "iban-checksum"),
    ],
)
def test_what_is_refused_is_answered_on_its_chain_and_not_kept(
    times: TimeHouse, portal: BusPortal, spoil: Spoil, code: str
) -> None:
    chain = spoil(times, portal)
    answered = told(times, portal)
    assert [(one.kind, one.correlation_id, one.name) for one in answered] == [("RESPONSE", chain, "applicationRefusal")]
    assert answered[0].text("code") == code
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]
    kept = look(times, "SELECT state, sealed_raw, due_at FROM pushed")
    assert kept == [("refused", None, None)], "ids and code alone, and nothing is owed"


def test_bytes_that_were_changed_on_the_way_are_refused(times: TimeHouse, portal: BusPortal) -> None:
    chain = _other_bytes(times, portal)
    answered = told(times, portal)
    assert [(one.kind, one.correlation_id, one.name) for one in answered] == [("RESPONSE", chain, "applicationRefusal")]
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]


def test_an_old_message_is_refused_with_its_delivery_and_begins_nothing(times: TimeHouse, portal: BusPortal) -> None:
    portal.send(sign(times, times.family()), at=times.now() - timedelta(hours=73))
    assert [(one.kind, one.text("code")) for one in told(times, portal)] == [("RESPONSE", "push-stale")]
    assert look(times, "SELECT state, code, due_at FROM pushed") == [("stale", "push-stale", None)]
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]
    pushed = [one for one in times.mock.suite.mailbox.all_messages() if one.owner == SENDER]
    assert [one.state for one in pushed] == ["DELIVERY_STOPPED"]


def test_what_the_bus_does_not_sign_begins_nothing(times: TimeHouse, portal: BusPortal) -> None:
    replace(portal, key=None).send(sign(times, times.family()))
    assert told(times, portal) == []
    assert look(times, "SELECT (SELECT count(*) FROM pushed), (SELECT count(*) FROM applications)") == [(0, 0)]


def test_a_participant_whom_nobody_let_in_begins_nothing(begin_at: BeginAt) -> None:
    house = begin_at(MONDAY, None, signatures=Demand.REQUIRED, **OVER_THE_BUS)
    portal = open_bus_portal(house.mock.url, house.registrar.payload_key, house.now)
    portal.send(sign(house, house.family()))
    assert told(house, portal) == []
    assert look(house, "SELECT (SELECT count(*) FROM pushed), (SELECT count(*) FROM applications)") == [(0, 0)]
