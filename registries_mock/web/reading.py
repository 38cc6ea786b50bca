"""Requests out of the bytes of a connection, by httptools: within bounds, and one after the other."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import httptools

HEAD_BYTES: Final = 65_536
_FED_FACTOR: Final = 8
"""So many bytes of chunks bring one byte of a body, at most."""
_LARGE_HEAD: Final = "431 Request Header Fields Too Large"


@dataclass(slots=True)
class Request:
    """One request, as it came."""

    method: str = ""
    target: bytes = b""
    version: str = "1.1"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    keeps_alive: bool = True


class RequestRefused(Exception):
    """What came is no request that is read."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class RequestReader:
    """Of one connection. Its methods that begin with `on_` are called by the parser."""

    def __init__(self, body_bytes: int) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._body_bytes = body_bytes
        self._whole: deque[Request] = deque()
        self._request = Request()
        self._pieces: list[bytes] = []
        self._head_bytes = self._read_bytes = self._fed = 0
        self._refusal = ""
        self._begun = self._in_body = False
        self.expects = False
        """Whether the sender waits to be told to go on before it sends the body."""

    def feed(self, data: bytes) -> None:
        """Take what came."""
        if not self._begun and not data.strip(b"\r\n"):
            return
        self._begun = True
        self._fed += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nobody changes to another protocol here: the request is answered as it is, and nothing follows it.
            self._request.keeps_alive = False
            if self._whole:
                self._whole[-1].keeps_alive = False
        except httptools.HttpParserError:
            self._refuse("400 Bad Request")
        # The parser itself keeps the beginning of a header until its end comes.
        if self._fed > (_FED_FACTOR * self._body_bytes if self._in_body else 0) + HEAD_BYTES + len(data):
            self._refuse(_LARGE_HEAD)

    def take(self) -> Request | None:
        """The next whole request; None where it is not here yet. Raises RequestRefused where none will come."""
        if self._whole:
            return self._whole.popleft()
        if self._refusal:
            raise RequestRefused(self._refusal)
        return None

    def on_message_begin(self) -> None:
        self._request, self._pieces = Request(), []
        self._head_bytes = self._read_bytes = self._fed = 0
        self._begun, self._in_body = True, False

    def on_url(self, piece: bytes) -> None:
        self._request.target += piece
        self._count_head(len(piece))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._request.headers.append((name, value))
        self._count_head(len(name) + len(value))

    def on_headers_complete(self) -> None:
        self._in_body = True
        request = self._request
        request.method = self._parser.get_method().decode("latin-1")
        request.version = self._parser.get_http_version()
        for name, value in request.headers:
            if len(name) == len(b"Expect") and name.lower() == b"expect":
                self.expects = value.lower() == b"100-continue" and request.version == "1.1"
            elif len(name) == len(b"Content-Length") and name.lower() == b"content-length":
                self._bound_body(int(value) if value.isdigit() else 0)

    def on_body(self, piece: bytes) -> None:
        self._read_bytes += len(piece)
        self._bound_body(self._read_bytes)
        if not self._refusal:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        request = self._request
        request.body = b"".join(self._pieces)
        request.keeps_alive = self._parser.should_keep_alive()
        if not self._refusal:
            self._whole.append(request)
        self._begun = self.expects = False
        self._pieces = []

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > HEAD_BYTES:
            self._refuse(_LARGE_HEAD)

    def _bound_body(self, size: int) -> None:
        if size > self._body_bytes:
            self._refuse("413 Request Entity Too Large")

    def _refuse(self, status: str) -> None:
        """For what was found first."""
        self._refusal = self._refusal or status
