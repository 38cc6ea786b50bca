"""The bus is left alone longer after each failure, and never longer than an hour."""

from __future__ import annotations

from datetime import timedelta

from gateway.bus_pauses import grow_pause


def test_a_pause_doubles_with_each_failure_until_it_is_an_hour() -> None:
    pauses = [grow_pause(tries) for tries in range(12)]
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_a_message_that_failed_very_often_has_the_longest_pause_still() -> None:
    assert grow_pause(10**9) == timedelta(hours=1)
