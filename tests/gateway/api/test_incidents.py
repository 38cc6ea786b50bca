"""Outages by the API: listed page by page, printed whole in parts, sent in one step; and messages nobody awaited."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from contracts.errors import RegistryTimedOut
from gateway.api.worklist import _PAGE
from tests.gateway.api.house import CLERK, House, open_house, told
from tests.gateway.core.builders import T0

COUNT = 6
SENT = {"channel": "paper", "number": "17-2/455"}


@pytest.fixture
def outage(tmp_path: Path) -> Iterator[House]:
    """Six applications with a letter to one owner, whose registry is silent; a grouped letter takes four a part."""
    with open_house(tmp_path) as house:
        house.desk.registries.says["medical"] = [RegistryTimedOut()]
        locations = [house.submit() for _ in range(COUNT)]
        for step in (0, 5):
            house.desk.now = T0 + timedelta(hours=step)
            for location in locations:
                house.work(location)
        yield house


def find_incident(house: House, query: str = "") -> dict[str, Any]:
    (incident,) = house.get(f"/v1/incidents{query}").get_json()["incidents"]
    return dict(incident)


def read_text(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def numbers_of(house: House, incident: dict[str, Any]) -> list[str]:
    ids = [letter["application"] for letter in incident["letters"]]
    return [house.get(f"/v1/applications/{one}").get_json()["number"] for one in ids]


def test_an_outage_is_listed_with_its_letters_and_their_states(outage: House) -> None:
    incident = find_incident(outage)
    assert (incident["owner"], incident["closed_at"], incident["parts"]) == ("medicine", None, 1)
    assert [letter["state"] for letter in incident["letters"]] == ["drafted"] * COUNT


def test_a_grouped_letter_has_each_of_its_applications_in_one_of_its_numbered_parts(outage: House) -> None:
    office = replace(outage.desk.course.office, largest_group=4)
    incident = find_incident(outage)
    numbers = numbers_of(outage, incident)
    parts = [read_text(office.print_incident(incident["id"], part)) for part in (1, 2)]
    assert [sum(number in part for number in numbers) for part in parts] == [4, 2]
    assert all(number in "".join(parts) for number in numbers)
    for n, part in enumerate(parts, start=1):
        assert f"часть {n} из 2" in part
        assert f"перечисленным ниже: {COUNT}" in part
    assert office.count_parts(office.lists.list_incidents(1)[0]) == 2


def test_a_letter_in_one_part_says_nothing_of_parts_and_a_part_that_is_not_there_is_refused(outage: House) -> None:
    path = f"/v1/incidents/{find_incident(outage)['id']}/letter"
    printed = outage.get(path)
    assert printed.content_type == "application/pdf"
    assert "часть" not in read_text(printed.data)
    assert outage.get(f"{path}?part=1").data == printed.data
    for part in ("0", "2"):
        assert told(outage.get(f"{path}?part={part}")) == (404, "incident-not-found")
    assert told(outage.get(f"{path}?part=-1")) == (400, "invalid-value")


def test_a_grouped_letter_is_sent_in_one_step_and_each_application_is_extended(outage: House) -> None:
    path = f"/v1/incidents/{find_incident(outage)['id']}"
    response = outage.post(f"{path}/sent", SENT)
    assert response.status_code == 200, response.get_json()
    assert [letter["state"] for letter in response.get_json()["letters"]] == ["sent"] * COUNT
    for letter in response.get_json()["letters"]:
        location = f"/v1/applications/{letter['application']}"
        outage.work(location)
        kept = outage.get(f"{location}/letters/{letter['letter']}").get_json()
        assert (kept["state"], kept["number"], kept["channel"]) == ("sent", SENT["number"], "paper")
        assert kept["sent_by"] == CLERK
        assert outage.get(location).get_json()["status"]["code"] == "extended"
    assert told(outage.post(f"{path}/sent", SENT)) == (409, "letter-state")


def test_what_went_out_can_be_printed_again_and_what_was_sent_alone_is_not_printed_twice(outage: House) -> None:
    incident = find_incident(outage)
    alone, *others = numbers_of(outage, incident)
    first = incident["letters"][0]
    own = {"channel": "paper", "number": "1"}
    outage.post(f"/v1/applications/{first['application']}/letters/{first['letter']}/sent", own)
    path = f"/v1/incidents/{incident['id']}"
    text = read_text(outage.get(f"{path}/letter").data)
    assert alone not in text
    assert all(number in text for number in others)
    assert outage.post(f"{path}/sent", SENT).status_code == 200
    text = read_text(outage.get(f"{path}/letter").data)
    assert all(number in text for number in (alone, *others))


def test_letters_that_were_drafted_after_the_printing_are_left(outage: House) -> None:
    incident = find_incident(outage)
    printed = outage.desk.now
    location = outage.submit()
    outage.work(location)
    outage.desk.now += timedelta(days=1)
    outage.work(location)
    response = outage.post(f"/v1/incidents/{incident['id']}/sent", SENT | {"printed_at": printed.isoformat()})
    states = [letter["state"] for letter in response.get_json()["letters"]]
    assert states == ["sent"] * COUNT + ["drafted"]


def test_a_provider_alone_sends_and_says_who_acts(outage: House) -> None:
    path = f"/v1/incidents/{find_incident(outage)['id']}/sent"
    assert told(outage.post(path, SENT, "portal")) == (403, "not-allowed")
    assert told(outage.post(path, SENT, "system")) == (400, "acted-by-missing")
    assert told(outage.post("/v1/incidents/inc_404/sent", SENT)) == (404, "incident-not-found")
    assert told(outage.post("/v1/incidents/%00/sent", SENT)) == (404, "incident-not-found")
    for wrong in ({"number": "1"}, {"channel": "pigeon", "number": "1"}, SENT | {"printed_at": "yesterday"}):
        assert outage.post(path, wrong).status_code == 400
    assert told(outage.post(path, SENT | {"channel": "electronic"})) == (409, "letter-unsigned")
    ahead = (outage.desk.now + timedelta(hours=1)).isoformat()
    assert told(outage.post(path, SENT | {"sent_at": ahead})) == (422, "invalid-value")
    assert [letter["state"] for letter in find_incident(outage)["letters"]] == ["drafted"] * COUNT
    assert outage.post(path, SENT | {"acted_by": "Ахметов Е."}, "system").status_code == 200


def bring(house: House, count: int) -> None:
    for n in range(count):
        raw = house.desk.bus.bring(f"m-{n}", f"chain-{n}", "wages", None)
        house.desk.gathering.arrivals.receive(raw)


def test_unmatched_messages_go_on_where_the_page_before_ended(house: House) -> None:
    bring(house, _PAGE + 5)
    first = house.get("/v1/unmatched").get_json()
    second = house.get(f"/v1/unmatched?after={first['next']}").get_json()
    assert (len(first["messages"]), len(second["messages"]), second["next"]) == (_PAGE, 5, None)
    ids = {one["message_id"] for one in (*first["messages"], *second["messages"])}
    assert ids == {f"m-{n}" for n in range(_PAGE + 5)}


@pytest.mark.parametrize("after", ["", "?", "AAAA", "MSBh\x00", "x" * 700, "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkgYQ"])
def test_a_place_that_no_page_gave_is_refused(house: House, after: str) -> None:
    for path in ("/v1/unmatched", "/v1/incidents"):
        assert told(house.get(f"{path}?after={after}")) == (400, "invalid-value")
