"""The judges of the benchmark: a bound that is left is named, a target holds or falls short by its median."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.bench.bounds import Bound, find_broken, load_bounds, write_bounds
from tests.bench.measuring import Section, Series, count_calls
from tests.bench.targets import Target, judge, tabulate

CALLS = Bound("exchange", "ours", "calls", recorded=100, noise=0.1)
RATIO = Bound("exchange", "ours", "CPU", recorded=2.0, noise=0.5, beside="floor")


def report(*, calls: float = 100, ours: tuple[float, ...] = (4.0, 9.0), floor: tuple[float, ...] = (2.0, 2.5)) -> Any:
    series = [("ours", "calls", (calls,)), ("ours", "CPU", ours), ("floor", "CPU", floor)]
    rows = [{"name": name, "unit": unit, "values": list(values)} for name, unit, values in series]
    return {"sections": [{"key": "exchange", "series": rows}]}


def test_a_figure_within_its_noise_leaves_no_bound() -> None:
    assert find_broken(report(calls=109, ours=(5.9, 80.0)), (CALLS, RATIO)) == []


def test_a_figure_beyond_its_noise_is_named_with_what_was_recorded() -> None:
    broken = find_broken(report(calls=111, ours=(6.1, 80.0)), (CALLS, RATIO))
    assert broken == [
        "exchange: ours is 111; recorded 100, at most 110",
        "exchange: ours / floor is 3.05; recorded 2, at most 3",
    ]


def test_a_bound_of_what_was_not_measured_is_an_error() -> None:
    with pytest.raises(KeyError):
        find_broken(report(), (replace(CALLS, section="other"),))


def test_records_written_anew_are_those_of_the_report(tmp_path: Path) -> None:
    file = tmp_path / "bounds.toml"
    file.write_text("# Why.\n\n", encoding="utf-8")
    write_bounds(report(calls=123, ours=(5.0,), floor=(2.0,)), (CALLS, RATIO), file)
    assert file.read_text(encoding="utf-8").startswith("# Why.\n")
    assert load_bounds(file) == (replace(CALLS, recorded=123), replace(RATIO, recorded=2.5))


def test_calls_are_counted_the_same_each_time() -> None:
    def work() -> None:
        for n in range(10):
            str(n).strip()

    assert count_calls(work) == count_calls(work)
    assert count_calls(work).values[0] >= 10


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [
        ((3.0, 3.2, 3.6), "holds"),
        ((3.0, 3.2, 4.4), "holds in the median, not in each round"),
        ((3.0, 4.2, 4.4), "falls short"),
    ],
)
def test_a_target_is_judged_by_the_median_of_the_rounds(ours: tuple[float, ...], verdict: str) -> None:
    section = Section("one", "", (Series("ours", "µs", ours), Series("floor", "µs", (2.0, 2.0, 2.0))), ())
    (found,) = judge([section], [Target("a", "one", "ours", "µs", "floor", at_most=2.0)])
    assert found.verdict == verdict


def test_a_target_whose_peer_was_not_measured_says_so_and_one_without_a_bound_has_no_line() -> None:
    section = Section("one", "", (Series("ours", "µs", (1.0,)),), ())
    (found,) = judge([section], [Target("a", "one", "ours", "µs", "peer", at_most=2.0)])
    assert found.verdict == "not measured"
    assert tabulate([found])[1:] == [("a", "", "", "", "≤ 2.00", "not measured")]
    assert judge([section], [Target("a", "one", "ours", "µs", "peer")]) == []


def test_a_rate_has_a_least_and_no_most() -> None:
    section = Section("one", "", (Series("ours", "a second", (59.0,)),), ())
    (found,) = judge([section], [Target("a", "one", "ours", "a second", at_least=60.0)])
    assert (found.verdict, found.target.bound) == ("falls short", "≥ 60.0")
