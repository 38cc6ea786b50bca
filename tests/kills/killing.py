"""Processes that are killed and taken up again: forked from one that has everything imported, two at a time."""

from __future__ import annotations

import json
import multiprocessing
import re
import signal
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from tests.kills.appending import read_lines
from tests.kills.boundaries import Boundary
from tests.kills.script import AUTOMATIC, BY_HAND, PROMPT, run
from tests.support.databases import SQLITE, open_url

_FORKS = multiprocessing.get_context("forkserver")
_PRELOADED = ["tests.kills.script", "sqlalchemy.dialects.postgresql.psycopg", "psycopg", "sqlite3"]
COURSES = (PROMPT, AUTOMATIC, BY_HAND)
"""The shortest first."""
_ASKING = threading.Lock()
"""`start` also collects how other processes ended; who reads an end a second time is told 255. So one thread at a time
starts or asks, and only the waiting is side by side."""
_AT_ONCE = 2
_SECONDS = 120.0
KILLED = -signal.SIGKILL
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)?")
_ID = re.compile(r"\b(app|inq|exc|doc|inc)_[0-9a-f]+")
_NUMBER = re.compile(r"\b(2026)-\d{7}\b")
"""A sequence of PostgreSQL gives no number back: an intake that was killed before its commit has used one up, and the
application has the next. So the number is levelled as an id is: the same wherever it stands, and well-formed, or it
stays as it is and is seen to differ."""


@dataclass(frozen=True)
class Outcome:
    """What became of one boundary: how the first process ended, and the one after it."""

    killed: int | None
    resumed: int | None
    result: Mapping[str, Any]
    texts: Sequence[Sequence[str]]
    course: str


@dataclass(frozen=True)
class Undisturbed:
    """All courses without a kill, and the boundaries that each of them passes."""

    results: Mapping[str, Mapping[str, Any]]
    texts: Mapping[str, Sequence[Sequence[str]]]
    passed: Mapping[str, frozenset[str]]

    def choose_course(self, boundary: Boundary) -> str | None:
        """The shortest course that comes by; None where none does."""
        return next((course for course in COURSES if str(boundary) in self.passed[course]), None)

    def choose_shortest(self, boundaries: Sequence[Boundary]) -> Boundary:
        """The first of those by which the shortest course comes."""
        order = (*COURSES, None)
        return min(boundaries, key=lambda boundary: order.index(self.choose_course(boundary)))


def run_undisturbed(folder: Path) -> Undisturbed:
    def run_one(course: str) -> int | None:
        own = folder / course
        own.mkdir()
        with open_url(SQLITE, own) as url:
            return _run(url, own, course, "")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ended = dict(zip(COURSES, pool.map(run_one, COURSES), strict=True))
    assert set(ended.values()) == {0}, ended
    results, texts, passed = {}, {}, {}
    for course in COURSES:
        results[course], texts[course] = _read(folder / course)
        passed[course] = frozenset(read_lines(folder / course / "passed"))
    return Undisturbed(results, texts, passed)


def kill_at_each(
    boundaries: Sequence[Boundary], database: str, undisturbed: Undisturbed, folder: Path
) -> dict[Boundary, Outcome | None]:
    """By boundary; None where no course comes by."""

    def kill(boundary: Boundary) -> Outcome | None:
        course = undisturbed.choose_course(boundary)
        if course is None:
            return None
        own = folder / str(boundary).replace(":", "-")
        own.mkdir()
        with open_url(database, own) as url:
            killed = _run(url, own, course, str(boundary))
            resumed = _run(url, own, course, "")
        return Outcome(killed, resumed, *_read(own), course)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(boundaries, pool.map(kill, boundaries), strict=True))


def assert_same_end(boundary: Boundary, outcome: Outcome | None, undisturbed: Undisturbed) -> None:
    """The killed process, and the one after it, come to the end of a run without a kill, and double nothing."""
    assert outcome is not None, f"no course comes by {boundary}"
    assert (outcome.killed, outcome.resumed) == (KILLED, 0)
    assert outcome.result == undisturbed.results[outcome.course]
    messages = {tuple(text) for text in outcome.texts}
    ids = Counter(message_id for message_id, _, _ in messages)
    assert max(ids.values()) == 1, "one id, two messages"
    assert sorted(text for _, _, text in messages) == sorted(text for _, _, text in undisturbed.texts[outcome.course])


def _run(url: str, folder: Path, course: str, aim: str) -> int | None:
    """How the process ended; None where it hangs."""
    _FORKS.set_forkserver_preload(_PRELOADED)
    process = _FORKS.Process(target=run, args=(url, folder, course, aim))
    with _ASKING:
        process.start()
    ended = bool(wait([process.sentinel], _SECONDS))
    with _ASKING:
        if not ended:
            process.kill()
        process.join()
    return process.exitcode if ended else None


def _read(folder: Path) -> tuple[Mapping[str, Any], Sequence[Sequence[str]]]:
    path = folder / "result.json"
    told = _level(json.loads(path.read_text()) if path.exists() else {"texts": []})
    return told, told.pop("texts")


def _level(told: Mapping[str, Any]) -> dict[str, Any]:
    """Without times, message ids, numbers and repeated exchanges: what must be the same, kill or no kill."""
    names: dict[str, str] = {}

    def rename(match: re.Match[str]) -> str:
        return names.setdefault(match[0], f"{match[1]}-{len(names) + 1}")

    text = _NUMBER.sub(rename, _ID.sub(rename, json.dumps(told, ensure_ascii=False)))
    text = _TIME.sub("then", text)
    level: dict[str, Any] = json.loads(text)
    if "dossier" in level:
        dossier = level["dossier"]
        del dossier["sha256"]
        for part in (p for r in dossier["requests"] for i in r["inquiries"] for p in i["parts"]):
            part["attempts"], part["arrivals"] = bool(part["attempts"]), bool(part["arrivals"])
        dossier["events"] = _once([{k: v for k, v in e.items() if k != "seq"} for e in dossier["events"]])
    dossiers_own = level.get("dossier", {}).get("course", {}).get("notices", ())
    for notice in (*level.get("course", {}).get("notices", ()), *dossiers_own):
        # The content stands beside its hash, which is of the number too.
        notice["content_sha256"] = bool(notice["content_sha256"])
        for delivery in notice["deliveries"]:
            delivery["receipt"] = bool(delivery["receipt"])
    return level


def _once(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A question that was asked twice may be answered twice after the end; every other event is told once."""
    kept: list[dict[str, Any]] = []
    for event in events:
        if event["kind"] != "answer_after_end" or event not in kept:
            kept.append(event)
    return kept
