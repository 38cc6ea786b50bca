"""The guide to passports is true: its files written as they stand and its commands run end with a complete dossier."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import gateway.cli
import registries_mock.cli
from tests.repository.files import ROOT
from tests.support.deployment import write_file

GUIDE = ROOT / "docs" / "passports.md"
FILE = re.compile(r"^`((?:library-card|var)/[\w./-]+)`:\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = {"registries-mock": registries_mock.cli.main, "asp-gateway": gateway.cli.main}
TOLD = "Had the passport said"
MOST_SECONDS = 300


def steps() -> list[tuple[str, str]]:
    """Files (path, content) and commands ("", line) of the guide, in its order."""
    text = GUIDE.read_text(encoding="utf-8")
    found = [(one.start(), one[1], one[2]) for one in FILE.finditer(text)]
    for block in COMMANDS.finditer(text):
        found += [(block.start(), "", line[2:]) for line in block[1].splitlines() if line.startswith("$ ")]
    return [(name, content) for _, name, content in sorted(found, key=lambda one: one[0])]


def run(line: str, folder: Path) -> tuple[int, str, str]:
    """Exit code, output and errors; in this process, but for the demo, which starts others anyway."""
    program, *words = shlex.split(line)
    if words[0] != "demo":
        done = CliRunner().invoke(PROGRAMS[program], words)
        return done.exit_code, done.stdout, done.stderr
    code = "from gateway.cli import main; main()"
    command = [sys.executable, "-c", code, *words]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def test_who_does_what_the_guide_says_ends_with_a_complete_dossier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = ""
    for name, content in steps():
        if name:
            write_file(tmp_path / name, content)
            continue
        code, out, err = run(content, tmp_path)
        assert code == 0, f"{content}: {out}{err}"
    assert out.splitlines()[-1].startswith("dossier complete: 25 of 25 requests")
    made = tmp_path / "var" / "library-demo"
    dossier = json.loads((made / "dossier.json").read_bytes())
    assert dossier["summary"]["complete"]
    assert dossier["application"]["accepted_by"]
    assert "<html" in (made / "dossier.html").read_text(encoding="utf-8")
    (row,) = [row for row in dossier["requests"] if row["number"] == 25]
    (part,) = [part for inquiry in row["inquiries"] for part in inquiry["parts"]]
    assert part["outcome"] == "found"
    assert part["answer"]["person"]["library_cards"][0].keys() == {"number", "library", "since", "debts"}


def test_the_mistake_that_the_guide_shows_is_told_in_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in steps():
        if name.startswith("library-card/"):
            write_file(tmp_path / name, content.replace("card/library", "card/libary"))
    shown = GUIDE.read_text(encoding="utf-8").partition(TOLD)[2].split("```")[1].strip().splitlines()
    assert run("registries-mock passport check library-card", tmp_path)[2].splitlines() == shown
