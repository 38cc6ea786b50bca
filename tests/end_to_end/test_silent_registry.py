"""A registry that is silent for hours, days or weeks: rounds, a letter, the end of the extension; nothing is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.support.clock import MONDAY
from tests.support.house import OVER
from tests.support.time_house import Case, TimeHouse

VEHICLES = "mvd-vehicles"
"""A synchronous service of the police: request 24."""
LABOUR = "kgd-incomes"
"""An asynchronous one: a source of request 14."""


def silence(house: TimeHouse, passport: str, lasts: timedelta | None) -> None:
    until = {"until": (MONDAY + lasts).isoformat()} if lasts else {}
    house.mock.fail(kind="silence", passport=passport, seconds=0, **until)


def closed_at(case: Case, number: int) -> list[datetime]:
    closed = [one for one in case.events("inquiry_closed") if one["data"]["number"] == number]
    return [datetime.fromisoformat(one["at"]) for one in closed]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY.replace(day=day, hour=hour, minute=minute)


def test_a_registry_that_is_silent_for_three_hours_answers_in_a_round_and_nobody_is_written_to(
    times: TimeHouse,
) -> None:
    silence(times, VEHICLES, timedelta(hours=3))
    case = times.submit(times.family())
    times.step(timedelta(hours=3, minutes=50))
    assert case.open_numbers() == [24]
    times.step(timedelta(minutes=5))
    # Rounds after 1, 5, 15, 30 minutes, then hourly: the first one after 13:00 is at 13:51.
    assert closed_at(case, 24) == [at(5, 13, 51)]
    assert case.status() == OVER
    assert (case.letters(), case.notices()) == ([], [])
    terms = case.get()["terms"]
    assert terms["due"]["on"] == terms["promised"]["on"] == "2026-10-27"


def test_after_patience_a_letter_is_drawn_up_and_the_answer_of_a_later_day_withdraws_it(times: TimeHouse) -> None:
    silence(times, VEHICLES, timedelta(days=3))
    case = times.submit(times.family())
    times.step_to(at(5, 13, 59))
    assert case.letters() == []
    times.step_to(at(5, 14, 0))
    (letter,) = case.letters()
    assert (letter["owner"], letter["state"], letter["drafted_at"]) == ("police", "drafted", at(5, 14).isoformat())
    assert case.tasks() == [("sign_letter", "letter-1")]
    case.send()
    times.settle()
    assert case.status() == "extended"
    tried = times.mock.counts()[VEHICLES]
    times.step_to(at(8, 15, 59))
    # 5.10. at 16:00, then twice a day; the one of the 8th at 10:00 is the first after the silence ended at that moment.
    assert closed_at(case, 24) == [at(8, 10)]
    assert times.mock.counts()[VEHICLES] - tried <= 6
    assert case.letter_states() == [("police", "withdrawn")]
    assert case.status() == OVER
    assert case.notice_kinds() == ["extension"]
    assert case.get()["terms"]["registered_on"] == "2026-10-08"


def test_a_draft_that_nobody_sent_is_withdrawn_when_the_registry_answers_and_no_term_is_extended(
    times: TimeHouse,
) -> None:
    silence(times, VEHICLES, timedelta(hours=5))
    case = times.submit(times.family())
    times.step_to(at(5, 15))
    assert case.letter_states() == [("police", "drafted")]
    times.step_to(at(5, 16))
    assert case.letter_states() == [("police", "withdrawn")]
    assert (case.status(), case.notices()) == (OVER, [])
    assert case.get()["terms"]["extension_until"] is None


def test_a_registry_that_is_silent_for_forty_days_leaves_an_incomplete_package_to_the_specialist(
    times: TimeHouse,
) -> None:
    silence(times, VEHICLES, timedelta(days=40))
    case = times.submit(times.family())
    times.step_to(at(5, 14))
    case.send()
    times.step_to(datetime.fromisoformat("2026-11-04T23:59:58+05:00"))
    assert (case.status(), case.notice_kinds()) == ("extended", ["extension"])
    times.step(timedelta(seconds=2))
    assert case.status() == "incomplete"
    assert case.notice_kinds() == ["extension", "incomplete"]
    (registered,) = case.events("package_registered")
    assert not registered["data"]["complete"]
    assert case.get()["terms"]["registered_on"] == "2026-11-04"
    assert case.get()["whose_move"]["code"] == "provider"
    assert ("decide", "decision") in case.tasks()
    assert case.open_numbers() == [24]
    # The registry's answer of the 45th day changes nothing, and nothing of it repeats itself.
    times.step(timedelta(days=5))
    assert case.status() == "incomplete"
    assert case.notice_kinds() == ["extension", "incomplete"]
    assert len(case.events("package_registered")) == 1


def test_a_late_reply_is_waited_for_a_whole_working_day_before_anybody_is_written_to(times: TimeHouse) -> None:
    times.mock.fail(kind="late", passport=LABOUR, seconds=(timedelta(days=2)).total_seconds())
    case = times.submit(times.family())
    times.step_to(at(6, 9, 59))
    assert case.letters() == []
    times.step_to(at(6, 10, 1))
    (letter,) = case.letters()
    assert (letter["state"], {cell["number"] for cell in letter["cells"]}) == ("drafted", {14})
    times.step_to(at(7, 10, 1))
    assert case.cell(14)["closed"]
    assert [letter["state"] for letter in case.letters()] == ["withdrawn"]
    assert case.status() == OVER
