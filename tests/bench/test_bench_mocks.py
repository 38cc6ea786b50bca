"""The benchmarks of the mock suite and of the codecs still run; what they find is for a quiet machine to say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.keeping import read_sections
from tests.bench.kept_targets import MOCKS, tabulate
from tests.bench.mocks.names import FLOOR, OURS, OWN
from tests.bench.targets import judge

pytestmark = pytest.mark.long


def run(*words: str) -> str:
    """What it prints."""
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.needs_wrk
def test_the_quick_form_measures_the_mock_suite_beside_both_floors(tmp_path: Path) -> None:
    kept = tmp_path / "mocks.json"
    printed = run("tests.bench.mocks", "--quick", "--json", "--keep", str(kept))
    report = json.loads(kept.read_text(encoding="utf-8"))
    assert json.loads(printed) == report
    assert report["machine"] and report["commit"] and "wrk" in report["programs"]
    sections = {section.key: section for section in read_sections(report)}
    assert list(sections) == ["start", "replies", "signed", "slow"]
    for section in sections.values():
        assert {OURS, FLOOR, OWN} <= {series.name for series in section.series}
        assert all(value > 0 for series in section.series for value in series.values if series.unit != "CPU µs")
    judged = judge(sections.values(), MOCKS)
    assert len(tabulate(judged)) == 1 + len({target.name for target in MOCKS if target.bound})


def test_the_quick_form_measures_codecs_and_transports() -> None:
    printed = run("tests.bench.codec", "--quick")
    for told in ("ours, encode", "ours, decode", "zeep envelope, both", "pycurl transport", "requests transport"):
        assert told in printed
