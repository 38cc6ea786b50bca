"""A pool whose threads know in which context work was given to them: under which lease its writes are made, and for
which trace."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class CarryingPool(ThreadPoolExecutor):
    """ThreadPoolExecutor; what is submitted runs with the context variables of whoever submits it."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        carried: Callable[..., Any] = copy_context().run
        return super().submit(carried, fn, *args, **kwargs)
