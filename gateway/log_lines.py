"""Log lines on their way out: one thread at a time writes, and takes with it what others leave meanwhile.

With the library's own handler each thread that has a line waits for the one that writes, and that one for the
interpreter's lock, which it gave up for the system call: of a hundred threads that ask registries most would stand
there.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Final, TextIO

_MOST_LEFT: Final = 10_000
"""Lines that may wait where nobody reads the log: past it threads wait as they otherwise would."""


class LineHandler(logging.Handler):
    """Whole lines, in the order in which they came; without other threads a line is out when `emit` returns."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._left: deque[str] = deque()
        self._writing = threading.Lock()

    def createLock(self) -> None:  # noqa: N802 - the library's name
        """None: what is shared here is safe without."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._left.append(f"{self.format(record)}\n")
            # Looked at again after each turn: what was left while it ended is nobody else's to write.
            while self._left and self._writing.acquire(blocking=len(self._left) > _MOST_LEFT):
                try:
                    self._write()
                finally:
                    self._writing.release()
        except Exception:
            self.handleError(record)

    def _write(self) -> None:
        lines = [self._left.popleft() for _ in range(len(self._left))]
        self._stream.write("".join(lines))
        self._stream.flush()
