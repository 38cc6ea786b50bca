"""The other sections in a small form: a registry that holds who asks it, one without a quota, and stairs of a rate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.load.climbing import Climb
from tests.load.judges import NO_STORM, PACED, judge_rate
from tests.load.passing import Part, Size
from tests.load.run import run
from tests.load.scene import Setup
from tests.load.shapes import OUTAGE
from tests.load.telling import tell_run
from tests.load.weather import HANGS

pytestmark = pytest.mark.long

SETUP = Setup("gbdrn", per_minute=600, late_seconds=2.0)
HOLDING = Size([Part(OUTAGE, 20, 3.0, behind=4, how=HANGS)], settle_seconds=120.0, scale=0.25)


def test_a_registry_that_holds_its_callers_is_left_alone_and_caught_up_with(tmp_path: Path) -> None:
    """Who asks it waits until his deadline, of 20 s: its breaker opens then, while others still come."""
    result = run(tmp_path, SETUP, 1, HOLDING)
    (away,) = result.passed
    assert result.broken == []
    assert (result.accepted, result.registered) == (24, 24)
    assert away.returned is not None
    held = [message for message in result.watch.messages if message.failure == HANGS]
    assert len(held) >= 8
    assert result.watch.asked[SETUP.down].turned_away > 0
    assert "open" in {look.breaker for look in result.watch.looks if look.at < away.returned}
    assert max(look.blocked for look in result.watch.looks) >= 20
    assert max(one.seconds for one in away.sent) < 5.0, "who applies does not wait for a registry"
    assert f"{len(held)} messages went there in vain, each held" in tell_run("Hanging", {}, result).told


def test_without_a_quota_what_waited_comes_at_the_pace_that_is_assumed(tmp_path: Path) -> None:
    """And what judges it can find a storm: the same messages are one to a registry that takes twelve a minute."""
    setup = replace(SETUP, has_quota=False, late_seconds=1.0)
    size = Size([Part(OUTAGE, 40, 20.0, behind=4)], settle_seconds=120.0, scale=0.25)
    result = run(tmp_path, setup, 1, size)
    assert result.broken == []
    assert (result.accepted, result.registered) == (44, 44)
    there = [one for one in result.watch.messages if one.registry == setup.down]
    after = [one.at for one in there if one.is_after(result.watch.returned)]
    assert len(after) >= 80
    assert {one.promise for one in judge_rate(after, 12)} == {NO_STORM}
    section = tell_run("Unpaced", {}, result)
    assert PACED in section.outcomes
    assert NO_STORM not in section.outcomes
    assert "knows no quota" in section.told


def test_a_gateway_climbs_stairs_and_goes_on_with_the_last_that_held(tmp_path: Path) -> None:
    climb = Climb((0.2, 0.4), seconds=15.0, hold_seconds=10.0)
    result = run(tmp_path, SETUP, 1, Size([], settle_seconds=90.0, scale=0.1, climb=climb))
    assert result.broken == []
    assert result.stairs[0].has_held
    assert [stair.came for stair in result.stairs] == [3, 6]
    stairs, steady = result.passed
    assert len(stairs.sent) == 9
    assert steady.began > stairs.ended - 1.0
    assert result.registered == 9 + len(steady.sent)
    assert steady.part.seconds == pytest.approx(10.0)
    assert "the last rate that held" in steady.part.shape.title
    section = tell_run("Stairs", {}, result)
    assert section.is_kept
    assert "It carries 0." in section.told
