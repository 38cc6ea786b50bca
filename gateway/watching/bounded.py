"""A look that may hang, bounded in time: on a thread of its own, one at a time, so that hung ones never pile up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedLook(Generic[T]):
    """Runs `look` for whoever asks; while one hangs, those who come later wait for that one."""

    def __init__(self, look: Callable[[], T], name: str) -> None:
        self._look = look
        self._name = name
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def begin(self) -> Future[T]:
        """The look's future: whoever waits for it says how long. It raises what the look raises."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                thread = threading.Thread(target=self._run, args=(self._under_way,), name=self._name, daemon=True)
                thread.start()
            return self._under_way

    def _run(self, future: Future[T]) -> None:
        try:
            future.set_result(self._look())
        except Exception as error:
            future.set_exception(error)
