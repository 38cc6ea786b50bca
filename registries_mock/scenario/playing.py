"""A scenario begins by the suite's clock, all of it or nothing; and what of it is over, in force, and to come."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from registries_mock.failure_rows import Failure
from registries_mock.failure_words import is_within
from registries_mock.failures import Failures, Played
from registries_mock.scenario.reading import Scenario, read_scenario
from registries_mock.scenario.tree import MOST_BYTES, ScenarioInvalid


def load_scenario(file: Path) -> Scenario:
    """Raises ScenarioInvalid, also for a file that cannot be read."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as failure:
        raise ScenarioInvalid(f"the file cannot be read: {failure.strerror}") from failure
    return read_scenario(content, is_json=file.suffix == ".json")


def bind_scenario(failures: Failures, scenario: Scenario, start: datetime) -> list[Failure]:
    """The rows of a scenario that begins then, for this suite; raises ScenarioInvalid."""
    rows = []
    for entry in scenario.entries:
        try:
            rows.append(failures.read({**entry.words, **entry.window(start)}))
        except ValueError as failure:
            raise ScenarioInvalid(f"{entry.place}: {failure}") from failure
    return rows


def begin_scenario(failures: Failures, scenario: Scenario, start: datetime) -> Played:
    """Play it from this moment on, in place of the one in force; raises ScenarioInvalid, and then nothing changes."""
    return failures.play(scenario.title, scenario.seed, bind_scenario(failures, scenario, start), start)


def describe_scenario(failures: Failures, now: datetime) -> dict[str, Any] | None:
    """The scenario in force in the words of the control API; None where there is none."""
    played = failures.played
    if played is None:
        return None
    left = {row.id: row for row in failures.rows()}
    entries = [_describe(row, left.get(row.id), now) for row in played.rows]
    started = played.started.isoformat()
    return {"title": played.title, "seed": played.seed, "started": started, "now": now.isoformat(), "entries": entries}


def _describe(row: Failure, left: Failure | None, now: datetime) -> dict[str, Any]:
    said = {name: value for name, value in (left or row).describe().items() if value not in ("", None)}
    return said | {"state": _tell_state(row, left, now)}


def _tell_state(row: Failure, left: Failure | None, now: datetime) -> str:
    if left is None:
        return "used_up"
    if is_within(now, row.since, row.until):
        return "in_force"
    return "to_come" if row.since is not None and now < row.since else "over"
