"""A kept run: every round's figure, with the machine, the versions, the day and the commit that it was measured of.

The shape is that of docs/reports/bench.json, with two words more: `commit`, and `programs` for what is compared with.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.bench.machine import describe_machine
from tests.bench.measuring import Ratio, Section, Series

QUICK_FORM: Final = "quick: no figures to quote"
_ROOT: Final = Path(__file__).resolve().parents[2]
_ABBREVIATED: Final = "12"


def describe_run(form: str, programs: Iterable[str]) -> dict[str, str]:
    """All that a figure means nothing without; to be taken before anything is measured, for the load."""
    return describe_machine() | {"commit": describe_commit(), "form": form, "programs": ", ".join(programs)}


def describe_commit(root: Path = _ROOT) -> str:
    """The commit, and whether files are changed beside it.

    Pages and reports do not count: a benchmark behind another finds what that one has written there.
    """
    well, commit = _run(["git", "-C", str(root), "rev-parse", f"--short={_ABBREVIATED}", "HEAD"])
    if not well:
        return "unknown"
    besides = [".", ":(exclude)docs", ":(exclude)*.md"]
    _, changed = _run(["git", "-C", str(root), "status", "--porcelain", "-uno", "--", *besides])
    return f"{commit} with changes" if changed else commit


def name_version(name: str, command: Sequence[str], word: int = 1) -> str:
    """`name` with the version that a program says in the first line of its answer."""
    words = _run(command)[1].partition("\n")[0].split()
    return f"{name} {words[word]}" if len(words) > word else f"{name} of unknown version"


def count_rounds(rounds: int) -> str:
    return f"{rounds} round{'s' * (rounds != 1)}"


def write_json(run: Mapping[str, str], sections: Iterable[Section]) -> str:
    return json.dumps({**run, "sections": [each.as_data() for each in sections]}, ensure_ascii=False, indent=1)


def keep(file: Path, run: Mapping[str, str], sections: Iterable[Section]) -> None:
    file.write_text(f"{write_json(run, sections)}\n", encoding="utf-8")


def read_sections(report: Mapping[str, Any]) -> list[Section]:
    """What was kept, its ratios included: they are of the same rounds."""
    return [
        Section(
            one["key"],
            one["title"],
            tuple(Series(each["name"], each["unit"], tuple(each["values"])) for each in one["series"]),
            tuple(Ratio(each["name"], tuple(each["values"]), each["hold"]) for each in one["ratios"]),
            tuple(one["notes"]),
        )
        for one in report["sections"]
    ]


def _run(command: Sequence[str]) -> tuple[bool, str]:
    """Whether it went well, and what it says, wherever it says it (wrk tells its version and fails)."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except FileNotFoundError:
        return False, ""
    return not done.returncode, done.stdout.strip()
