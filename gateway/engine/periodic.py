"""Something done again and again beside the work: fetching late replies, sending notifications that are still owed."""

from __future__ import annotations

import threading
from collections.abc import Callable

from gateway.logs import log_crash


class Periodic:
    """Calls `work` every so many seconds on a thread of its own; a failure is told and does not end it."""

    def __init__(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        self._seconds = seconds
        self._work = work
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._work()
            except Exception as error:
                log_crash(error, work=self._thread.name)
            self._stopping.wait(self._seconds)
