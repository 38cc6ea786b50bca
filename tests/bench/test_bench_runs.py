"""The benchmark still runs and measures all that it promises, and no exchange costs more than its bound allows.

What else it finds is for a quiet machine to say.
"""

import copy
import json
import subprocess
import sys
from typing import Any

import pytest

from tests.bench.__main__ import EXCHANGES
from tests.bench.bounds import Bound, find_broken, load_bounds

SECTIONS = [
    "application-sqlite",
    "intake-sqlite",
    "exchange",
    "rest",
    "asynchronous",
    "exchange-rsa",
    "asynchronous-rsa",
    "exchange-gost2015",
    "asynchronous-gost2015",
    "throughput-rsa-sqlite",
    "wave-24-50-rsa",
]


def run_bench(*options: str) -> dict[str, Any]:
    """The quick form, in a process of its own, as `make bench` runs it: the CPU that is counted is the benchmark's."""
    command = [sys.executable, "-m", "tests.bench", "--quick", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def exchanges() -> dict[str, Any]:
    """What bounds want, and no more."""
    return run_bench("--only", EXCHANGES)


def test_no_exchange_costs_more_than_its_recorded_bound_allows(exchanges: dict[str, Any]) -> None:
    assert find_broken(exchanges, load_bounds()) == []


@pytest.mark.parametrize("bound", load_bounds(), ids=str)
def test_an_exchange_that_costs_more_than_its_bound_and_noise_allow_is_named(
    bound: Bound, exchanges: dict[str, Any]
) -> None:
    worse = copy.deepcopy(exchanges)
    (series,) = (
        one
        for section in worse["sections"]
        for one in section["series"]
        if (section["key"], one["name"], one["unit"]) == (bound.section, bound.ours, bound.unit)
    )
    factor = 1.01 * bound.limit / bound.read(exchanges)
    series["values"] = [factor * value for value in series["values"]]
    assert str(bound) in [sentence.partition(" is ")[0] for sentence in find_broken(worse, load_bounds())]


@pytest.mark.long
def test_the_quick_form_measures_every_section_as_ratios_of_one_run() -> None:
    report = run_bench()
    sections = {section["key"]: section for section in report["sections"]}
    assert list(sections) == SECTIONS
    assert report["machine"] and report["versions"] and report["date"]
    figures = {
        (section["key"], series["name"], series["unit"]): series["median"]
        for section in sections.values()
        for series in section["series"]
    }
    assert all(value > 0 for (_, _, unit), value in figures.items() if unit != "CPU ms")
    assert figures["application-sqlite", "exchanges", "per application"] >= 24
    # Far from any figure to hold: only a mistake in the measuring itself would break these.
    ratios = {(key, one["name"]): one["median"] for key, section in sections.items() for one in section["ratios"]}
    assert 1 < ratios["exchange", "ours / raw socket, CPU"] < 200
    assert 1 < ratios["exchange-rsa", "ours / floor, CPU"] < 50
    assert 1 < ratios["application-sqlite", "to dossier / bare wire, wall"] < 200
    assert 0.5 < ratios["wave-24-50-rsa", "durable / floor, wall"] < 50


@pytest.mark.long
def test_open_cases_cost_next_to_nothing_while_nothing_is_due() -> None:
    """The small form of `make bench-open`; what ten thousand cost stands in docs/benchmarks.md."""
    command = [sys.executable, "-m", "tests.bench.open_cases", "--json"]
    command += ["--cases", "40", "--seconds", "4", "--woken", "5", "--on", "sqlite"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (section,) = json.loads(done.stdout)["sections"]
    figures = {(series["name"], series["unit"]): series["median"] for series in section["series"]}
    assert figures["idle, of one core", "CPU %"] < 1
    assert figures["memory at most", "MB"] < 200
    # Three cells of each are tried again.
    assert figures["unreadable: attempts on the wire", "a case"] >= 3
    assert figures["down: a case and slot", "CPU ms"] > 0


@pytest.mark.needs_openssl
@pytest.mark.needs_xmlsec1
def test_the_quick_form_of_signatures_measures_every_algorithm_backend_and_format() -> None:
    command = [sys.executable, "-m", "tests.bench.signatures", "--quick", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert [section["key"] for section in report["sections"]] == ["mathematics", "formats", "fallback", "peers"]
    names = " ".join(series["name"] for section in report["sections"] for series in section["series"])
    for told in (
        "GOST-2004",
        "GOST-2015-512",
        "GOST-2015-256",
        "RSA CMS",
        "XMLDSig",
        "WS-Security",
        "openssl",
        "xmlsec1",
    ):
        assert told in names
    series = [one for section in report["sections"] for one in section["series"]]
    assert [(one["name"], one["values"]) for one in series if not one["median"] > 0] == []
