"""Options of a run: --strict-skips lets nothing be skipped in silence, --bare says what it leaves out, --long turns."""

import subprocess
import sys
from pathlib import Path

from tests.repository.files import ROOT
from tests.shared import ABSENT

SKIPS = """
import pytest

def test_that_runs():
    pass

@pytest.mark.needs_node
def test_that_needs_node():
    {body}
"""


def run(folder: Path, body: str, *options: str) -> str:
    """Run a small test file with the project's own options; return what the run printed."""
    test = folder / "test_sample.py"
    test.write_text(SKIPS.format(body=body), encoding="utf-8")
    plugins = ["-p", "tests.left_out", "-p", "tests.strict_skips", "-p", "no:cacheprovider"]
    config = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *config, *options, str(test)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_a_skip_passes_in_an_ordinary_run(tmp_path: Path) -> None:
    """Without the options a skip is a skip."""
    assert "1 passed, 1 skipped" in run(tmp_path, "pytest.skip('no reason')")


def test_a_skip_fails_a_strict_run(tmp_path: Path) -> None:
    """A check that did not happen has not passed."""
    assert "1 failed, 1 passed" in run(tmp_path, "pytest.skip('no reason')", "--strict-skips")


def test_missing_shared_facts_do_not_fail_a_strict_run(tmp_path: Path) -> None:
    """They are no part of the project."""
    assert "1 passed, 1 skipped" in run(tmp_path, f"pytest.skip({ABSENT!r})", "--strict-skips")


def test_a_bare_run_leaves_out_what_needs_more_and_says_so(tmp_path: Path) -> None:
    """The test that needs Node is not even tried."""
    told = run(tmp_path, "raise AssertionError", "--bare")
    assert "1 passed, 1 skipped" in told
    assert "left out 1 tests (1 x needs node)" in told


def test_what_is_marked_long_is_run_where_it_is_asked_for_and_nowhere_else(tmp_path: Path) -> None:
    """Nothing is run twice, and nothing by neither."""
    marked = "pass\n\n@pytest.mark.long\ndef test_that_takes_long():\n    pass"
    assert "2 passed, 1 deselected" in run(tmp_path, marked)
    assert "1 passed, 2 deselected" in run(tmp_path, marked, "--long")
