"""A waitress server on a thread of this process, stopped without leaving a thread or a socket behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def serve(server: Any) -> Iterator[str]:
    """The address of a server that listens already (`waitress.server.create_server`), served until the context ends."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.is_set():
            server.asyncore.loop(timeout=0.02, map=server._map, count=1, use_poll=True)
        # Here, not in the caller's thread: a socket closed under a select is a broken select.
        server.asyncore.close_all(server._map, ignore_all=True)

    thread = threading.Thread(target=run, name="served")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()
