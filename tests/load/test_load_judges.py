"""Each judge of a load finds the breach that is planted, and nothing where there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.promises import LOST
from tests.load.judges import (
    BUDGET,
    DRAINED,
    GATHERED,
    INTAKE,
    NO_STORM,
    allow,
    count_again,
    find_peak,
    judge_again,
    judge_budget,
    judge_drain,
    judge_gathered,
    judge_intake,
    judge_rate,
    judge_rest,
)
from tests.load.metrics import Asked, read_asked
from tests.load.sending import NO_ANSWER, Sent

START = datetime(2026, 10, 1, 9, tzinfo=UTC)


def evenly(count: int, seconds: float) -> list[datetime]:
    return [START + timedelta(seconds=n * seconds / count) for n in range(count)]


@pytest.mark.parametrize("status", [500, 503, 429, NO_ANSWER])
def test_a_call_that_was_not_answered_by_202_is_found(status: int) -> None:
    good, bad = Sent(0.0, 0.1, 202, "app_1"), Sent(1.0, 0.1, status)
    assert list(judge_intake([good])) == []
    assert [one.promise for one in judge_intake([good, bad])] == [INTAKE]


def test_a_backlog_that_does_not_drain_in_time_is_found() -> None:
    assert list(judge_drain(899.0)) == []
    assert [one.promise for one in judge_drain(901.0)] == [DRAINED]
    assert [one.promise for one in judge_drain(None)] == [DRAINED]


def test_a_part_whose_rest_did_not_come_is_found() -> None:
    assert list(judge_rest({"a busy hour": True})) == []
    (found,) = judge_rest({"a busy hour": True, "an outage": False})
    assert found.promise == LOST
    assert "an outage" in found.what


def test_fewer_packages_than_applications_are_found_and_more_as_well() -> None:
    assert list(judge_gathered(34, 34)) == []
    assert [one.promise for one in judge_gathered(34, 33)] == [GATHERED]
    assert [one.promise for one in judge_gathered(34, 35)] == [GATHERED]


def test_a_storm_is_found_in_a_second_and_in_a_minute() -> None:
    paced = evenly(1200, 60.0)
    assert list(judge_rate(paced, 1200)) == []
    assert [one.promise for one in judge_rate(evenly(60, 1.0), 1200)] == [NO_STORM]
    assert [one.promise for one in judge_rate(evenly(1400, 60.0), 1200)] == [NO_STORM]
    assert len(list(judge_rate(evenly(1400, 1.0), 1200))) == 2
    assert [one.promise for one in judge_rate(paced, 1200, missed=1)] == [NO_STORM]


def test_a_registry_at_which_nobody_was_seen_was_not_asked_by_its_quota() -> None:
    assert [one.promise for one in judge_rate([], 1200)] == [NO_STORM]


def test_a_quota_lets_a_few_through_at_once_and_no_more_than_itself_in_a_minute() -> None:
    assert allow(1.0, 1200) == 10 + 29
    assert allow(60.0, 1200) == 1210
    assert allow(60.0, 6) == 7
    assert allow(1.0, 1200, late=2.0) == 10 + 59


def test_a_peak_is_found_wherever_it_begins() -> None:
    assert find_peak([], 1.0) == 0
    halves = [START + timedelta(seconds=seconds) for seconds in (0.0, 0.7, 0.9, 1.2, 1.6, 1.7, 5.0)]
    assert find_peak(halves, 1.0) == 4
    assert find_peak(list(reversed(halves)), 1.0) == 4
    assert find_peak([START, START + timedelta(seconds=1)], 1.0) == 1


def test_retries_beyond_the_budget_are_found() -> None:
    asked = {"gbdrn": Asked(messages=120, retries=20), "mvd": Asked(messages=10, retries=0)}
    assert list(judge_budget(asked, {"gbdrn": 0.0, "mvd": 10.0})) == []
    assert [one.promise for one in judge_budget({"gbdrn": Asked(messages=120, retries=21)}, {})] == [BUDGET]
    assert [one.promise for one in judge_budget(asked, {"gbdrn": -0.1})] == [BUDGET]


def test_messages_that_came_again_are_counted_by_the_suite_s_journal() -> None:
    came = [("gbdrn", "a"), ("gbdrn", "b"), ("gbdrn", "a"), ("mvd", "a"), ("gbdrn", "a"), ("", "c"), ("", "c")]
    assert count_again(came) == {"gbdrn": (2, 2), "mvd": (1, 0)}


def test_what_came_again_more_often_than_the_budget_or_the_gateway_says_is_found() -> None:
    within = {"gbdrn": (100, 20), "mvd": (10, 0)}
    counted = {"gbdrn": Asked(messages=120, retries=20)}
    assert list(judge_again(within, counted)) == []
    beyond = list(judge_again({"gbdrn": (100, 21)}, {"gbdrn": Asked(messages=121, retries=21)}))
    assert [one.promise for one in beyond] == [BUDGET]
    assert "20 are the most" in beyond[0].what
    (uncounted,) = judge_again(within, {"gbdrn": Asked(messages=119, retries=19)})
    assert (uncounted.promise, "counts 19" in uncounted.what) == (BUDGET, True)
    assert [one.promise for one in judge_again({"mvd": (1, 1)}, {})] == [BUDGET]


def test_what_a_registry_was_asked_is_summed_over_its_passports() -> None:
    text = """
# TYPE asp_messages_total counter
asp_messages_total{registry="gbdfl",passport="gbdfl-universal",failure="none"} 7.0
asp_messages_total{registry="gbdfl",passport="gbdfl-universal",failure="registry-unavailable"} 2.0
asp_messages_total{registry="gbdfl",passport="gbdfl-family-acts",failure="none"} 1.0
# TYPE asp_retries_total counter
asp_retries_total{registry="gbdfl",passport="gbdfl-universal"} 2.0
# TYPE asp_exchanges_total counter
asp_exchanges_total{registry="gbdfl",passport="gbdfl-universal",outcome="registry-resting"} 3.0
asp_exchanges_total{registry="gbdfl",passport="gbdfl-universal",outcome="answered"} 7.0
# TYPE asp_retry_budget gauge
asp_retry_budget{registry="gbdfl"} 8.5
# TYPE asp_breaker gauge
asp_breaker{registry="gbdfl",state="closed"} 0.0
asp_breaker{registry="gbdfl",state="open"} 1.0
# TYPE process_open_fds gauge
process_open_fds 12.0
"""
    asked = Asked(messages=10, retries=2, failed=2, turned_away=3, budget=8.5, breaker="open")
    assert read_asked(text) == {"gbdfl": asked}
