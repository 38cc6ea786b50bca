"""A rate has held where what is left over does not grow, and each section has a size that makes figures of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.load.climbing import Climb, Stair, judge_stair
from tests.load.figures import PERCENT_NEEDS
from tests.load.sections import AWAY, HOURS, STRESS, TITLES, describe_setup, describe_size, name_chart
from tests.load.shapes import FAMILIES_2024, FIFTY_THOUSAND, OUTAGE, QUARTER_START, RECORD_DAY
from tests.load.telling import CHART, tell_limit
from tests.load.watching import Look

NONE = Look(0.0, 0, 0, 0, 0, 0, 0, 0, "")


def climb_at(rate: float, carried: float, late: float = 5.0) -> Stair:
    """A minute, begun at 100 s with 50 behind it: of these so many a second are gathered, `late` seconds after."""
    moments = [n / rate for n in range(round(rate * 60))]
    looks = [
        replace(NONE, at=100.0 + at, registered=50 + max(0, int((at - late) * min(rate, carried)))) for at in range(61)
    ]
    return judge_stair(rate, moments, 60.0, 100.0, 50, looks)


@pytest.mark.parametrize("rate", [0.5, 4.0, 8.1])
def test_a_rate_that_is_carried_has_held_however_many_are_under_way(rate: float) -> None:
    stair = climb_at(rate, carried=rate)
    assert stair.has_held
    assert stair.middle == pytest.approx(rate * 5.0, abs=1.0)
    assert stair.came == round(rate * 60)


@pytest.mark.parametrize(("rate", "carried"), [(4.0, 3.0), (8.1, 5.0), (2.0, 0.0)])
def test_a_rate_of_which_much_is_left_over_gives_way(rate: float, carried: float) -> None:
    stair = climb_at(rate, carried)
    assert not stair.has_held
    assert stair.last - stair.middle == pytest.approx((rate - carried) * 20, abs=2.0)


def test_a_twentieth_left_over_is_no_growth_and_a_fifth_is_one() -> None:
    assert climb_at(4.0, carried=3.8).has_held
    assert not climb_at(4.0, carried=3.2).has_held


def test_chance_alone_is_no_growth() -> None:
    """Of eight that are under way by the mean, thirteen are at times; of a hundred and four, a quarter more are not."""
    assert Stair(1.7, came=104, middle=8.0, last=13.0, seconds=60.0).has_held
    assert not Stair(1.7, came=104, middle=8.0, last=16.0, seconds=60.0).has_held
    assert not Stair(8.1, came=486, middle=104.0, last=130.0, seconds=60.0).has_held


def test_a_rate_that_nobody_looked_at_has_not_held() -> None:
    """A gateway that gives way answers who looks on late, too: a third of a stair may pass without a look."""
    looks = [replace(NONE, at=float(at), registered=at) for at in range(61)]
    for seen in ([], looks[:20], looks[:40], looks[40:]):
        assert not judge_stair(1.0, [float(n) for n in range(60)], 60.0, 0.0, 0, seen).has_held
    assert judge_stair(1.0, [float(n) for n in range(60)], 60.0, 0.0, 0, looks[20:]).has_held


def test_it_is_told_which_rate_is_carried_and_which_gives_way() -> None:
    low, high = climb_at(2.0, carried=2.0), climb_at(4.0, carried=3.0)
    assert tell_limit([low, high]) == "It carries 2.0 applications a second, and gives way at 4.0."
    assert tell_limit([low]) == "It carries 2.0 applications a second, and was asked for no more."
    assert tell_limit([high]) == "It carries none of these rates, and gives way at 4.0."


def test_who_waits_to_be_taken_is_left_over_too() -> None:
    """Counted is from the moment at which an application was due, not from its 202."""
    looks = [replace(NONE, at=float(at), accepted=0, registered=0) for at in range(61)]
    assert judge_stair(1.0, [float(n) for n in range(60)], 60.0, 0.0, 0, looks).last > 45


def test_each_busy_hour_is_long_enough_for_its_percentiles_and_all_together_for_minutes() -> None:
    hours = describe_size(HOURS, OUTAGE.count)
    counts = {part.shape: part.count for part in hours.parts}
    assert min(counts[QUARTER_START], counts[RECORD_DAY]) >= PERCENT_NEEDS
    assert all(part.seconds == pytest.approx(300, rel=0.02) for part in hours.parts[1:])
    assert describe_size(AWAY, OUTAGE.count).parts[0].behind >= PERCENT_NEEDS
    climb = describe_size(STRESS, OUTAGE.count).climb
    assert climb == Climb(climb.rates, 60.0, 300.0) if climb else False


def test_the_stairs_rise_to_the_busiest_hour_of_all_families_of_a_year() -> None:
    climb = describe_size(STRESS, OUTAGE.count).climb
    assert climb is not None
    assert list(climb.rates) == sorted(climb.rates)
    assert FIFTY_THOUSAND.a_second in climb.rates
    assert climb.rates[-1] == FAMILIES_2024.a_second
    assert [round(rate, 1) for rate in climb.rates] == [1.7, 2.7, 4.0, 5.2, 6.5, 8.1]


def test_the_backlog_of_each_section_is_drawn_in_a_file_of_its_own() -> None:
    assert len({name_chart(kind) for kind in TITLES}) == len(TITLES)
    assert name_chart(AWAY) == CHART


@pytest.mark.parametrize("kind", list(TITLES))
def test_every_section_has_a_form_that_is_small_in_all_its_parts(kind: str) -> None:
    small, setup = describe_size(kind, 40, 15.0), describe_setup(kind, "gbdrn", "sqlite", is_signed=False)
    assert all(1 <= part.count <= 60 and part.seconds <= 20.0 for part in small.parts)
    assert bool(small.parts) != bool(small.climb)
    assert setup.has_quota == (kind != "unpaced")
