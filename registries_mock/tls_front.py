"""TLS before the web server, which has none: a thread a connection, bytes handed on both ways, ends as they were told.

A handshake has a deadline and holds up nobody else. Where the web server tears a connection down (RST), the client's
is torn down too; where it ends in order, the client is told so by TLS.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
import threading
import time
from contextlib import suppress
from typing import Final

_HANDSHAKE_SECONDS: Final = 10.0
_IDLE_SECONDS: Final = 300.0
"""Longer than the web server lets a connection idle, so that it is the one who ends it."""
_CONNECT_SECONDS: Final = 10.0
_CLOSING_SECONDS: Final = 1.0
_PIECE: Final = 2**16
_MOST_WAITING: Final = 2**20
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_SOON: Final = 0.2
_WANTS: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


class TlsFront:
    """Listens at once, and serves once `run` is called; what comes goes to the web server at `inner`."""

    def __init__(
        self,
        host: str,
        port: int,
        context: ssl.SSLContext,
        inner: tuple[str, int],
        *,
        most: int,
        handshake_seconds: float = _HANDSHAKE_SECONDS,
    ) -> None:
        """`most` connections at one time; what comes beyond is closed. Raises OSError where it cannot listen there."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listening = socket.create_server((host, port), family=family, backlog=1024)
        self._listening.settimeout(_SOON)
        self._context = context
        self._inner = inner
        self._places = threading.BoundedSemaphore(most)
        self._stopping = threading.Event()
        self._handshake_seconds = handshake_seconds

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    def run(self) -> None:
        """Serve until `close` is called from another thread."""
        with self._listening:
            while not self._stopping.is_set():
                try:
                    connection, _ = self._listening.accept()
                except TimeoutError:
                    continue
                except OSError:
                    # No more sockets, say: those that are served go on, and some will end.
                    self._stopping.wait(_SOON)
                    continue
                self._take(connection)

    def close(self) -> None:
        """Take no more connections; those that are open end with the process."""
        self._stopping.set()

    def _take(self, connection: socket.socket) -> None:
        if not self._places.acquire(blocking=False):
            connection.close()
            return
        threading.Thread(target=self._serve, args=(connection,), name="tls", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client = self._shake_hands(connection)
                if client is not None:
                    with client:
                        self._hand_on(client)
        except OSError:
            # The client is gone, or speaks no TLS: nobody is left to be told.
            pass
        finally:
            self._places.release()

    def _shake_hands(self, connection: socket.socket) -> ssl.SSLSocket | None:
        """The connection once it is secure; None where that took too long."""
        connection.setblocking(False)
        client = self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        until = time.monotonic() + self._handshake_seconds
        while True:
            try:
                client.do_handshake()
                return client
            except _WANTS as wants:
                left = until - time.monotonic()
                if left <= 0 or not _wait(client, isinstance(wants, ssl.SSLWantReadError), left):
                    client.close()
                    return None
            except OSError:
                client.close()
                raise

    def _hand_on(self, client: ssl.SSLSocket) -> None:
        with socket.create_connection(self._inner, _CONNECT_SECONDS) as server:
            server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.setblocking(False)
            try:
                torn = _Exchange(client, server).run()
            except OSError:
                # The client tore its end down, or spoiled it: the web server must not wait for more of it.
                server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
                return
        if torn:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            return
        with suppress(OSError):
            client.setblocking(True)
            client.settimeout(_CLOSING_SECONDS)
            client.unwrap()


class _Exchange:
    """What waits to be handed on between a client and the web server, each way."""

    def __init__(self, client: ssl.SSLSocket, server: socket.socket) -> None:
        self._client = client
        self._server = server
        self._up, self._down = bytearray(), bytearray()
        self._client_ended = self._server_ended = self._told_server = False

    def run(self) -> bool:
        """Until both are done or nothing has moved for long; True where the web server tore its end down.

        Raises OSError where the client did.
        """
        while self._down or not self._server_ended:
            if not self._wait():
                return False
            if not self._client_ended and len(self._up) < _MOST_WAITING:
                self._read_client()
            try:
                self._move_server()
            except OSError:
                return True
            self._write_client()
        return False

    def _wait(self) -> bool:
        """Whether anything may move now; what TLS has read already is not seen by the operating system."""
        poll = select.poll()
        client = select.POLLOUT if self._down else 0
        if not self._client_ended and len(self._up) < _MOST_WAITING:
            client |= select.POLLIN
            if self._client.pending():
                return True
        server = select.POLLOUT if self._up else 0
        if not self._server_ended and len(self._down) < _MOST_WAITING:
            server |= select.POLLIN
        for one, events in ((self._client, client), (self._server, server)):
            if events:
                poll.register(one, events)
        return bool(poll.poll(_IDLE_SECONDS * 1000))

    def _read_client(self) -> None:
        try:
            piece = self._client.recv(_PIECE)
        except _WANTS:
            return
        self._up += piece
        self._client_ended = not piece

    def _write_client(self) -> None:
        if self._down:
            with suppress(*_WANTS):
                del self._down[: self._client.send(self._down)]

    def _move_server(self) -> None:
        """Raises OSError where the web server tore the connection down."""
        if self._up:
            try:
                del self._up[: self._server.send(self._up)]
            except BlockingIOError:
                pass
            except OSError:
                # It takes no more, as of a body that is too large; what it has to say about that is still read.
                self._up.clear()
        if self._client_ended and not self._up and not self._told_server:
            self._told_server = True
            with suppress(OSError):
                self._server.shutdown(socket.SHUT_WR)
        if not self._server_ended and len(self._down) < _MOST_WAITING:
            with suppress(BlockingIOError):
                piece = self._server.recv(_PIECE)
                self._down += piece
                self._server_ended = not piece


def _wait(one: socket.socket, to_read: bool, seconds: float) -> bool:
    poll = select.poll()
    poll.register(one, select.POLLIN if to_read else select.POLLOUT)
    return bool(poll.poll(seconds * 1000))
