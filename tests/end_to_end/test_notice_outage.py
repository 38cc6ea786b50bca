"""Notices of the extension over the wire: an SMS gateway that is down past the second day, and neutral texts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import requests

from tests.support.time_house import Case, TimeHouse

VEHICLES = "mvd-vehicles"


def set_outage(house: TimeHouse, on: bool) -> None:
    answer = requests.post(f"{house.mock.url}/_mock/sms/outage", json={"on": on, "kind": "html_503"}, timeout=20)
    assert answer.status_code == 200, answer.text


def extended_case(house: TimeHouse, **failure: Any) -> Case:
    """Monday 14:00: the letter is out, and the notice is due by the end of Wednesday. Filed through a portal."""
    house.mock.fail(kind="silence", seconds=0, **({"passport": VEHICLES} | failure))
    case = house.submit(house.family(), house.portal)
    house.step(timedelta(hours=4))
    case.send()
    house.settle()
    assert "extension" in case.notice_kinds()
    return case


def marks(case: Case, kind: str) -> list[str]:
    return [one["at"] for one in case.events(kind) if one["data"].get("term", "").startswith("notice-")]


def test_a_notice_that_cannot_be_sent_is_shown_before_its_last_day_ends_and_recorded_when_it_has(
    times: TimeHouse,
) -> None:
    set_outage(times, True)
    case = extended_case(times)
    (notice,) = case.notices()
    assert notice["deliver_by"] == "2026-10-07"
    times.step_to(datetime.fromisoformat("2026-10-07T08:59:00+05:00"))
    assert marks(case, "term_near") == []
    times.step(timedelta(minutes=1))
    assert len(marks(case, "term_near")) == 1
    times.step_to(datetime.fromisoformat("2026-10-08T00:00:00+05:00"))
    assert len(marks(case, "term_passed")) == 1
    (sms,) = [one for one in case.notices()[0]["deliveries"] if one["channel"] == "sms"]
    assert (sms["state"], sms["cause"] != "") == ("waiting", True)
    assert sms["tries"] > 20
    assert times.phones() == []
    set_outage(times, False)
    times.step(timedelta(hours=2))
    (message,) = times.phones()
    assert message["received"] == 1
    (sms,) = [one for one in case.notices()[0]["deliveries"] if one["channel"] == "sms"]
    assert sms["state"] == "delivered"
    times.step(timedelta(days=1))
    assert len(times.phones()) == 1
    assert len(marks(case, "term_near")) == len(marks(case, "term_passed")) == 1
    assert len(case.events("notice_issued")) == 1


def test_an_sms_says_nothing_of_what_was_asked_and_the_notice_names_it_only_to_the_authenticated(
    times: TimeHouse,
) -> None:
    case = extended_case(times, passport="rdb-dispensary")
    (message,) = times.phones()
    known = times.family()["applicant"]
    for secret in (known["iin"], known["surname"], known["name"], "диспансер", "лечени", "лишени", "Министерств"):
        assert secret.lower() not in message["text"].lower()
    assert case.get()["number"] in message["text"]
    path = f"/v1/applications/{case.id}/notices"
    neutral = str(times.portal.get(path)["notices"][0]["paragraphs"])
    whole = str(times.portal.get(f"{path}?authenticated=true")["notices"][0]["paragraphs"])
    assert neutral != whole
    assert len(neutral) < len(whole)
    by_channel = {one["channel"]: one["state"] for one in case.notices()[0]["deliveries"]}
    assert by_channel == {"sms": "delivered", "portal": "delivered"}


def test_an_outage_of_messages_holds_no_answer_of_a_registry_back(times: TimeHouse) -> None:
    set_outage(times, True)
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0, until="2026-10-06T09:30:00+05:00")
    case = times.submit(times.family())
    times.step(timedelta(hours=4))
    case.send()
    times.step(timedelta(days=1))
    assert case.cell(24)["closed"]
    assert case.status() == "package_registered"
