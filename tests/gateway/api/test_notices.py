"""Notices by the API: neutral unless the applicant reads them, which delivers them; on paper with a receipt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.api.house import CLERK, SECRET, House, told

SHOWN = "?authenticated=true"
HANDED = {"channel": "paper", "receipt": "77"}


def deliveries(house: House, location: str) -> dict[str, str]:
    (notice,) = house.get(f"{location}/notices").get_json()["notices"]
    return {one["channel"]: one["state"] for one in notice["deliveries"]}


def test_a_portal_reads_a_neutral_notice_and_that_delivers_nothing(house: House) -> None:
    location = house.sent()
    (notice,) = house.get(f"{location}/notices", "portal").get_json()["notices"]
    assert (notice["kind"], notice["deliveries"], notice["clause"]) == ("extension", None, None)
    assert SECRET not in "".join(notice["paragraphs"])
    assert deliveries(house, location)["portal"] == "waiting"


def test_the_applicant_reads_it_whole_and_so_it_is_delivered_once(house: House) -> None:
    location = house.sent()
    for _ in range(2):
        (notice,) = house.get(f"{location}/notices{SHOWN}", "portal").get_json()["notices"]
        assert SECRET in "".join(notice["paragraphs"])
    assert deliveries(house, location)["portal"] == "delivered"
    events = house.desk.events(location.rpartition("/")[2])
    told = [data["channel"] for kind, data in events if kind == "notice_delivered"]
    assert sorted(told) == ["portal", "sms"]


@pytest.mark.parametrize("accept", ["application/json", "application/pdf"])
def test_one_notice_is_data_or_a_pdf_and_reading_it_delivers_it_too(house: House, accept: str) -> None:
    location = house.sent()
    response = house.get(f"{location}/notices/1{SHOWN}", "portal", Accept=accept)
    assert response.content_type == accept
    assert deliveries(house, location)["portal"] == "delivered"


def test_neither_the_providers_reading_nor_a_look_at_the_headers_counts(house: House) -> None:
    location = house.sent()
    house.get(f"{location}/notices{SHOWN}", "clerk")
    house.get(f"{location}/notices/1{SHOWN}", "system")
    house.http.head(f"{location}/notices{SHOWN}", headers={"Authorization": f"Bearer {house.keys['portal']}"})
    assert deliveries(house, location)["portal"] == "waiting"


def test_another_portal_reads_and_delivers_nothing(house: House) -> None:
    location = house.sent()
    for path in (f"{location}/notices{SHOWN}", f"{location}/notices/1{SHOWN}"):
        assert told(house.get(path, "other")) == (404, "application-not-found")
    assert deliveries(house, location)["portal"] == "waiting"


def test_a_notice_speaks_the_callers_language(house: House) -> None:
    location = house.sent()
    titles = {
        house.get(f"{location}/notices/1", "portal", Accept_Language=language).get_json()["title"]
        for language in ("ru", "kk")
    }
    assert len(titles) == 2


def test_who_applied_at_the_counter_gets_it_on_paper_with_a_receipt(house: House) -> None:
    location = house.sent("clerk")
    assert deliveries(house, location)["paper"] == "waiting"
    for _ in range(2):
        notice = house.post(f"{location}/notices/1/delivered", HANDED).get_json()
    by_channel = {one["channel"]: one for one in notice["deliveries"]}
    assert (by_channel["paper"]["state"], by_channel["paper"]["delivered_by"]) == ("delivered", CLERK)
    assert by_channel["paper"]["receipt"] == "77"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"channel": "sms", "receipt": "1"}, 400, "invalid-value"),
        ({"channel": "paper"}, 400, "missing-field"),
        ({"channel": "paper", "receipt": ""}, 400, "invalid-value"),
        ({"channel": "paper", "receipt": "r" * 61}, 400, "invalid-value"),
        (HANDED | {"acted_by": "Ахметов Е."}, 400, "acted-by-misplaced"),
        (b"", 400, "malformed-json"),
    ],
)
def test_a_handing_over_that_is_not_told_in_order_is_none(house: House, body: Any, status: int, code: str) -> None:
    location = house.sent("clerk")
    assert told(house.post(f"{location}/notices/1/delivered", body)) == (status, code)
    assert deliveries(house, location)["paper"] == "waiting"


def test_a_notice_that_is_not_there_is_not_found(house: House) -> None:
    location = house.sent()
    for n in ("2", "x", "0"):
        assert told(house.get(f"{location}/notices/{n}", "portal")) == (404, "notice-not-found")
        assert told(house.post(f"{location}/notices/{n}/delivered", HANDED)) == (404, "notice-not-found")
    assert told(house.get(f"{location}/notices?authenticated=yes", "portal")) == (400, "invalid-value")
