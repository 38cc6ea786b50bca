"""Where the time of one exchange goes, by folder: functions' own time, without what the profiler adds to a call."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).resolve().parents[3]
_LIBRARY_MARKS: Final = (("cryptography", "operations of keys (cryptography)"), ("pycurl", "the wire (libcurl)"))
"""C functions of a library, which have a room of their own; any other C function's time is its caller's."""
ELSEWHERE: Final = "libraries and Python's own"
_TURNS: Final = 10
Function = tuple[str, int, str]


@dataclass(frozen=True)
class Profile:
    """Microseconds of one go, by room and by function; both without the profiler's own part."""

    plain: float
    """One go without a profiler: what the rooms add up to."""
    calls: float
    """Functions called in one go."""
    rooms: Mapping[str, float]
    functions: Mapping[str, float]


def profile(way: Callable[[], object], count: int) -> Profile:
    """`count` goes without a profiler and as many with it, in turns of a tenth; a turn before that warms up."""
    profiler, plain, turn = cProfile.Profile(time.process_time), 0.0, -(-count // _TURNS)
    _time(way, turn)
    for _ in range(_TURNS):
        plain += _time(way, turn)
        profiler.enable()
        _time(way, turn)
        profiler.disable()
    return split(pstats.Stats(profiler).stats, plain / (turn * _TURNS), turn * _TURNS)  # type: ignore[attr-defined]


def split(stats: Mapping[Function, Any], plain: float, count: int) -> Profile:
    """`stats` of `pstats`, of `count` goes; `plain` in seconds, what one go takes without a profiler."""
    calls = sum(told[1] for told in stats.values())
    each = (sum(told[2] for told in stats.values()) - plain * count) / calls
    rooms: defaultdict[str, float] = defaultdict(float)
    functions: defaultdict[str, float] = defaultdict(float)
    for function, told in stats.items():
        for room, name, own, called in _share_out(function, told):
            took = (own - each * called) * 1e6 / count
            rooms[room] += took
            functions[name] += took
    return Profile(plain * 1e6, calls / count, _order(rooms), _order(functions))


def _share_out(function: Function, told: Any) -> Iterable[tuple[str, str, float, int]]:
    """Room, name, own time and calls: of a C function those of each of its callers, where it has no room itself."""
    file, _, name = function
    _, called, own, _, callers = told
    if file != "~":
        yield _name_room(file), _name_function(function), own, called
        return
    for mark, room in _LIBRARY_MARKS:
        if mark in name:
            yield room, room, own, called
            return
    known = 0
    for caller, (by_it, _, own_by_it, _) in callers.items():
        room = ELSEWHERE if caller[0] == "~" else _name_room(caller[0])
        known += by_it
        yield room, _name_function(caller), own_by_it, by_it
    if known < called:
        yield ELSEWHERE, name, 0.0, called - known


def _name_room(file: str) -> str:
    """The folder within the repository, two deep."""
    path = Path(file)
    if not path.is_relative_to(_ROOT) or "site-packages" in path.parts:
        return ELSEWHERE
    return "/".join(path.relative_to(_ROOT).parts[:-1][:2])


def _name_function(function: Function) -> str:
    path, name = Path(function[0]), function[2]
    if not path.is_relative_to(_ROOT) or "site-packages" in path.parts:
        return f"{path.parent.name}/{path.name}: {name}" if function[0] != "~" else name
    return f"{path.relative_to(_ROOT)}: {name}"


def _order(times: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(times.items(), key=lambda each: -each[1]))


def _time(way: Callable[[], object], count: int) -> float:
    """Seconds of CPU."""
    started = time.process_time()
    for _ in range(count):
        way()
    return time.process_time() - started
