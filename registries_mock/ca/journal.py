"""What the centre has taken back, in the order in which it did: one line each in a file that only grows.

A line is written at once and whole, and brought to the disk before anybody is told: whoever is killed meanwhile leaves
the file as it was, or a beginning of a line at its end, which counts as never written.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from registries_mock.ca.errors import JournalBroken

# RFC 5280, 5.3.1; 8 is no revocation, and 10 is of attribute certificates.
REASONS: Final = MappingProxyType(
    {
        "unspecified": 0,
        "key-compromise": 1,
        "ca-compromise": 2,
        "affiliation-changed": 3,
        "superseded": 4,
        "cessation-of-operation": 5,
        "certificate-hold": 6,
        "privilege-withdrawn": 9,
    }
)


@dataclass(frozen=True)
class Revocation:
    """A certificate that `issuer` (the name of one of the centre's authorities) has taken back; moments have a zone."""

    issuer: str
    serial_number: int
    at: datetime
    """Since when it does not hold."""
    recorded: datetime
    reason: str = "unspecified"

    @property
    def known_since(self) -> datetime:
        """When a list could name it first."""
        return max(self.at, self.recorded)

    @property
    def reason_code(self) -> int:
        return REASONS[self.reason]

    def describe(self) -> dict[str, str]:
        return {
            "issuer": self.issuer,
            "serial_number": f"{self.serial_number:x}",
            "at": self.at.isoformat(),
            "recorded": self.recorded.isoformat(),
            "reason": self.reason,
        }


class Journal:
    """Revocations of a file, which several processes may share, or of memory."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._memory = b""

    def add(self, revocation: Revocation) -> bool:
        """Take the certificate back; says whether it was not yet. JournalBroken or OSError where that cannot be."""
        line = json.dumps(revocation.describe()).encode() + b"\n"
        with self._lock:
            if self._path is None:
                return self._add_to_memory(revocation, line)
            return _add_to_file(self._path, revocation, line)

    def read(self) -> list[Revocation]:
        """All of them, in the order in which they were recorded; JournalBroken."""
        if self._path is None:
            return _read(self._memory)
        try:
            return _read(self._path.read_bytes())
        except FileNotFoundError:
            return []

    def _add_to_memory(self, revocation: Revocation, line: bytes) -> bool:
        if _is_known(revocation, self._memory):
            return False
        self._memory += line
        return True


def _add_to_file(path: Path, revocation: Revocation, line: bytes) -> bool:
    with _open_alone(path) as descriptor:
        content = path.read_bytes()
        if _is_known(revocation, content):
            return False
        # What somebody who was killed left behind.
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)
        os.write(descriptor, line)
        os.fsync(descriptor)
    return True


@contextmanager
def _open_alone(path: Path) -> Iterator[int]:
    """For appending, while nobody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_known(revocation: Revocation, content: bytes) -> bool:
    wanted = (revocation.issuer, revocation.serial_number)
    return any((one.issuer, one.serial_number) == wanted for one in _read(content))


def _read(content: bytes) -> list[Revocation]:
    whole, _, _ = content.rpartition(b"\n")
    try:
        return [_read_line(json.loads(line)) for line in whole.splitlines()]
    except (ValueError, KeyError, TypeError) as failure:
        raise JournalBroken("the record of revocations has a line that is none") from failure


def _read_line(told: dict[str, Any]) -> Revocation:
    at, recorded = (datetime.fromisoformat(told[name]) for name in ("at", "recorded"))
    if at.tzinfo is None or recorded.tzinfo is None or told["reason"] not in REASONS:
        raise ValueError("a moment without its zone, or an unknown reason")
    return Revocation(told["issuer"], int(told["serial_number"], 16), at, recorded, told["reason"])
