"""What an application answers, as bytes of HTTP/1.1: with its length where it is known, else in chunks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from functools import lru_cache
from types import TracebackType
from typing import Any, Final
from wsgiref.types import WSGIApplication

from registries_mock.web.ends import Closed, Torn

_log = logging.getLogger(__name__)
_BODILESS: Final = ("1", "204", "304")
_OVER: Final = b"0\r\n\r\n"
_BROKEN: Final = b"The application has failed.\n"

Send = Callable[[bytes], None]
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class ReplyUnfit(Exception):
    """What the application answers is no reply of HTTP."""


class Reply:
    """One reply while it is being sent."""

    def __init__(self, send: Send, now: Callable[[], float], *, is_head: bool, keeps_alive: bool, chunks: bool) -> None:
        """`keeps_alive`: whether the caller goes on afterwards; `chunks`: whether it understands them."""
        self._send = send
        self._now = now
        self._is_head = is_head
        self._takes_chunks = chunks
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        self._is_begun = self._is_chunked = False
        self._left: int | None = None
        """So many bytes of the length that was told are still to come."""
        self.keeps_alive = keeps_alive

    def run(self, app: WSGIApplication, environ: dict[str, Any]) -> None:
        """Send what the application answers; raises Closed and Torn."""
        try:
            result = app(environ, self._start)
            try:
                if type(result) is list and len(result) == 1 and not self._is_begun:
                    self._send_whole(result[0])
                else:
                    self._send_pieces(result)
            finally:
                if hasattr(result, "close"):
                    result.close()
        except (Closed, Torn):
            raise
        except Exception as failure:
            # The kind alone: a message's text must not get into a log.
            _log.error("a request failed: %s", type(failure).__name__)
            if self._is_begun:
                raise Closed from failure
            self.refuse("500 Internal Server Error", _BROKEN)

    def refuse(self, status: str, text: bytes = b"") -> None:
        """A reply of the server's own, after which it closes."""
        self.keeps_alive = False
        self._start(status, [("Content-Type", "text/plain; charset=utf-8")])
        self._send_whole(text or f"{status}\n".encode())

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: _ExcInfo | None = None, /
    ) -> Callable[[bytes], object]:
        if exc_info and exc_info[1] is not None and self._is_begun:
            raise exc_info[1]
        self._status, self._headers = status, headers
        return self._write

    def _write(self, piece: bytes) -> None:
        self._begin(None)
        self._send_piece(piece)

    def _send_whole(self, body: bytes) -> None:
        self._begin(len(body), body)

    def _send_pieces(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            if piece:
                self._begin(None)
                self._send_piece(piece)
        self._begin(0)
        if self._left and self._has_body():
            raise ReplyUnfit("less than was told")
        if self._is_chunked:
            self._pass_on(_OVER)

    def _pass_on(self, data: bytes) -> None:
        try:
            self._send(data)
        except (OSError, ValueError) as failure:
            # The caller is gone, or takes nothing in. ValueError: TLS that was ended beside us.
            raise Closed from failure

    def _send_piece(self, piece: bytes) -> None:
        if not self._has_body():
            return
        if self._left is not None:
            if len(piece) > self._left:
                raise ReplyUnfit("more than was told")
            self._left -= len(piece)
        self._pass_on(b"%x\r\n%b\r\n" % (len(piece), piece) if self._is_chunked else piece)

    def _begin(self, length: int | None, body: bytes = b"") -> None:
        """The head, once; with it a body that is whole. `length` None: that of the headers, else nobody knows."""
        if self._is_begun:
            return
        self._left, self._is_chunked = None, False
        lines = [f"HTTP/1.1 {self._status}\r\n", *self._lines(length), "\r\n"]
        head = "".join(lines).encode("latin-1")
        if not self._status:
            raise ReplyUnfit("no status")
        if not head.count(b"\r") == head.count(b"\n") == len(lines):
            raise ReplyUnfit("a header of more than one line")
        has_body = self._has_body()
        if length is not None and self._left not in (None, length) and has_body:
            raise ReplyUnfit("not as long as was told")
        self._is_begun = True
        self._pass_on(head + body if body and has_body else head)

    def _lines(self, length: int | None) -> Iterator[str]:
        is_told = False
        for name, value in self._headers:
            yield f"{name}: {value}\r\n"
            if not is_told and name.lower() == "content-length":
                is_told, self._left = True, int(value)
        if not is_told and self._may_have_body():
            if length is not None:
                yield f"Content-Length: {length}\r\n"
            elif self._takes_chunks:
                self._is_chunked = not self._is_head
                yield "Transfer-Encoding: chunked\r\n"
            else:
                self.keeps_alive = False
        yield f"Date: {_date_of(int(self._now()))}\r\n"
        yield "Server: registries-mock\r\n"
        if not self.keeps_alive:
            yield "Connection: close\r\n"
        elif not self._takes_chunks:
            yield "Connection: keep-alive\r\n"

    def _may_have_body(self) -> bool:
        return not self._status.startswith(_BODILESS)

    def _has_body(self) -> bool:
        return not self._is_head and self._may_have_body()


@lru_cache(2)
def _date_of(second: int) -> str:
    return formatdate(second, usegmt=True)
