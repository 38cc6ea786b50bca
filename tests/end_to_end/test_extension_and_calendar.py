"""The extension's dates over the wire: which letter they run from, where they roll to, and hours that nobody works."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.test_legal_folders import write_rules
from tests.end_to_end.conftest import BeginAt
from tests.support.house import OVER
from tests.support.time_house import Case, TimeHouse

VEHICLES, FARM = "mvd-vehicles", "efarm-2014"
"""Services of the police (request 24), and of the akim (request 17)."""


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+05:00")


def silent_case(house: TimeHouse, *passports: str, until: str = "") -> Case:
    """An application while these are silent."""
    lasts = {"until": moment(until).isoformat()} if until else {}
    for passport in passports:
        house.mock.fail(kind="silence", passport=passport, seconds=0, **lasts)
    return house.submit(house.family())


def extension_of(case: Case) -> str:
    return str(case.get()["terms"]["extension_until"]["on"])


@pytest.mark.parametrize(
    ("anchor", "until", "kinds"),
    [
        ("first", "2026-11-04", ["extension"]),
        ("last", "2026-11-06", ["extension", "extension_changed"]),
    ],
)
def test_of_two_letters_on_different_days_the_anchor_says_which_one_the_extension_runs_from(
    anchor: str, until: str, kinds: list[str], begin_at: BeginAt, tmp_path: Path
) -> None:
    options = {"id": '"extension.anchor"', "value": f'"{anchor}"', "options": '["first", "last"]'}
    folder = write_rules(tmp_path / "law", options, version=anchor)
    house = begin_at(environ={"ASP_PASSPORTS": str(folder)})
    case = silent_case(house, VEHICLES, FARM)
    house.step(timedelta(hours=4))
    first, second = (letter["n"] for letter in case.letters())
    case.send(first)
    house.step(timedelta(days=2))
    assert extension_of(case) == "2026-11-04"
    case.send(second, "7-2")
    house.settle()
    assert extension_of(case) == until
    assert case.notice_kinds() == kinds
    assert anchor in case.get()["terms"]["rules_version"]
    # Both letters sent: nothing is told twice while the days pass.
    house.step(timedelta(days=2))
    assert case.notice_kinds() == kinds


def test_an_extension_that_ends_on_a_day_off_goes_on_to_the_next_working_day(begin_at: BeginAt) -> None:
    # 24.09. + 30 days is a Saturday; Monday the 26th of October is a holiday.
    house = begin_at(moment("2026-09-24T10:00"))
    case = silent_case(house, VEHICLES)
    house.step(timedelta(hours=4))
    case.send()
    house.settle()
    assert extension_of(case) == "2026-10-27"
    house.step_to(moment("2026-10-27T23:59"))
    assert case.status() == "extended"
    house.step(timedelta(minutes=1))
    assert case.status() == "incomplete"
    assert case.get()["terms"]["registered_on"] == "2026-10-27"


def test_patience_that_begins_on_friday_at_five_ends_on_monday_and_no_letter_is_drawn_up_at_the_weekend(
    begin_at: BeginAt,
) -> None:
    house = begin_at(moment("2026-10-09T17:00"))
    case = silent_case(house, VEHICLES)
    # One working hour on Friday, three on Monday from nine.
    house.step_to(moment("2026-10-12T11:59"))
    assert case.letters() == []
    house.step(timedelta(minutes=1))
    (letter,) = case.letters()
    assert letter["drafted_at"] == "2026-10-12T12:00:00+05:00"
    # Rounds went on all through the weekend.
    tries = [one for one in case.events("inquiry_waits") if one["data"]["number"] == 24]
    assert tries
    assert house.mock.counts()[VEHICLES] > 60


def test_an_answer_at_the_weekend_completes_the_package_and_the_term_runs_from_that_day(begin_at: BeginAt) -> None:
    house = begin_at(moment("2026-10-09T17:00"))
    case = silent_case(house, VEHICLES, until="2026-10-10T12:00")
    house.step_to(moment("2026-10-10T13:00"))
    assert (case.status(), case.letters()) == (OVER, [])
    terms = case.get()["terms"]
    assert (terms["registered_on"], terms["due"]["on"]) == ("2026-10-10", "2026-11-02")
    assert terms["promised"]["on"] == "2026-11-02"


@pytest.mark.parametrize(
    ("filed", "accepted", "asked"),
    [
        ("2026-09-30T23:59", "2026-10-01", ("2026-04-01", "2026-06-30")),
        ("2026-10-01T00:00", "2026-10-01", ("2026-07-01", "2026-09-30")),
    ],
)
def test_the_last_minute_of_a_quarter_decides_which_quarter_the_registry_is_asked_about(
    filed: str, accepted: str, asked: tuple[str, str], begin_at: BeginAt
) -> None:
    house = begin_at(moment(filed))
    seen: list[bytes] = []
    channel: Any = house.mock.suite.asynchronous
    handle = channel.handle

    def listen(raw: bytes) -> Any:
        seen.append(raw)
        return handle(raw)

    channel.handle = listen
    case = house.submit(house.family(), house.portal)
    house.step(timedelta(minutes=5))
    assert case.get()["terms"]["accepted_on"] == accepted
    (request,) = [raw for raw in seen if b"KGD_PERSON_INCOMES" in raw and b"DeliveryNotification" not in raw]
    for day in asked:
        assert day.encode() in request
    assert case.cell(14)["closed"]
