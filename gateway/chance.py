"""Random bytes, fetched from the system many at a time: for ids, and neither for keys nor for nonces.

Fast and ugly, and here alone: each look into the system's source gives up the interpreter's lock, which comes back late
among the hundred threads that ask registries, and an application of 24 calls wants a hundred ids. What a snapshot of
a machine would hand out twice is an id at worst, which the database refuses; a nonce that is used twice would lay
sealed data open.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from typing import Final

_SIZE: Final = 16
_AT_ONCE: Final = 256


class RandomBytes:
    """Called with a size, gives so many random bytes, each handed out once. Safe for threads, and in a forked child."""

    def __init__(self, read_pid: Callable[[], int] = os.getpid) -> None:
        self._stock: deque[bytes] = deque()
        """Emptied from one end by steps that no thread can come between."""
        self._read_pid = read_pid
        self._pid = read_pid()

    def __call__(self, size: int) -> bytes:
        if size > _SIZE:
            return os.urandom(size)
        if self._pid != self._read_pid():
            # The parent hands out the same ones.
            self._stock.clear()
            self._pid = self._read_pid()
        try:
            return self._stock.pop()[:size]
        except IndexError:
            fetched = os.urandom(_SIZE * _AT_ONCE)
            self._stock.extend(fetched[at : at + _SIZE] for at in range(_SIZE, len(fetched), _SIZE))
            return fetched[:size]
