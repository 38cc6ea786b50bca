"""Work that is done later: one thread that waits, a few that work; both begin when first needed."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_WORKERS: Final = 8
_log = logging.getLogger(__name__)


class ThreadTimer:
    """The real Timer."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        with self._changed:
            if self._closed:
                return
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="delivery")
                threading.Thread(target=self._run, name="timer", daemon=True).start()
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), work))
            self._changed.notify()

    def reset(self) -> None:
        with self._changed:
            self._due.clear()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify()
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._closed and (not self._due or self._due[0][0] > time.monotonic()):
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._closed or self._pool is None:
                    return
                _, _, work = heapq.heappop(self._due)
                self._pool.submit(run_guarded, work)


def run_guarded(work: Callable[[], None]) -> None:
    """Do the work; one that fails is told in the log, and ends nothing else."""
    try:
        work()
    except Exception as failure:
        # The kind alone: a message's text must not get into a log.
        _log.error("delayed work failed: %s", type(failure).__name__)
