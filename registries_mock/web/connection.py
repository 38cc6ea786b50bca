"""One connection from its first byte to its end: requests read, handed to the application, answered."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from wsgiref.types import WSGIApplication

from registries_mock.web.ends import Closed, Torn
from registries_mock.web.environs import describe_connection, write_environ
from registries_mock.web.reading import Request, RequestReader, RequestRefused
from registries_mock.web.replies import Reply

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
    """Served by a thread of its own; another may end it."""

    def __init__(
        self,
        line: socket.socket,
        app: WSGIApplication,
        bounds: Bounds,
        tls: ssl.SSLContext | None,
        place: tuple[str, int],
    ) -> None:
        self._line = line
        self._app = app
        self._bounds = bounds
        self._tls = tls
        self._place = place
        self._is_busy = self._is_ending = False

    def serve(self) -> None:
        """Until either side ends it."""
        try:
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._secure()
            with suppress(Closed):
                self._talk()
            self._say_goodbye()
        except Torn:
            with suppress(OSError):
                self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        except (OSError, ValueError):
            # The caller is gone, or speaks no TLS: nobody is left to be told. ValueError: TLS that was ended beside us.
            pass
        finally:
            self._line.close()

    def end(self, *, even_if_busy: bool) -> None:
        """Make its thread come to an end: at once, or when it has answered."""
        self._is_ending = True
        if even_if_busy or not self._is_busy:
            with suppress(OSError):
                # Past TLS, whose own way would change what the other thread holds. A request that has just come is
                # still answered: an idle line is ended for reading alone.
                socket.socket.shutdown(self._line, socket.SHUT_RDWR if even_if_busy else socket.SHUT_RD)

    def _secure(self) -> None:
        self._line.settimeout(self._bounds.handshake_seconds)
        if self._tls is not None:
            self._line = self._tls.wrap_socket(self._line, server_side=True, do_handshake_on_connect=False)
            self._line.do_handshake()

    def _talk(self) -> None:
        host, port = self._place
        caller = self._line.getpeername()[0]
        base = describe_connection(host, port, caller, is_secure=self._tls is not None)
        reader = RequestReader(self._bounds.body_bytes)
        while not self._is_ending:
            try:
                if not self._serve_next(reader, base):
                    return
            except RequestRefused as refusal:
                self._reply_to(Request(keeps_alive=False)).refuse(refusal.status)
                self._linger()
                return

    def _serve_next(self, reader: RequestReader, base: Mapping[str, Any]) -> bool:
        """Whether another may follow; of the request nothing is kept while that is waited for."""
        request = self._read(reader)
        return request is not None and self._answer(request, base)

    def _read(self, reader: RequestReader) -> Request | None:
        """The next request; None where the caller ended in order, or lets us wait too long."""
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

    def _answer(self, request: Request, base: Mapping[str, Any]) -> bool:
        """Whether another request may follow."""
        environ = write_environ(request, base)
        self._is_busy = True
        try:
            self._line.settimeout(self._bounds.idle_seconds)
            reply = self._reply_to(request)
            reply.run(self._app, environ)
        finally:
            self._is_busy = False
        return reply.keeps_alive

    def _reply_to(self, request: Request) -> Reply:
        return Reply(
            self._line.sendall,
            time.time,
            is_head=request.method == "HEAD",
            keeps_alive=request.keeps_alive and not self._is_ending,
            chunks=request.version == "1.1",
        )

    def _linger(self) -> None:
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
