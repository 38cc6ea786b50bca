"""An application on a free port of this machine, served by threads of this process for as long as a context lasts."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from wsgiref.types import WSGIApplication

from registries_mock.web.connection import USUAL, Bounds
from registries_mock.web.server import Server

_JOIN_SECONDS: Final = 10.0


@contextmanager
def serving(
    app: WSGIApplication, bounds: Bounds = USUAL, *, most: int = 320, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Its address; replies that are under way at the end have some seconds to be finished."""
    server = Server(app, bounds=bounds, most=most, tls=tls)
    thread = threading.Thread(target=server.run, name="registries-mock", daemon=True)
    thread.start()
    try:
        yield server.address
    finally:
        server.close()
        thread.join(_JOIN_SECONDS)
