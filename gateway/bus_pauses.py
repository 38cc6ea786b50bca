"""How long the bus is left alone after a message to it failed: longer each time, to a limit."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_FIRST: Final = timedelta(seconds=30)
_LONGEST: Final = timedelta(hours=1)
_DOUBLED_AT_MOST: Final = 10
"""Then the pause is the longest anyway."""


def grow_pause(tries: int) -> timedelta:
    """The pause after so many tries that failed."""
    doubled: int = 2 ** min(tries, _DOUBLED_AT_MOST)
    return min(_FIRST * doubled, _LONGEST)
