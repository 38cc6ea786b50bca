"""Patience with a silent source, and the rounds in which it is asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.core.case import Exchange, ExchangeState
from gateway.core.patience import patience_ends, schedule_retry
from tests.gateway.core.builders import LAW, T0


def test_a_late_reply_is_waited_for_a_working_day_and_a_prompt_one_four_working_hours() -> None:
    prompt = Exchange("a", "people", "applicant", ExchangeState.WAITING, since=T0)
    late = Exchange("b", "guards", "member-1", ExchangeState.PENDING, since=T0)
    assert patience_ends(prompt, LAW) == T0 + timedelta(hours=4)
    assert patience_ends(late, LAW) == T0 + timedelta(days=1)
    assert patience_ends(Exchange("c", "people", "applicant", ExchangeState.WAITING), LAW) is None


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 60), (99, 60)])
def test_the_rounds_grow_and_the_last_figure_repeats(tries: int, minutes: int) -> None:
    assert schedule_retry(tries, True, T0, LAW) == (ExchangeState.WAITING, T0 + timedelta(minutes=minutes))


def test_what_no_further_try_helps_is_stopped() -> None:
    assert schedule_retry(1, False, T0, LAW) == (ExchangeState.STOPPED, None)
