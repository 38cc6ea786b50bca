"""What readiness looks at: database, clocks, room on the disk, keys, engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from contracts.errors import Problem
from gateway.clock import Clock
from gateway.store.standing import DatabaseStanding, Schema

_MB = 1_000_000
JudgeKey = Callable[[], str | None]
"""A sentence on why others would refuse what the key signs; None where they would not."""


def remember(judge: JudgeKey, monotonic: Callable[[], float], seconds: float = 600.0) -> JudgeKey:
    """The same judge, asked anew only after so many seconds: it follows a chain of certificates."""
    kept: tuple[float, str | None] | None = None

    def judge_seldom() -> str | None:
        nonlocal kept
        if kept is None or monotonic() >= kept[0]:
            kept = (monotonic() + seconds, judge())
        return kept[1]

    return judge_seldom


def check_database(read: Callable[[], DatabaseStanding]) -> Sequence[Problem]:
    """Raises StoreUnavailable where it is not reached."""
    standing, found = read(), []
    if standing.schema is Schema.BEHIND:
        found.append(Problem("schema-behind", "/database", "the tables are of an earlier release"))
    if not standing.writable:
        found.append(Problem("database-read-only", "/database", "the database takes no writes"))
    return found


def check_clock(read: Callable[[], DatabaseStanding], clock: Clock, most: timedelta) -> Sequence[Problem]:
    """The database's time lies between ours before and after the look; what it is off beyond that is skew."""
    before = clock()
    theirs = read().clock
    after = clock()
    if theirs is None:
        return ()
    skew = max(before - theirs, theirs - after, timedelta(0))
    if skew <= most:
        return ()
    return (Problem("clock-skewed", "/clock", f"{skew.total_seconds():.1f} s apart from the database's clock"),)


def check_disk(folders: Collection[Path], least_mb: int) -> Sequence[Problem]:
    """Folders that are not there yet have nothing written into them."""
    free = [shutil.disk_usage(folder).free // _MB for folder in folders if folder.is_dir()]
    if not free or min(free) >= least_mb:
        return ()
    return (Problem("disk-full", "/disk", f"{min(free)} MB are free, at least {least_mb} are wanted"),)


def check_keys(sealing_key: Path, judges: Mapping[str, JudgeKey]) -> Sequence[Problem]:
    """`judges`: by what a key signs."""
    found = [
        Problem("key-unfit", f"/keys/{name}", f"others would refuse what this key signs: {reason}")
        for name, judge in judges.items()
        if (reason := judge()) is not None
    ]
    if not sealing_key.is_file():
        found.append(Problem("sealing-key-gone", "/keys/sealing", "its file is gone: the next start would fail"))
    return found


def check_bell(is_heard: Callable[[], bool]) -> Sequence[Problem]:
    """Of a gateway beside workers: streams and webhooks hear of their work by the database's bell."""
    if is_heard():
        return ()
    return (Problem("events-not-heard", "/events", "what other processes tell is not heard"),)


def check_engine(is_working: Callable[[], bool]) -> Sequence[Problem]:
    if is_working():
        return ()
    return (Problem("engine-stands-still", "/engine", "nobody carries applications forward"),)
