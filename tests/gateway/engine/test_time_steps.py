"""Virtual time goes from one due moment to the next, with the clocks that follow, and stands when all is quiet."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import Overloaded
from gateway.engine.owed import OwedWork
from gateway.engine.time_steps import TimeSteps
from gateway.virtual_clock import VirtualClock

START = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Worker:
    """Does what is due at once, and notes when the clock stood where."""

    clock: VirtualClock
    due: list[datetime] = field(default_factory=list)
    done: list[datetime] = field(default_factory=list)
    stuck: bool = False

    def next_due(self) -> datetime | None:
        return min(self.due, default=None)

    def run_due(self) -> None:
        for moment in [one for one in self.due if one <= self.clock()]:
            if not self.stuck:
                self.due.remove(moment)
                self.done.append(self.clock())

    def is_quiet(self) -> bool:
        return not any(one <= self.clock() for one in self.due)


@dataclass
class Follower:
    ahead: list[datetime] = field(default_factory=list)
    moved: list[datetime] = field(default_factory=list)

    def move_to(self, moment: datetime) -> None:
        self.moved.append(moment)
        self.ahead = [one for one in self.ahead if one > moment]

    def next_due(self) -> datetime | None:
        return min(self.ahead, default=None)


def test_each_due_moment_is_stood_at_and_the_clocks_that_follow_stand_there_too() -> None:
    clock, follower = VirtualClock(START), Follower([START + 2 * HOUR])
    worker = Worker(clock, [START + HOUR, START + 3 * HOUR, START + 30 * HOUR])
    standing = TimeSteps(clock, [worker], [follower]).advance(4 * HOUR, 5)
    assert worker.done == [START + HOUR, START + 3 * HOUR]
    assert follower.moved == [START + n * HOUR for n in (1, 2, 3, 4)]
    assert (standing.now, standing.quiet, standing.next) == (START + 4 * HOUR, True, START + 30 * HOUR)


def test_nothing_is_begun_while_one_clock_stands_there_already_and_another_does_not() -> None:
    clock, held, seen = VirtualClock(START), threading.Lock(), []

    class Looking(Follower):
        def move_to(self, moment: datetime) -> None:
            seen.append((held.locked(), clock() == moment))

    worker = Worker(clock, [START + HOUR])
    TimeSteps(clock, [worker], [Looking()], hold=lambda: held).advance(2 * HOUR, 5)
    assert seen == [(True, True)] * 2
    assert not held.locked()


def test_a_step_in_which_nothing_is_due_is_one_move() -> None:
    clock, follower = VirtualClock(START), Follower()
    TimeSteps(clock, [Worker(clock)], [follower]).advance(48 * HOUR, 5)
    assert follower.moved == [START + 48 * HOUR]


def test_a_step_that_does_not_come_to_rest_is_told_and_the_clock_stands_where_it_came_to() -> None:
    clock, real = VirtualClock(START), iter(range(100))
    worker = Worker(clock, [START + HOUR], stuck=True)
    steps = TimeSteps(clock, [worker], monotonic=lambda: float(next(real)), sleep=lambda _: None)
    with pytest.raises(Overloaded):
        steps.advance(2 * HOUR, 10)
    assert clock() == START + HOUR


def test_a_virtual_clock_never_goes_back() -> None:
    clock = VirtualClock(START)
    clock.move_to(START - HOUR)
    assert clock() == START


def test_owed_work_is_done_when_it_is_due_and_not_before() -> None:
    clock, done = VirtualClock(START), list[datetime]()
    owed = OwedWork(lambda: START + HOUR if not done else None, lambda: done.append(clock()), clock)
    owed.run_due()
    assert done == [] and owed.is_quiet()
    clock.move_to(START + HOUR)
    assert not owed.is_quiet()
    owed.run_due()
    assert done == [START + HOUR] and owed.is_quiet()
