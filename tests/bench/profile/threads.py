"""The gateway's threads by what they do: their CPU as the kernel counts it, and how often they gave way.

    python -m tests.bench.profile.threads FILE serve --port 0

is `asp-gateway serve --port 0` that keeps in FILE which thread has which name; /proc tells the rest from outside.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.cli import main

GONE: Final = "ended meanwhile, or begun by a library"
_EACH_SECONDS: Final = 0.2
_NUMBER: Final = re.compile(r"[-_]\d+( \(.*\))?$")


@dataclass(frozen=True)
class Spent:
    """By what the threads do: CPU in milliseconds, and how often they gave way or were put aside."""

    milliseconds: Mapping[str, float]
    switches: Mapping[str, float]
    in_kernel: float = field(default=0.0)
    """Of all CPU, milliseconds."""

    def since(self, before: Spent) -> Spent:
        return Spent(
            _subtract(self.milliseconds, before.milliseconds),
            _subtract(self.switches, before.switches),
            self.in_kernel - before.in_kernel,
        )

    def divided_by(self, count: int) -> Spent:
        return Spent(
            {name: each / count for name, each in self.milliseconds.items()},
            {name: each / count for name, each in self.switches.items()},
            self.in_kernel / count,
        )


def name_role(thread: str) -> str:
    """What a thread does, by its name: those of one pool differ in a number."""
    return _NUMBER.sub("", thread)


def read_spent(pid: int, file: Path, proc: Path = Path("/proc")) -> Spent:
    """So far. What belongs to no thread that is named and still there is `GONE`: the process's own sum knows it."""
    names: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    milliseconds: defaultdict[str, float] = defaultdict(float)
    switches: defaultdict[str, float] = defaultdict(float)
    for number, name in names.items():
        folder = proc / str(pid) / "task" / number
        with suppress(FileNotFoundError, ProcessLookupError):
            nanoseconds = int((folder / "schedstat").read_text(encoding="utf-8").split()[0])
            status = (folder / "status").read_text(encoding="utf-8")
            milliseconds[name_role(name)] += nanoseconds / 1e6
            switches[name_role(name)] += sum(map(int, re.findall(r"ctxt_switches:\s+(\d+)", status)))
    user, system = _read_sums(pid, proc)
    milliseconds[GONE] = user + system - sum(milliseconds.values())
    return Spent(milliseconds, switches, system)


def _read_sums(pid: int, proc: Path) -> tuple[float, float]:
    """User and system time of the whole process, in milliseconds, by steps of 10."""
    told = (proc / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    tick = os.sysconf("SC_CLK_TCK")
    return int(told[11]) * 1000 / tick, int(told[12]) * 1000 / tick


def _subtract(now: Mapping[str, float], before: Mapping[str, float]) -> dict[str, float]:
    return {name: each - before.get(name, 0.0) for name, each in now.items()}


def _keep_names(file: Path) -> None:
    pause, fresh = threading.Event(), file.with_suffix(".new")
    while True:
        fresh.write_text(json.dumps({str(one.native_id): one.name for one in threading.enumerate()}), encoding="utf-8")
        fresh.replace(file)
        pause.wait(_EACH_SECONDS)


if __name__ == "__main__":
    threading.Thread(target=_keep_names, args=(Path(sys.argv[1]),), name="names", daemon=True).start()
    main(sys.argv[2:])
