"""One connection from its first byte to its end: requests read, handed to the application, answered."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from wsgiref.types import WSGIApplication

from registries_mock.web.ends import Closed, Torn
from registries_mock.web.environs import describe_connection, write_environ
from registries_mock.web.reading import Request, RequestReader, RequestRefused
from registries_mock.web.replies import Reply
from registries_mock.web.turns import count_waits, give_way

_PIECE: Final = 2**16
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_GO_ON: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_LINGERS_SECONDS: Final = 1.0
"""How long what a refused caller still sends is thrown away, so that it gets to read why."""


@dataclass(frozen=True)
class Bounds:
    """What a connection may take."""

    body_bytes: int = 8_000_000
    idle_seconds: float = 120.0
    """For a whole request to come, and for a caller to take a reply in."""
    handshake_seconds: float = 10.0


USUAL: Final = Bounds()


class Connection:
    """Served by the thread that finds it ready; another may end it."""

    def __init__(
        self,
        line: socket.socket,
        app: WSGIApplication,
        bounds: Bounds,
        tls: ssl.SSLContext | None,
        place: tuple[str, int],
    ) -> None:
        self._line = line
        self.number = line.fileno()
        """The system's, for as long as it is open: while TLS begins, and where that fails, the socket has none."""
        self._app = app
        self._bounds = bounds
        self._tls = tls
        self._place = place
        self._reader = RequestReader(bounds.body_bytes)
        self._base: dict[str, Any] = {}
        self._is_busy = self._is_ending = False
        self.has_waited = False
        """Whether the last reply has."""
        self.silent_until = time.monotonic() + (bounds.idle_seconds if tls is None else bounds.handshake_seconds)

    def serve(self, *, may_wait: bool = False) -> bool:
        """Serve what has come, or will; whether more may come. Before any wait it gives way."""
        try:
            goes_on = self._serve(may_wait)
            if not goes_on:
                self._say_goodbye()
        except Torn:
            goes_on = False
            with suppress(OSError):
                self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        except (Closed, OSError, ValueError):
            # The caller is gone, or speaks no TLS: nobody is left to be told. ValueError: TLS that was ended beside us.
            goes_on = False
        self.silent_until = time.monotonic() + self._bounds.idle_seconds
        return goes_on

    def close(self) -> None:
        """Whoever is there sees the end, or the tear."""
        self._line.close()

    def end(self, *, even_if_busy: bool) -> None:
        """Make it end: at once, or when its request is answered."""
        self._is_ending = True
        if even_if_busy or not self._is_busy:
            with suppress(OSError):
                # Past TLS, whose own way would change what the other thread holds. A request that has just come is
                # still answered: an idle line is ended for reading alone.
                socket.socket.shutdown(self._line, socket.SHUT_RDWR if even_if_busy else socket.SHUT_RD)

    def _serve(self, may_wait: bool) -> bool:
        try:
            if not self._base:
                self._begin()
            return self._serve_secure() if self._tls else self._serve_plain(may_wait)
        except Closed:
            return False
        except RequestRefused as refusal:
            self._reply_to(Request(keeps_alive=False)).refuse(refusal.status)
            self._linger()
            return False

    def _begin(self) -> None:
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # First: on the line of a caller who is gone TLS does not begin, and leaves a socket that nobody closes.
        caller = self._line.getpeername()[0]
        if self._tls is not None:
            self._line.settimeout(self._bounds.handshake_seconds)
            self._line = self._tls.wrap_socket(self._line, server_side=True, do_handshake_on_connect=False)
            give_way()
            self._line.do_handshake()
        host, port = self._place
        self._base = describe_connection(host, port, caller, is_secure=self._tls is not None)

    def _serve_secure(self) -> bool:
        """All of it, by the thread that shook hands: what TLS has read already, no look at the socket shows."""
        while not self._is_ending:
            request = self._read()
            if request is None or not self._answer(request):
                break
        return False

    def _serve_plain(self, may_wait: bool) -> bool:
        """What is here, without a wait; where it is not whole, wait for the rest."""
        if not may_wait:
            try:
                data = self._line.recv(_PIECE, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return True
            if not data:
                return False
            self._reader.feed(data)
        request = self._reader.take() or self._wait_for_rest()
        while request is not None and self._answer(request) and not self._is_ending:
            request = self._reader.take()
            if request is None:
                if not self._reader.has_begun:
                    return True
                request = self._wait_for_rest()
        return False

    def _wait_for_rest(self) -> Request | None:
        give_way()
        request = self._read()
        self._line.settimeout(None)
        return request

    def _read(self) -> Request | None:
        """The next request; None where the caller ended in order, or lets us wait too long."""
        reader = self._reader
        request = reader.take()
        until = 0.0
        while request is None:
            now = time.monotonic()
            until = until or now + self._bounds.idle_seconds
            if now >= until:
                return None
            self._line.settimeout(until - now)
            if reader.expects:
                reader.expects = False
                self._line.sendall(_GO_ON)
            data = self._line.recv(_PIECE)
            if not data:
                return None
            reader.feed(data)
            request = reader.take()
        return request

    def _answer(self, request: Request) -> bool:
        """Whether another request may follow."""
        environ = write_environ(request, self._base)
        self._is_busy = True
        before = count_waits()
        try:
            reply = self._reply_to(request)
            reply.run(self._app, environ)
            self.has_waited = count_waits() > before
        finally:
            self._is_busy = False
        return reply.keeps_alive

    def _reply_to(self, request: Request) -> Reply:
        return Reply(
            self._send,
            time.time,
            is_head=request.method == "HEAD",
            keeps_alive=request.keeps_alive and not self._is_ending,
            chunks=request.version == "1.1",
        )

    def _send(self, data: bytes) -> None:
        sent = 0
        if self._tls is None:
            with suppress(BlockingIOError):
                sent = self._line.send(data, socket.MSG_DONTWAIT)
            if sent == len(data):
                return
        self._line.settimeout(self._bounds.idle_seconds)
        give_way()
        self._line.sendall(memoryview(data)[sent:])
        if self._tls is None:
            self._line.settimeout(None)

    def _linger(self) -> None:
        give_way()
        self._line.settimeout(_LINGERS_SECONDS)
        if self._tls is None:
            self._line.shutdown(socket.SHUT_WR)
        until = time.monotonic() + _LINGERS_SECONDS
        with suppress(OSError):
            while time.monotonic() < until and self._line.recv(_PIECE):
                pass

    def _say_goodbye(self) -> None:
        """TLS has an end of its own."""
        if isinstance(self._line, ssl.SSLSocket):
            self._line.settimeout(_LINGERS_SECONDS)
            with suppress(OSError):
                self._line.unwrap()
