"""The end of the road by the API: status and dates, decision and hearing, withdrawal, complaints, the worklist."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.gateway.api.house import House, told

APPROVED = {"outcome": "approved", "number": "7"}
REFUSED = {"outcome": "refused", "number": "8", "reasons": ["unreliable-documents"]}
COMPLAINT = {"text": "Отказ не обоснован", "channel": "electronic"}


def status(house: House, location: str, caller: str = "portal") -> dict[str, Any]:
    body: dict[str, Any] = house.get(location, caller).get_json()
    return body


def standing(house: House, location: str) -> tuple[str, str, str]:
    body = status(house, location)
    return body["status"]["code"], body["whose_move"]["code"], (body["next_date"] or {}).get("what", "")


def test_the_status_goes_along_the_road_with_whose_move_and_the_next_date(house: House) -> None:
    location = house.submit()
    assert standing(house, location) == ("sent", "gateway", "promised")
    house.work(location)
    assert standing(house, location) == ("waiting_data", "provider", "promised")
    house.post(f"{location}/letters/1/sent", {"channel": "paper", "number": "1"})
    house.work(location)
    assert standing(house, location) == ("extended", "owner", "extension_until")
    house.bring(location)
    house.work(location)
    assert standing(house, location) == ("package_registered", "provider", "due")
    house.post(f"{location}/decision", REFUSED | {"preliminary": True})
    assert standing(house, location) == ("preliminary_refusal", "provider", "hearing")
    house.work(location)
    house.desk.move(days=3)
    house.post(f"{location}/hearing", {"record": "Заслушан"})
    house.post(f"{location}/decision", REFUSED)
    assert standing(house, location) == ("refused", "nobody", "")
    house.post(f"{location}/complaints", COMPLAINT, "portal")
    assert standing(house, location) == ("refused", "provider", "complaint-1")


def test_the_extension_is_told_with_its_day_and_every_date_with_its_clause(house: House) -> None:
    location = house.submit()
    promised = status(house, location)["terms"]["promised"]
    house.work(location)
    house.post(f"{location}/letters/1/sent", {"channel": "paper", "number": "1"})
    house.work(location)
    body = status(house, location)
    until = body["terms"]["extension_until"]
    assert body["until"] == until["on"] == "2026-11-04"
    assert body["status"]["text"].endswith("04.11.2026")
    assert until["clause"] and body["terms"]["no_later_than"]["on"] > until["on"]
    assert (body["terms"]["promised"], body["terms"]["due"]) == (promised, None)
    house.bring(location)
    house.work(location)
    terms = status(house, location)["terms"]
    assert terms["promised"] == promised
    assert terms["no_later_than"] is None
    assert terms["due"]["on"] == "2026-10-27"


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_nothing_promises_appointment_before_the_decision(house: House, language: str) -> None:
    location = house.submit()
    words = ("назнач", "тағайында", "assign", "approv")
    for step in (lambda: None, lambda: house.work(location), lambda: house.bring(location)):
        step()
        text = house.get(location, "portal", Accept_Language=language).get_data(as_text=True).lower()
        assert not [word for word in words if word in text]


def test_a_gap_at_the_end_of_the_extension_is_incomplete_and_never_refused(house: House) -> None:
    location = house.sent()
    house.desk.move(days=40)
    house.work(location)
    assert standing(house, location)[:2] == ("incomplete", "provider")


def test_a_refusal_comes_after_its_hearing_and_tells_its_reasons(house: House) -> None:
    location = house.registered()
    assert told(house.post(f"{location}/decision", REFUSED)) == (409, "hearing-required")
    early = house.post(f"{location}/decision", REFUSED | {"preliminary": True, "hearing_on": "2026-10-06"})
    assert told(early) == (422, "hearing-too-early")
    assert told(house.post(f"{location}/hearing", {"record": "x"})) == (409, "hearing-none")
    body = house.post(f"{location}/decision", REFUSED | {"preliminary": True}).get_json()
    assert (body["hearing_on"], body["decided_at"]) == ("2026-10-08", None)
    again = house.post(f"{location}/decision", REFUSED | {"preliminary": True})
    assert told(again) == (409, "decision-preliminary")
    assert told(house.post(f"{location}/hearing", {"record": "Заслушан"})) == (409, "hearing-untold")
    house.work(location)
    assert told(house.post(f"{location}/hearing", {"record": "Заслушан"})) == (409, "hearing-too-early")
    house.work(location)
    house.desk.move(days=3)
    assert house.post(f"{location}/hearing", {"record": "Заслушан"}).status_code == 200
    assert told(house.post(f"{location}/hearing", {"record": "Заслушан"})) == (409, "hearing-none")
    body = house.post(f"{location}/decision", REFUSED).get_json()
    assert [reason["code"] for reason in body["reasons"]] == ["unreliable-documents"]
    assert body["reasons"][0]["clause"]
    assert status(house, location)["reasons"] == body["reasons"]
    assert told(house.post(f"{location}/decision", REFUSED)) == (409, "application-over")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outcome": "maybe"}, (400, "invalid-value")),
        ({"number": ""}, (400, "invalid-value")),
        ({"number": "a<b"}, (400, "invalid-value")),
        ({"reasons": ["unreliable-documents"]}, (422, "reason-misplaced")),
        ({"outcome": "refused"}, (422, "reason-missing")),
        ({"outcome": "refused", "reasons": ["none-such"]}, (422, "reason-unknown")),
        ({"outcome": "refused", "reasons": "x"}, (400, "invalid-value")),
        ({"preliminary": True}, (422, "invalid-value")),
        ({"preliminary": "yes"}, (400, "invalid-value")),
        ({"hearing_on": "2026-12-01"}, (422, "invalid-value")),
        ({"hearing_on": "01.12.2026"}, (400, "invalid-value")),
    ],
)
def test_a_decision_that_is_not_in_order_is_none(house: House, change: dict[str, Any], code: tuple[int, str]) -> None:
    location = house.registered()
    assert told(house.post(f"{location}/decision", APPROVED | change)) == code
    assert standing(house, location)[0] == "package_registered"


def test_a_package_that_was_not_asked_for_is_not_registered_by_hand(house: House) -> None:
    location = house.submit()
    assert told(house.post(f"{location}/registration", {})) == (409, "package-forming")
    house.work(location)
    assert told(house.post(f"{location}/registration", {})) == (409, "package-forming"), "its letter goes out first"
    house.post(f"{location}/letters/1/withdrawn", {})
    assert house.post(f"{location}/registration", {}).get_json()["status"]["code"] == "incomplete"


@pytest.mark.parametrize("number", [" ", "1\u202e2", "1\u20282", "\u200b"])
def test_a_number_that_nobody_can_read_is_none(house: House, number: str) -> None:
    location = house.drafted()
    answer = house.post(f"{location}/letters/1/sent", {"channel": "paper", "number": number})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid-value")
    complaint = COMPLAINT | {"text": " \n "}
    assert house.post(f"{location}/complaints", complaint, "portal").status_code == 400


def test_a_place_in_a_list_that_no_database_holds_is_refused(house: House) -> None:
    location = house.submit()
    answer = house.get(f"{location}/events?after=999999999999999")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "invalid-value")


def test_every_moment_in_an_events_data_has_the_offset_of_kazakhstan(house: House) -> None:
    location = house.drafted()
    sent_at = "2026-10-05T05:00:00+00:00"
    sent = {"channel": "paper", "number": "1", "sent_at": sent_at}
    assert house.post(f"{location}/letters/1/sent", sent).status_code == 200
    house.work(location)
    house.bring(location)
    house.work(location)
    events = {one["kind"]: one["data"] for one in house.get(f"{location}/events").get_json()["events"]}
    assert events["letter_sent"]["sent_at"] == "2026-10-05T10:00:00+05:00"
    assert events["package_registered"]["registered_at"] == "2026-10-05T10:00:00+05:00"
    assert "+00:00" not in str(events) and "Z'" not in str(events)


def test_nothing_is_decided_on_an_open_package(house: House) -> None:
    location = house.sent()
    assert told(house.post(f"{location}/decision", APPROVED)) == (409, "package-open")


def test_of_two_decisions_at_the_same_time_one_is_taken(house: House) -> None:
    location = house.registered()

    def decide(number: int) -> int:
        return house.post(f"{location}/decision", APPROVED | {"number": str(number)}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(decide, range(4))) == [200, 409, 409, 409]
    assert standing(house, location)[:2] == ("approved", "nobody")


def test_a_portal_withdraws_its_own_application_and_no_other(house: House) -> None:
    location = house.sent()
    assert told(house.post(f"{location}/withdrawal", {}, "other")) == (404, "application-not-found")
    named = house.post(f"{location}/withdrawal", {"acted_by": "Ахметов Е."}, "portal")
    assert told(named) == (400, "acted-by-misplaced")
    assert house.post(f"{location}/withdrawal", {}, "portal").get_json()["status"]["code"] == "withdrawn"
    assert told(house.post(f"{location}/withdrawal", {}, "portal")) == (409, "application-over")
    house.work(location)
    assert house.get(f"{location}/letters/1").get_json()["state"] == "withdrawn"


def test_a_complaint_says_by_when_it_is_answered_and_where_to_go_on(house: House) -> None:
    location = house.sent()
    first = house.post(f"{location}/complaints", COMPLAINT, "portal")
    body = first.get_json()
    assert (first.status_code, body["n"], body["answer_by"]["on"]) == (201, 1, "2026-10-12")
    assert body["answer_by"]["clause"] and body["answer_by"]["assumed"]
    assert [one["key"] for one in body["remedies"]] == ["minister"]
    assert house.post(f"{location}/complaints", COMPLAINT, "portal").get_json()["n"] == 1
    answered = house.post(f"{location}/complaints/1/answer", {"answer": "Рассмотрено"})
    assert answered.get_json()["answered_at"]
    assert told(house.post(f"{location}/complaints/1/answer", {"answer": "x"})) == (409, "complaint-answered")
    assert house.post(f"{location}/complaints", COMPLAINT, "portal").get_json()["n"] == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"channel": "pigeon"}, (422, "complaint-channel-unknown")),
        ({"text": ""}, (400, "invalid-value")),
        ({"text": "x" * 10_001}, (400, "invalid-value")),
        ({"text": "\x00"}, (400, "invalid-value")),
        ({"text": 1}, (400, "invalid-value")),
    ],
)
def test_a_complaint_that_cannot_be_read_is_not_registered(
    house: House, change: dict[str, Any], code: tuple[int, str]
) -> None:
    location = house.sent()
    assert told(house.post(f"{location}/complaints", COMPLAINT | change, "portal")) == code
    assert told(house.post(f"{location}/complaints/1/answer", {"answer": "x"})) == (404, "complaint-not-found")


def test_the_worklist_says_what_waits_for_a_person(house: House) -> None:
    location = house.drafted()
    application = location.rpartition("/")[2]
    body = house.get("/v1/worklist").get_json()
    assert [(t["application"], t["kind"], t["subject"]) for t in body["tasks"]] == [
        (application, "sign_letter", "letter-1")
    ]
    assert body["next"] is None
    assert told(house.get("/v1/worklist?after=x")) == (400, "invalid-value")


def test_messages_that_nobody_awaited_are_found(house: House) -> None:
    assert house.get("/v1/unmatched").get_json() == {"messages": [], "next": None}
    raw = house.desk.bus.bring("message-1", "chain-1", "wages", None)
    house.desk.gathering.arrivals.receive(raw)
    (message,) = house.get("/v1/unmatched").get_json()["messages"]
    assert (message["message_id"], message["service_id"]) == ("message-1", "wages")
    assert "chain-1" not in str(message)


def test_incidents_are_listed_and_none_is_printed_that_is_not_there(house: House) -> None:
    assert house.get("/v1/incidents").get_json() == {"incidents": [], "next": None}
    for name in ("inc_404", "%00", "x" * 99):
        assert told(house.get(f"/v1/incidents/{name}/letter")) == (404, "incident-not-found")
    assert told(house.get("/v1/incidents?closed=1")) == (400, "invalid-value")
