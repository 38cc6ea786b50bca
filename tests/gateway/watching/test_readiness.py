"""Readiness: all that is wrong is named at once, in bounded time, whatever hangs or breaks."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.errors import Problem, StoreUnavailable
from gateway.store.standing import DatabaseStanding, Schema
from gateway.watching.checks import (
    check_bell,
    check_clock,
    check_database,
    check_disk,
    check_engine,
    check_keys,
    remember,
)
from gateway.watching.readiness import Check, Readiness

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
GOOD = DatabaseStanding(Schema.CURRENT, writable=True, clock=NOW)
WRONG = Problem("disk-full", "/disk", "")


def codes(problems: object) -> list[str]:
    assert isinstance(problems, tuple | list)
    return [problem.code for problem in problems]


def _fail() -> tuple[Problem, ...]:
    raise StoreUnavailable("postgresql://user:secret@host refused")


def _break() -> tuple[Problem, ...]:
    raise ValueError("secret")


@pytest.fixture
def hung() -> Iterator[threading.Event]:
    """Set at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


def test_all_that_is_wrong_is_named_and_no_secret_is(hung: threading.Event) -> None:
    looks = []

    def hang() -> tuple[Problem, ...]:
        looks.append(1)
        hung.wait(30)
        return ()

    checks: dict[str, Check] = {"good": tuple, "disk": lambda: (WRONG,), "database": _fail, "own": _break, "slow": hang}
    readiness = Readiness(checks, time.monotonic, seconds=0.2)
    began = time.monotonic()
    found = readiness.find_problems()
    assert time.monotonic() - began < 5
    assert codes(found) == ["disk-full", "store-unavailable", "check-failed", "check-timed-out"]
    assert [one.pointer for one in found] == ["/disk", "/database", "/own", "/slow"]
    assert "secret" not in str(found)


def test_a_look_that_hangs_is_not_begun_a_second_time_beside_itself(hung: threading.Event) -> None:
    looks, clock = [], [0.0]

    def hang() -> tuple[Problem, ...]:
        looks.append(1)
        hung.wait(30)
        return ()

    readiness = Readiness({"slow": hang}, lambda: clock[0], seconds=0.05)
    for _ in range(5):
        clock[0] += 100
        assert codes(readiness.find_problems()) == ["check-timed-out"]
    assert len(looks) == 1


def test_an_answer_is_given_again_for_a_second_so_that_nobody_drives_the_database_by_asking() -> None:
    looks, clock = [], [0.0]
    readiness = Readiness({"disk": lambda: looks.append(1) or (WRONG,)}, lambda: clock[0])  # type: ignore[func-returns-value]
    for _ in range(10):
        readiness.find_problems()
    assert len(looks) == 1
    clock[0] += 1.5
    assert codes(readiness.find_problems()) == ["disk-full"]
    assert len(looks) == 2


def test_the_log_tells_a_change_once_and_its_end_once(caplog: pytest.LogCaptureFixture) -> None:
    clock, found = [0.0], [WRONG]
    readiness = Readiness({"disk": lambda: tuple(found)}, lambda: clock[0])
    with caplog.at_level(logging.INFO, logger="gateway"):
        for _ in range(3):
            clock[0] += 2
            readiness.find_problems()
        found.clear()
        clock[0] += 2
        assert readiness.find_problems() == ()
    assert [line.partition('"ready": ')[2][:4] for line in caplog.messages] == ["fals", "true"]


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (GOOD, []),
        (DatabaseStanding(Schema.AHEAD, True, NOW), []),
        (DatabaseStanding(Schema.BEHIND, True, NOW), ["schema-behind"]),
        (DatabaseStanding(Schema.BEHIND, False, NOW), ["schema-behind", "database-read-only"]),
    ],
)
def test_tables_that_are_behind_or_take_no_writes_are_a_fault_and_newer_ones_are_none(
    standing: DatabaseStanding, told: list[str]
) -> None:
    assert codes(check_database(lambda: standing)) == told


@pytest.mark.parametrize(("off", "told"), [(-6, ["clock-skewed"]), (-5, []), (5, []), (6, ["clock-skewed"])])
def test_clocks_that_are_too_far_apart_are_a_fault(off: int, told: list[str]) -> None:
    standing = DatabaseStanding(Schema.CURRENT, True, NOW + timedelta(seconds=off))
    assert codes(check_clock(lambda: standing, lambda: NOW, timedelta(seconds=5))) == told


def test_a_slow_look_at_the_clock_is_no_skew() -> None:
    moments = iter([NOW - timedelta(seconds=30), NOW + timedelta(seconds=30)])
    assert check_clock(lambda: GOOD, lambda: next(moments), timedelta(seconds=5)) == ()


def test_a_disk_that_fills_up_is_a_fault_before_it_is_full(tmp_path: Path) -> None:
    assert check_disk([tmp_path, tmp_path / "not made yet"], 1) == ()
    assert codes(check_disk([tmp_path], 10**12)) == ["disk-full"]


def test_a_key_that_others_would_refuse_and_one_that_is_gone_are_faults(tmp_path: Path) -> None:
    file = tmp_path / "store.key"
    found = check_keys(file, {"bus": lambda: None, "payload": lambda: "The certificate ran out."})
    assert codes(found) == ["key-unfit", "sealing-key-gone"]
    assert found[0].pointer == "/keys/payload"
    file.touch()
    assert list(check_keys(file, {})) == []


def test_a_key_is_judged_seldom_and_again_in_time() -> None:
    clock, judged = [0.0], []
    judge = remember(lambda: judged.append(1) or "unfit", lambda: clock[0], 600)  # type: ignore[func-returns-value]
    assert [judge(), judge()] == ["unfit", "unfit"]
    clock[0] = 600.0
    judge()
    assert len(judged) == 2


def test_a_gateway_that_does_not_hear_its_workers_is_at_fault() -> None:
    assert codes(check_bell(lambda: False)) == ["events-not-heard"]
    assert check_bell(lambda: True) == ()


def test_an_engine_that_stands_still_is_a_fault() -> None:
    assert codes(check_engine(lambda: False)) == ["engine-stands-still"]
    assert check_engine(lambda: True) == ()
