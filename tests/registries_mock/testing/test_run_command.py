"""`registries-mock run`: one line to start the suite beside tests in any language."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from registries_mock.cli import main; main()", "run"]
EXAMPLES = Path(__file__).parent.parent / "examples"


def run(*words: str, folder: Path = EXAMPLES) -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, *words], cwd=folder, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_the_command_finds_the_suite_in_its_environment_and_its_exit_code_is_the_end() -> None:
    asks = (
        "import os, sys, urllib.request as r;"
        "print(r.urlopen(os.environ['REGISTRIES_MOCK_URL'] + '/_mock/health').read().decode());"
        "print(os.environ['REGISTRIES_MOCK_SENDER'], os.environ['REGISTRIES_MOCK_PASSWORD']); sys.exit(7)"
    )
    status, out, err = run("--seed", "5", "--", sys.executable, "-c", asks)
    assert (status, err) == (7, "")
    assert '"seed": 5' in out and out.splitlines()[1] == "asp-gateway mock-password"


def test_what_cannot_be_run_is_told_in_one_line() -> None:
    status, _, err = run("--", "no-such-command")
    assert (status, err.splitlines()[-1]) == (
        1,
        "command-unusable: cannot run no-such-command: No such file or directory",
    )
    assert run("--clock", "soon", "--", "true")[0] == 2
    assert run()[0] == 2


def test_a_command_that_is_killed_ends_as_in_a_shell() -> None:
    assert run("--", "sh", "-c", "kill -9 $$")[0] == 137


@pytest.mark.needs_node
def test_the_example_in_node_passes() -> None:
    node = shutil.which("node")
    assert node is not None
    status, out, err = run("--", node, "--test", folder=EXAMPLES / "node")
    assert status == 0, out + err
    assert "# pass 2" in out


@pytest.mark.needs_java
def test_the_example_in_java_passes() -> None:
    java = shutil.which("java")
    assert java is not None
    status, out, err = run("--", java, "PortalTest.java", folder=EXAMPLES / "java")
    assert status == 0, out + err
    assert out.count("ok: ") == 4
