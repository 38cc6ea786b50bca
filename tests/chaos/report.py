"""The report of a run: each fault with its moment and what was observed, and what became of each promise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.expected import Broken
from tests.chaos.promises import DATES, DOUBLED, FENCED, LOST, RESTED, TOLD

PROMISES = (LOST, DOUBLED, DATES, FENCED, TOLD, RESTED)
TITLE = "# Proof by killing"
KEPT, BROKEN = "kept", "broken"
_INTRO = """
Real processes under load, faults drawn from a seed, and at the end a look for what was promised, in the database and
over the API (`tests/chaos`). Moments are seconds from the beginning of the load. “Went on” is the time from the fault
until the work that it hit went on: after a killed or paused worker, until another had taken every application that it
held. “Met” is how much the fault met: tries that failed, calls that were put off, processes or connections that ended,
applications under way, writes by a stepped clock. A fault lasts until it has met something; one that met nothing, or
after which the work did not go on, breaks the run. When an application came, the portals know by their own clock: a
moment of a gateway or a worker may be off by a step that a clock of its kind had then, and by no other. This page is
written by the command. The same seed plans the same faults for the same moments; what is under way then, and which of
the processes has work, is not the seed's to say.
"""
_FAULTS = ("at, s", "fault", "aim", "observed", "met", "went on after, s")
_ROW = re.compile(r"^\| (.*) \|$")


@dataclass(frozen=True)
class FaultRow:
    at: float
    kind: str
    aim: str
    seen: str
    met: int
    went_on: float | None

    @property
    def is_proof(self) -> bool:
        """Whether somebody met it, and the work went on after it."""
        return self.met > 0 and self.went_on is not None


@dataclass(frozen=True)
class Part:
    """One scene: its faults, and what became of the promises that hold in it."""

    title: str
    told: str
    faults: Sequence[FaultRow]
    outcomes: Mapping[str, str]
    """`kept`, or `broken, …`, by promise."""

    @property
    def is_kept(self) -> bool:
        """Every promise, under faults each of which proves something."""
        kept = all(outcome == KEPT for outcome in self.outcomes.values())
        return kept and all(fault.is_proof for fault in self.faults)


def judge_all(promises: Iterable[str], broken: Sequence[Broken]) -> dict[str, str]:
    """What became of each promise, the first few breaches named."""
    outcomes = {}
    for promise in promises:
        found = [one.what for one in broken if one.promise == promise]
        outcomes[promise] = f"{BROKEN}, {len(found)}: {'; '.join(found[:5])}" if found else KEPT
    return outcomes


def write_report(facts: Mapping[str, str], parts: Sequence[Part]) -> str:
    lines = [TITLE, _INTRO, *(f"* {name}: {text}" for name, text in facts.items())]
    for part in parts:
        lines += ["", f"## {part.title}", "", part.told, "", *write_table(_FAULTS, map(_write_fault, part.faults))]
        lines += ["", *write_table(("promise", "outcome"), part.outcomes.items())]
    return "\n".join(lines) + "\n"


def read_report(text: str) -> tuple[dict[str, str], list[Part]]:
    """The facts and the parts of a report; ValueError where it is none."""
    head, *rest = text.split("\n## ")
    if not head.startswith(TITLE):
        raise ValueError("not a report of chaos")
    facts = dict(line[2:].split(": ", 1) for line in head.splitlines() if line.startswith("* "))
    return facts, [_read_part(part) for part in rest]


def _read_part(text: str) -> Part:
    title, _, body = text.partition("\n")
    rows = [tuple(found[1].split(" | ")) for line in body.splitlines() if (found := _ROW.match(line))]
    if _FAULTS not in rows:
        raise ValueError(f"no faults in {title}")
    faults = [_read_fault(row) for row in rows if len(row) == len(_FAULTS) and row != _FAULTS]
    outcomes = {row[0]: row[1] for row in rows if len(row) == 2 and row[0] != "promise"}
    return Part(title, body.strip().split("\n\n")[0], faults, outcomes)


def _write_fault(row: FaultRow) -> tuple[str, ...]:
    went_on = "–" if row.went_on is None else f"{row.went_on:.1f}"
    return (f"{row.at:.1f}", row.kind, row.aim, row.seen, str(row.met), went_on)


def _read_fault(row: tuple[str, ...]) -> FaultRow:
    at, kind, aim, seen, met, went_on = row
    return FaultRow(float(at), kind, aim, seen, int(met), None if went_on == "–" else float(went_on))


def write_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    written = [head, *rows]
    lines = [f"| {' | '.join(text.replace('|', '/') for text in row)} |" for row in written]
    return [lines[0], "|" + "---|" * len(head), *lines[1:]]
