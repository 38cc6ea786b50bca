"""The spaces of a process: made, found by name or by sender, closed. Each is a whole suite of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final
from wsgiref.types import WSGIApplication

from registries_mock.spaces.wanted import WantedSpace
from registries_mock.suite import Suite

MOST: Final = 256
"""Spaces in one process: who makes more has forgotten to close some."""


class TooMany(Exception):
    """There are as many spaces as a process holds."""


class Taken(Exception):
    """The name, or one of the senders, is another space's."""


@dataclass(frozen=True)
class Space:
    """One of them, ready to be asked."""

    wanted: WantedSpace
    suite: Suite
    app: WSGIApplication

    def describe(self) -> dict[str, Any]:
        """Without passwords."""
        return {
            "name": self.wanted.name,
            "senders": sorted(self.wanted.senders),
            "seed": self.suite.settings.seed,
            "clock": self.suite.outside.clock().isoformat() if self.suite.outside.time else None,
            "path": f"/_space/{self.wanted.name}",
        }


Make = Callable[[WantedSpace], Space]


class Spaces:
    """Safe to share among threads."""

    def __init__(self, make: Make, senders: Iterable[str]) -> None:
        """`senders` are those of the suite beside the spaces: nobody's of them becomes a space's own."""
        self._make = make
        self._own = frozenset(senders)
        self._lock = threading.Lock()
        self._spaces: dict[str, Space] = {}
        self._of_sender: dict[str, Space] = {}

    def open(self, wanted: WantedSpace) -> Space:
        """Make it; raises Taken or TooMany."""
        with self._lock:
            if wanted.name in self._spaces:
                raise Taken(f"there is a space {wanted.name} already")
            if taken := sorted((self._own | self._of_sender.keys()) & wanted.senders.keys()):
                raise Taken(f"the sender {taken[0]} is another's already")
            if len(self._spaces) >= MOST:
                raise TooMany(f"there are {MOST} spaces: close some")
            space = self._make(wanted)
            self._spaces[wanted.name] = space
            self._of_sender |= dict.fromkeys(wanted.senders, space)
            return space

    def find(self, name: str) -> Space | None:
        return self._spaces.get(name)

    def has_senders(self) -> bool:
        """Whether any space knows its messages by their sender."""
        return bool(self._of_sender)

    def find_by_sender(self, sender: str) -> Space | None:
        return self._of_sender.get(sender)

    def all(self) -> list[Space]:
        with self._lock:
            return list(self._spaces.values())

    def shut(self, name: str) -> bool:
        """Close one, with all that sleeps or is to come in it; False where there is none."""
        with self._lock:
            space = self._spaces.pop(name, None)
            if space is None:
                return False
            for sender in space.wanted.senders:
                del self._of_sender[sender]
        space.suite.close()
        return True

    def close(self) -> None:
        for space in self.all():
            self.shut(space.wanted.name)
