"""Work that is done at once on the stepper's own thread: what is owed for messages that came, by a virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OwedWork:
    """Steppable: `work` does all that is due."""

    find_next: Callable[[], datetime | None]
    work: Callable[[], object]
    clock: Callable[[], datetime]

    def next_due(self) -> datetime | None:
        return self.find_next()

    def run_due(self) -> None:
        due = self.find_next()
        if due is not None and due <= self.clock():
            self.work()

    def is_quiet(self) -> bool:
        due = self.find_next()
        return due is None or due > self.clock()
