"""Hearings by the API: held only when the applicant was told in time, and set anew, with a notice, when missed."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import RegistryFailed
from tests.gateway.api.house import House, told

REFUSED = {"outcome": "refused", "number": "8", "reasons": ["unreliable-documents"]}
RECORD = {"record": "Заслушан"}


def set_anew(house: House, location: str, day: str) -> tuple[int, str]:
    return told(house.post(f"{location}/hearing", {"hearing_on": day}))


def hold(house: House, location: str) -> tuple[int, str]:
    return told(house.post(f"{location}/hearing", RECORD))


def decided(house: House) -> str:
    """A preliminary refusal of Monday 5 October; its hearing is on Thursday, the 8th."""
    location = house.registered()
    assert house.post(f"{location}/decision", REFUSED | {"preliminary": True}).status_code == 200
    return location


def notices(house: House, location: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.get(f"{location}/notices").get_json()["notices"]
    return [one for one in found if one["kind"] == kind]


def test_a_hearing_that_nobody_held_is_set_anew_and_told_of_with_both_days(house: House) -> None:
    location = decided(house)
    house.work(location)
    house.desk.move(days=4)
    body = house.post(f"{location}/hearing", {"hearing_on": "2026-10-14"}).get_json()
    assert [one["on"] for one in body["hearings"]] == ["2026-10-08", "2026-10-14"]
    assert (body["hearing_on"], body["hearing_held_at"]) == ("2026-10-14", None)
    house.work(location)
    (notice,) = notices(house, location, "hearing_set_anew")
    text = " ".join(notice["paragraphs"])
    assert "14.10.2026" in text and "08.10.2026" in text and "недостоверны" in text
    events = dict(house.desk.events(location.rpartition("/")[2]))
    assert events["hearing_set_anew"] == {"hearing": 2, "hearing_on": "2026-10-14", "before": "2026-10-08"}
    assert house.get(location, "portal").get_json()["until"] == "2026-10-14"
    house.desk.move(days=5)
    assert hold(house, location)[0] == 200
    assert set_anew(house, location, "2026-10-30") == (409, "hearing-none")
    assert house.post(f"{location}/decision", REFUSED).status_code == 200
    dossier = house.get(f"{location}/dossier").get_json()["course"]["decision"]
    assert [one["on"] for one in dossier["hearings"]] == ["2026-10-08", "2026-10-14"]
    page = house.get(f"{location}/dossier", Accept="text/html").get_data(as_text=True)
    assert "2026-10-08" in page and "не состоялось" in page


def test_a_hearing_whose_day_has_not_passed_stands(house: House) -> None:
    location = decided(house)
    house.work(location)
    assert set_anew(house, location, "2026-10-20") == (409, "hearing-stands")
    house.desk.move(days=3)
    assert set_anew(house, location, "2026-10-20") == (409, "hearing-stands")


@pytest.mark.parametrize("day", ["2026-10-13", "2026-10-17", "2026-10-01"])
def test_the_new_day_is_worked_and_as_far_ahead_as_the_first(house: House, day: str) -> None:
    location = decided(house)
    house.work(location)
    house.desk.move(days=4)
    assert set_anew(house, location, day) == (422, "hearing-too-early")
    assert set_anew(house, location, "2026-10-14") == (200, "None")


def test_no_hearing_is_held_before_the_applicant_was_told_and_had_the_days(house: House) -> None:
    location = decided(house)
    house.desk.course.messages.broken = RegistryFailed()
    house.work(location)
    house.desk.move(days=3)
    assert hold(house, location) == (409, "hearing-untold")
    (notice,) = notices(house, location, "preliminary_refusal")
    handed = {"channel": "paper", "receipt": "77"}
    assert house.post(f"{location}/notices/{notice['n']}/delivered", handed).status_code == 200
    assert hold(house, location) == (409, "hearing-too-early")
    assert set_anew(house, location, "2026-10-13") == (200, "None"), "told too late for the day that was set"
    house.desk.move(days=5)
    assert hold(house, location) == (409, "hearing-untold"), "the new day needs a notice of its own"


def test_of_the_new_day_the_applicant_is_told_as_early_as_of_the_first(house: House) -> None:
    location = decided(house)
    house.work(location)
    house.desk.move(days=4)
    set_anew(house, location, "2026-10-14")
    house.desk.move(days=3)
    house.work(location)
    house.desk.move(days=2)
    assert hold(house, location) == (409, "hearing-too-early"), "told on Monday, held on Wednesday"
    house.desk.move(days=1)
    assert hold(house, location)[0] == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "missing-field"),
        (RECORD | {"hearing_on": "2026-10-14"}, 422, "invalid-value"),
        ({"hearing_on": "14.10.2026"}, 400, "invalid-value"),
        ({"record": ""}, 400, "invalid-value"),
    ],
)
def test_a_hearing_was_held_or_is_set_anew(house: House, body: dict[str, Any], status: int, code: str) -> None:
    location = decided(house)
    assert told(house.post(f"{location}/hearing", body)) == (status, code)
    assert house.get(location).get_json()["status"]["code"] == "preliminary_refusal"
