"""What the kernel knows of a process: its CPU time and its memory. Linux alone tells it under /proc."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads so far, in steps of 10 ms."""
    user, system = _stat(_PROC / str(pid))[11:13]
    return (int(user) + int(system)) / _TICK


def cpu_seconds_of_all(name: str) -> float:
    """Of every process of that name so far, and of those of their children that have ended and were waited for."""
    ticks = 0
    # The youngest first: who ends before being looked at is then among the children of an older one, looked at later.
    for folder in sorted(_PROC.glob("[0-9]*"), key=_number, reverse=True):
        with suppress(OSError):
            if (folder / "comm").read_text(encoding="utf-8").strip() == name:
                ticks += sum(map(int, _stat(folder)[11:15]))
    return ticks / _TICK


def megabytes(pid: int) -> float:
    """The memory that it holds now."""
    return _memory(pid, "VmRSS:")


def peak_megabytes(pid: int) -> float:
    """The most memory that it ever held."""
    return _memory(pid, "VmHWM:")


def wait_until_idle(*pids: int, seconds: float = 10.0) -> None:
    """Come back once the processes have done nothing for a while: what trails behind belongs to what was measured."""
    clock, before = threading.Event(), -1.0
    for _ in range(int(seconds / 0.1)):
        worked = sum(cpu_seconds(pid) for pid in pids)
        if worked - before < 0.015:
            return
        before = worked
        clock.wait(0.1)


def _memory(pid: int, name: str) -> float:
    for line in (_PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0


def _number(folder: Path) -> int:
    return int(folder.name)


def _stat(folder: Path) -> list[str]:
    """The fields behind the name, which may hold spaces: state is the first."""
    return (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
