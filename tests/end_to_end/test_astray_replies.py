"""Late replies that go astray (twice, out of order, in no known chain, wrongly signed): kept, and counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.end_to_end.conftest import BeginAt
from tests.support.house import OVER, parts_of
from tests.support.time_house import Case, TimeHouse
from tests.support.waiting import wait_until

INCOMES, LABOUR = "kgd-incomes", "oop-labour-history"
"""Asynchronous services: a source of request 14, and request 18 with a message before its reply."""


def unmatched(times: TimeHouse) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = times.provider.get("/v1/unmatched")["messages"]
    return found


def closings(case: Case, number: int) -> list[str]:
    return [one["at"] for one in case.events("inquiry_closed") if one["data"]["number"] == number]


def part(case: Case, passport: str) -> list[dict[str, Any]]:
    return [one for one in parts_of(case.get("/dossier")) if one["passport"] == passport]


def test_a_reply_that_is_hours_late_closes_its_inquiry_at_its_own_moment(times: TimeHouse) -> None:
    times.mock.fail(kind="late", passport=INCOMES, seconds=5 * 3600.0)
    case = times.submit(times.family())
    times.step(timedelta(hours=4, minutes=59))
    assert case.open_numbers() == [14]
    times.step(timedelta(minutes=2))
    assert closings(case, 14) == ["2026-10-05T15:00:00+05:00"]
    assert (case.status(), case.letters(), unmatched(times)) == (OVER, [], [])
    assert times.mock.counts()[INCOMES] == 1


@pytest.mark.parametrize("variant", ["same-id", "new-id"])
def test_a_reply_that_comes_twice_counts_once_also_when_the_second_comes_after_the_registration(
    variant: str, times: TimeHouse
) -> None:
    times.mock.fail(kind="duplicate", passport=INCOMES, variant=variant, seconds=3600)
    case = times.submit(times.family())
    times.settle()
    assert case.status() == OVER
    before = case.get("/dossier")["sha256"], case.events()
    times.step(timedelta(hours=2))
    assert case.events() == before[1]
    assert len(closings(case, 14)) == 1
    assert [one["outcome"] for one in part(case, INCOMES)] == ["no_record"]
    assert (case.get("/dossier")["sha256"] == before[0]) is (variant == "same-id")
    assert unmatched(times) == []


def test_a_reply_before_its_own_notification_closes_the_inquiry_once(times: TimeHouse) -> None:
    times.mock.fail(kind="reordered", passport=LABOUR)
    case = times.submit(times.family("family-of-five"))
    times.step(timedelta(minutes=1))
    asked = part(case, LABOUR)
    assert asked
    assert {one["outcome"] for one in asked} <= {"found", "no_record"}
    assert len(closings(case, 18)) == len(case.cells(18))
    assert unmatched(times) == []


def test_a_reply_in_an_unknown_chain_is_kept_for_the_operator_and_the_inquiry_goes_on_to_a_letter(
    times: TimeHouse,
) -> None:
    times.mock.fail(kind="unknown_chain", passport=INCOMES, times=1)
    case = times.submit(times.family())
    times.settle()
    assert case.open_numbers() == [14]
    (message,) = unmatched(times)
    assert (message["service_id"], message["kind"]) == ("KGD_PERSON_INCOMES", "RESPONSE")
    assert (message["size"] > 0, len(message["sha256"])) == (True, 64)
    times.step(timedelta(days=1))
    assert [cell["number"] for letter in case.letters() for cell in letter["cells"]] == [14]
    # By hand it is asked again, and the right chain closes it.
    case.post(f"/inquiries/{case.cell(14)['inquiry']}/ask-again", 202)
    times.settle()
    assert case.cell(14)["closed"]
    assert [letter["state"] for letter in case.letters()] == ["withdrawn"]
    assert len(unmatched(times)) == 1
    portal = times.portal.call("GET", "/v1/unmatched")
    assert portal.status_code == 403


@pytest.mark.parametrize("variant", ["other-body", "untrusted-key"])
def test_a_reply_whose_signature_does_not_hold_answers_nothing_and_a_right_one_still_does(
    variant: str, times: TimeHouse
) -> None:
    times.mock.fail(kind="badly_signed", variant=variant, passport=INCOMES, times=1)
    case = times.submit(times.family())
    times.settle()
    assert case.open_numbers() == [14]
    assert closings(case, 14) == []
    case.post(f"/inquiries/{case.cell(14)['inquiry']}/ask-again", 202)
    times.settle()
    assert (len(closings(case, 14)), case.status()) == (1, OVER)


def test_a_reply_counts_once_however_it_was_sent_and_whatever_was_said_at_its_acceptance(
    begin_at: BeginAt,
) -> None:
    """Delivered again and again; never pushed, so that it is fetched; after an acceptance that nobody could read."""
    times = begin_at(environ={"ASP_PULL_SECONDS": "1"})
    times.mock.fail(passport=INCOMES, kind="truncated", half="acceptance", times=1)
    times.mock.fail(passport=INCOMES, kind="redelivery", seconds=3600)
    times.mock.fail(passport=LABOUR, kind="push_refused")
    case = times.submit(times.family("family-of-five"))
    times.step(timedelta(hours=5))
    wait_until(lambda: not case.open_numbers())
    asked = [*part(case, INCOMES), *part(case, LABOUR)]
    assert {one["passport"] for one in asked} == {INCOMES, LABOUR}
    assert {one["outcome"] for one in asked} <= {"found", "no_record"}
    assert unmatched(times) == []
    for number in (14, 18):
        assert len(closings(case, number)) == len(case.cells(number)), number


def test_a_reply_after_the_end_is_kept_and_changes_nothing(times: TimeHouse) -> None:
    times.mock.fail(kind="late", passport=INCOMES, seconds=40 * 86_400.0, times=1)
    times.mock.fail(kind="silence", passport=INCOMES)
    case = times.submit(times.family())
    times.step(timedelta(days=1, hours=1))
    case.send()
    times.step(timedelta(days=32))
    assert case.status() == "incomplete"
    case.post("/decision", outcome="approved", number="1-АСП")
    times.settle()
    assert case.status() == "approved"
    before = case.get(), case.notice_kinds(), len(case.events())
    times.step(timedelta(days=20))
    assert (case.get(), case.notice_kinds()) == before[:2]
    (late,) = case.events()[before[2] :]
    assert (late["kind"], late["at"]) == ("answer_after_end", "2026-11-14T10:00:00+05:00")
    assert [one["outcome"] for one in part(case, INCOMES)] == ["no_answer"]
    assert unmatched(times) == []
