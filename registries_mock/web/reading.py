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
        self._request = self._nothing = Request()
        self._body = bytearray()
        self._head_bytes = self._read_bytes = self._fed = 0
        self._refusal = ""
        self._begun = self._in_body = self._asks_to_change = False
        self.expects = False
        """Whether the sender waits to be told to go on before it sends the body."""

    @property
    def has_begun(self) -> bool:
        """Whether a request is here in part."""
        return self._begun

    def feed(self, data: bytes) -> None:
        """Take what came."""
        if not self._begun and not data.strip(b"\r\n"):
            return
        self._begun = True
        self._fed += len(data)
        rest = data
        while rest:
            rest = self._parse(rest)
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
        self._request, self._body = Request(), bytearray()
        self._head_bytes = self._read_bytes = self._fed = 0
        self._begun, self._in_body = True, False

    def on_url(self, piece: bytes) -> None:
        self._request.target += piece
        self._count_head(len(piece))

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:
            # Else it is a trailer: what comes after the body must not pass for what was said before it.
            self._request.headers.append((name, value))
        self._count_head(len(name) + len(value) + len(": \r\n"))

    def on_headers_complete(self) -> None:
        self._in_body = True
        request = self._request
        request.method = self._parser.get_method().decode("latin-1")
        request.version = self._parser.get_http_version()
        self._asks_to_change = self._parser.should_upgrade()
        if request.method == "CONNECT":
            self._refuse("501 Not Implemented")
        for name, value in request.headers:
            if len(name) == len(b"Expect") and name.lower() == b"expect":
                self.expects = value.lower() == b"100-continue" and request.version == "1.1"
            elif len(name) == len(b"Content-Length") and name.lower() == b"content-length":
                self._bound_body(int(value) if value.isdigit() else 0)

    def on_body(self, piece: bytes) -> None:
        self._read_bytes += len(piece)
        self._bound_body(self._read_bytes)
        if not self._refusal:
            self._body += piece

    def on_message_complete(self) -> None:
        request = self._request
        if self._asks_to_change:
            return
        request.body = bytes(self._body)
        request.keeps_alive = self._parser.should_keep_alive()
        if not self._refusal:
            self._whole.append(request)
        self._begun = self.expects = False
        # Nothing of it is kept while the next is waited for.
        self._request, self._body = self._nothing, bytearray()

    def _parse(self, data: bytes) -> bytes:
        """What is to be parsed after that."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as change:
            return b"" if self._refusal else self._without_change() + data[change.args[0] :]
        except httptools.HttpParserError:
            self._refuse("400 Bad Request")
        return b""

    def _without_change(self) -> bytes:
        """Nobody changes to another protocol here: the head as if nothing asked for it, to be read by a new parser.

        The old one takes all that follows such a head for the other protocol, the request's own body too.
        """
        request, self._parser = self._request, httptools.HttpRequestParser(self)
        kept = [one for one in request.headers if one[0].lower() != b"upgrade"]
        first = b"%b %b HTTP/%b\r\n" % (request.method.encode("latin-1"), request.target, request.version.encode())
        return b"".join((first, *(b"%b: %b\r\n" % one for one in kept), b"\r\n"))

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
