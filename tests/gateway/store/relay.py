"""What stands between a process and its PostgreSQL, and fails there."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from sqlalchemy import URL, make_url


class Relay:
    """Between a process and its database: of what it does to the one side, the other is not told."""

    def __init__(self, server: URL) -> None:
        self._server = (server.host or "127.0.0.1", server.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sides: list[tuple[socket.socket, socket.socket]] = []
        self._silent, self.has_kept = 0, threading.Event()
        """How many of the connections say nothing any more: those that came first."""
        self._word, self._without_answers = b"", 0
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def lead(self, url: str) -> str:
        """The same database over this relay."""
        return make_url(url).set(host="127.0.0.1", port=self.port).render_as_string(False)

    def cut(self) -> None:
        """The process finds its connections closed; the server keeps their sessions."""
        for near, _ in self._sides:
            with suppress(OSError):
                near.shutdown(socket.SHUT_RDWR)

    def fall_silent(self) -> None:
        """Whatever is said over the connections that are there is taken, and nobody hears of it."""
        self._silent = len(self._sides)

    def keep_answers_to(self, word: bytes) -> None:
        """The next connection over which this is said hears nothing from then on; the server does what it was told."""
        self._word = word

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        for side in (self._listener, *(one for both in self._sides for one in both)):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._server)
            except OSError:
                near.close()
                continue
            self._sides.append((near, far))
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(len(self._sides), here, there), daemon=True).start()

    def _pass_on(self, number: int, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while said := here.recv(65_536):
                if self._word and self._word in said:
                    self._word, self._without_answers = b"", number
                    there.sendall(said)
                elif number <= self._silent or number == self._without_answers:
                    self.has_kept.set()
                else:
                    there.sendall(said)
