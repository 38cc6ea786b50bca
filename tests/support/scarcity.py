"""What a process runs out of, for as long as a test says."""

from __future__ import annotations

import gc
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_more_sockets() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # What others in this process left to the collector must not become free in the meantime.
    gc.collect()
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def no_more_threads() -> Iterator[None]:
    # No machine has a stack of that size to give.
    usual = threading.stack_size(2**46)
    try:
        yield
    finally:
        threading.stack_size(usual)
