"""The report of chaos is what the command writes: each fault with its moment, and an outcome of every promise."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.chaos.__main__ import FLEET, ONE, REPORT
from tests.chaos.expected import Broken
from tests.chaos.faults import (
    KILLED_DATABASE,
    KILLED_GATEWAY,
    KILLED_WORKER,
    NO_SMS,
    OF_FLEET,
    OF_ONE,
    PAUSED,
    STEPPED,
    may_meet,
)
from tests.chaos.plan import draw_plan
from tests.chaos.promises import DOUBLED, FENCED, LOST
from tests.chaos.report import KEPT, PROMISES, FaultRow, Part, judge_all, read_report, write_report

FACTS = {"date": "2026-10-05", "machine": "of a test", "command": "`make chaos SEED=7 ROUNDS=1`", "seed": "7"}


def test_a_report_is_read_as_it_was_written() -> None:
    faults = [
        FaultRow(1.5, "gateway killed", "gateway 1", "a|b", 2, 0.4),
        FaultRow(2.0, "disk full", "", "stood", 0, None),
    ]
    outcomes = judge_all([LOST, DOUBLED], [Broken(DOUBLED, "app_1 twice")])
    assert outcomes == {LOST: KEPT, DOUBLED: "broken, 1: app_1 twice"}
    facts, (part,) = read_report(write_report(FACTS, [Part("A fleet", "12 applications.", faults, outcomes)]))
    assert facts == FACTS
    read = [FaultRow(1.5, "gateway killed", "gateway 1", "a/b", 2, 0.4), faults[1]]
    assert part == Part("A fleet", "12 applications.", read, outcomes)
    assert not part.is_kept


@pytest.mark.parametrize(
    ("met", "went_on", "is_kept"),
    [(1, 0.4, True), (0, 0.4, False), (1, None, False)],
    ids=["met, and went on", "met by nobody", "never went on"],
)
def test_a_run_keeps_its_promises_only_under_faults_that_prove_something(
    met: int, went_on: float | None, is_kept: bool
) -> None:
    faults = [FaultRow(0.5, "disk full", "", "", 1, 0.1), FaultRow(1.5, "registry hung", "", "", met, went_on)]
    assert Part("A fleet", "", faults, {LOST: KEPT}).is_kept is is_kept


def test_what_is_no_report_is_not_read_as_one() -> None:
    with pytest.raises(ValueError, match="not a report"):
        read_report("# Something else\n")


def test_the_same_seed_draws_the_same_faults_at_the_same_moments() -> None:
    kinds = [*OF_FLEET]
    plan = draw_plan(5, kinds, 2)
    assert plan == draw_plan(5, kinds, 2)
    assert plan != draw_plan(6, kinds, 2)
    assert sorted(one.kind for one in plan) == sorted(kinds * 2)
    assert [one.at for one in plan] == sorted(one.at for one in plan)


def test_the_report_that_is_kept_has_every_fault_with_its_moment_and_keeps_every_promise() -> None:
    text = REPORT.read_text(encoding="utf-8")
    facts, (fleet, one) = read_report(text)
    assert write_report(facts, [fleet, one]) == text, "not as the command writes it"
    assert date.fromisoformat(facts["date"]) > date(2026, 1, 1)
    assert facts["machine"]
    assert re.fullmatch(rf"`make chaos SEED={facts['seed']} ROUNDS=\d+`", facts["command"])
    assert (fleet.title, one.title) == (FLEET, ONE)
    assert {row.kind for row in fleet.faults} == set(OF_FLEET)
    assert {row.kind for row in one.faults} == set(OF_ONE)
    assert set(fleet.outcomes) == set(PROMISES)
    assert set(one.outcomes) == set(PROMISES) - {FENCED}
    assert fleet.is_kept, fleet.outcomes
    assert one.is_kept, one.outcomes
    for row in (*fleet.faults, *one.faults):
        assert row.seen
        assert row.met > 0, row
        assert row.went_on is not None, row
        assert row.kind != KILLED_WORKER or row.went_on < 15, row
        assert row.kind != STEPPED or row.met >= 3, row


def test_a_fault_that_takes_a_worker_away_leaves_one_that_carries_on() -> None:
    assert may_meet(KILLED_WORKER, [], 2)
    assert not may_meet(KILLED_WORKER, [PAUSED], 2)
    assert may_meet(KILLED_WORKER, [PAUSED], 3)
    assert not may_meet(KILLED_WORKER, [KILLED_WORKER], 3)
    assert not may_meet(KILLED_DATABASE, [PAUSED], 3)
    assert may_meet(KILLED_GATEWAY, [PAUSED, KILLED_DATABASE], 2)


def test_a_fault_meets_none_of_its_kind_and_a_stepped_clock_no_code() -> None:
    assert not may_meet(KILLED_GATEWAY, [KILLED_GATEWAY], 2)
    assert not may_meet(STEPPED, [NO_SMS], 2)
    assert not may_meet(NO_SMS, [STEPPED], 2)
    assert may_meet(NO_SMS, [PAUSED], 2)
