"""Waiting for what another thread or process brings about, with a bound."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_PAUSE = 0.05


def wait_until(
    look: Callable[[], T], seconds: float = 20.0, what: Callable[[], str] = lambda: "it did not come about"
) -> T:
    """The first true value that `look` gives; an AssertionError with what `what` tells after so many seconds."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        value = look()
        if value:
            return value
        assert time.monotonic() < ends, what()
        pause.wait(_PAUSE)
