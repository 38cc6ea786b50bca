"""The clock of this machine, and the port that every other part is handed in its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Port: the moment now, with a time zone."""


def now() -> datetime:
    """This machine's time, in UTC."""
    return datetime.now(UTC)
