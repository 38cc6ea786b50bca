"""Listens, and hands what connects to a crew of threads; bounded in number, and ended in order.

Written here, because this suite must do on purpose what web servers are made to prevent: tear a connection down, stop
in the middle of a body, send nothing (`ends.py`); parsing is httptools'. Decision 0022 has the figures.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from contextlib import suppress
from errno import EADDRNOTAVAIL
from typing import Final
from wsgiref.types import WSGIApplication

from registries_mock.web.connection import USUAL, Bounds, Connection
from registries_mock.web.crew import Crew

_BACKLOG: Final = 1024
_SOON: Final = 0.2
_CLOSING_SECONDS: Final = 10.0


class Server:
    """Listens at once, and serves once `run` is called."""

    def __init__(
        self,
        app: WSGIApplication,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        most: int = 1280,
        bounds: Bounds = USUAL,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`most` connections at one time; what comes beyond waits. Raises OSError where it cannot listen there."""
        _check_name(host)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        self._listening.setblocking(False)
        self._woken, self._wake = socket.socketpair()
        self._app, self._bounds, self._tls = app, bounds, tls
        self._place = host, self.effective_port
        self._places = threading.BoundedSemaphore(most)
        self._changed = threading.Condition()
        self._open: set[Connection] = set()
        self._crew = Crew(self._forget, bounds.idle_seconds if tls is None else bounds.handshake_seconds)
        self._is_stopping = False
        self._running = threading.Lock()

    @property
    def effective_port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        """How a caller writes it."""
        host = self._place[0]
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self._place[1]}"

    def run(self) -> None:
        """Serve until `leave` is called, or `close` from another thread."""
        with self._running:
            if self._is_stopping:
                return
            while not self._is_stopping and not self._crew.start():
                self._pause()
            poll = select.poll()
            poll.register(self._listening, select.POLLIN)
            poll.register(self._woken, select.POLLIN)
            while not self._is_stopping:
                poll.poll()
                self._accept()

    def leave(self) -> None:
        """Have `run` return, and no other one begin; `close` is still to be called. Takes no lock: a signal may ask."""
        self._is_stopping = True
        with suppress(OSError):
            self._wake.send(b"x")

    def close(self, seconds: float = _CLOSING_SECONDS) -> None:
        """Take no more; who is being answered may end within so many seconds, then all are ended."""
        self.leave()
        # Not under the one who looks at them; and from here on nobody is taken whom the lines below would not see.
        with self._running:
            for one in (self._listening, self._wake, self._woken):
                one.close()
        self._end_all(time.monotonic() + seconds, even_if_busy=False)
        self._end_all(time.monotonic() + _SOON, even_if_busy=True)
        self._crew.stop(_SOON)

    def _accept(self) -> None:
        while not self._is_stopping and self._places.acquire(timeout=_SOON):
            try:
                line, _ = self._listening.accept()
                self._take(line)
            except BlockingIOError:
                self._places.release()
                return
            except OSError:
                # No more sockets: those that are served go on, and some will end.
                self._places.release()
                self._pause()
                return

    def _take(self, line: socket.socket) -> None:
        line.setblocking(True)
        connection = Connection(line, self._app, self._bounds, self._tls, self._place)
        with self._changed:
            self._open.add(connection)
        self._crew.park(connection)

    def _forget(self, connection: Connection) -> None:
        self._places.release()
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def _pause(self) -> None:
        """A little, or until the end."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        poll.poll(1000 * _SOON)

    def _end_all(self, until: float, *, even_if_busy: bool) -> None:
        with self._changed:
            left = list(self._open)
        for connection in left:
            connection.end(even_if_busy=even_if_busy)
        with self._changed:
            self._changed.wait_for(lambda: not self._open, max(0.0, until - time.monotonic()))


def _check_name(host: str) -> None:
    try:
        _ = host.isascii() or host.encode("idna")
    except UnicodeError as failure:
        raise OSError(EADDRNOTAVAIL, "that is no name of a machine") from failure
