"""The slots of further tries: each case has its own moment in the spread, always the same, within working hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.legal.rules import Rules
from gateway.core.law import law_of
from tests.gateway.core.builders import LAW, lay, make_case
from tests.gateway.core.course import SILENT
from tests.gateway.core.shows import tries_of_next_day

REPLY = ("medical", SILENT)


def tries(microseconds: int, *slots: str) -> list[str]:
    told: list[str] = tries_of_next_day(REPLY, came=timedelta(microseconds=microseconds))(lay("letter.tries_at", slots))
    return told


@pytest.mark.parametrize(("came", "first"), [(0, "10:00"), (1, "10:00"), (500_000, "10:15"), (999_999, "10:29")])
def test_the_fraction_of_the_second_in_which_a_case_came_is_its_place_in_the_spread(came: int, first: str) -> None:
    for _ in range(2):
        assert tries(came, "10:00", "16:00")[0] == first


def test_thousands_of_cases_are_spread_evenly() -> None:
    minutes = [int(tries(n * 9_973, "10:00")[0][3:]) for n in range(100)]
    assert max(minutes.count(minute) for minute in minutes) <= 4
    assert (min(minutes), max(minutes)) == (0, 29)


def test_nothing_is_moved_past_the_end_of_working_hours() -> None:
    assert tries(999_999, "17:45") == ["17:59"]
    # What a deployment put behind it stays where it is.
    assert tries(999_999, "19:00") == ["19:00"]


def test_a_case_that_pinned_its_rules_before_one_of_them_was_known_is_judged_by_today_s() -> None:
    old = {rule_id: rule for rule_id, rule in LAW.rules.by_id.items() if rule_id != "letter.tries_spread_minutes"}
    own = {**old, "extension.days": lay("extension.days", 20).rules.rule("extension.days")}
    case = replace(make_case(), rules=Rules("old", own))
    law = law_of(case, lambda _service, _on: LAW)
    assert law.rules.version == "old"
    assert law.rules.number("extension.days") == 20
    assert law.rules.number("letter.tries_spread_minutes") == 30
