"""The gateway's scheduler on the thread of who steps the time: for rounds that wait for nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar

from gateway.engine.embedded import EmbeddedEngine

P = ParamSpec("P")
T = TypeVar("T")


class AtOnce(Executor):
    """Runs what it is handed before it returns."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:  # kept for who asks the future, as a pool's thread would
            done.set_exception(error)
        return done


@dataclass(frozen=True)
class SteppedEngine:
    """Steppable: the engine's own looks, one after another until nothing is due."""

    engine: EmbeddedEngine

    def next_due(self) -> datetime | None:
        return self.engine.next_due()

    def is_quiet(self) -> bool:
        return self.engine.is_quiet()

    def run_due(self) -> None:
        while self.engine.look():
            pass
