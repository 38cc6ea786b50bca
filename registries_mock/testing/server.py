"""A suite on a free port of this machine, served by threads of this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all

from registries_mock.settings import Settings

_THREADS: Final = 32
_JOIN_SECONDS: Final = 10.0
_HOST: Final = "127.0.0.1"


@contextmanager
def listen(app: Flask, settings: Settings) -> Iterator[str]:
    """Its address, for as long as the context lasts."""
    # That a request waits for a thread is no fault.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=_HOST,
        port=0,
        threads=_THREADS,
        connection_limit=10 * _THREADS,
        max_request_body_size=settings.body_bytes,
        clear_untrusted_proxy_headers=True,
        ident="registries-mock",
    )
    thread = threading.Thread(target=server.run, name="registries-mock", daemon=True)
    thread.start()
    try:
        yield f"http://{_HOST}:{server.effective_port}"
    finally:
        # First those who still answer, because their last word wakes the server; then, on its own thread, its sockets:
        # without any its loop ends. A reply that ends at this moment may wake it before us.
        server.task_dispatcher.shutdown(timeout=_JOIN_SECONDS)
        with suppress(OSError):
            server.trigger.pull_trigger(partial(close_all, sockets, ignore_all=True))
        thread.join(_JOIN_SECONDS)
