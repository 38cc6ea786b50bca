"""The room's one way out: an exchange with a configured service, bounded in time as a whole and in size.

It rests on the standard library's client. Its socket is ours, so that at the deadline the line can be cut; a library
that keeps the socket to itself bounds each read alone, and a server that drips its headers holds the caller for ever.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from signing.errors import RevocationUnavailable
from signing.fetching import AnsweredWithStatus, FetchRequest

_PIECE: Final = 65536
_OK: Final = 200
_LATE: Final = "the service gave no whole answer in time"
# In this order: some are kinds of others. Only what is said here is told: a foreign text may repeat what a server sent.
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (socket.gaierror, "its name has no address"),
    (ssl.SSLError, "no safe line (TLS) to it comes about"),
    (ConnectionRefusedError, "nobody listens there"),
    (OSError, "the line to it broke off, or there is no way to it"),
    (Exception, "it does not speak HTTP, or its address cannot be used"),
)


def fetch(request: FetchRequest) -> bytes:
    """The body of the answer; RevocationUnavailable for anything but a whole one with status 200 in time.

    Names in the environment (proxies) are not read, and redirects are not followed. The exchange runs beside, in a
    thread that ends soon after the line is cut: the look-up of a name, too, knows no deadline of its own.
    """
    address = _read_address(request.url)
    exchange = _Exchange(request, address)
    threading.Thread(target=exchange.run, name="fetch", daemon=True).start()
    return exchange.wait()


def _read_address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        if address.scheme in ("http", "https") and address.hostname and address.username is None:
            _ = address.port  # raises for a port that is none
            return address
    except ValueError:
        pass
    raise RevocationUnavailable("the service's address is no http or https address")


class _Exchange:
    """One exchange in its own thread, and the line that the waiting caller may cut."""

    def __init__(self, request: FetchRequest, address: SplitResult) -> None:
        self._request = request
        self._address = address
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._is_cut = False
        self._body: bytes | None = None
        self._failure = RevocationUnavailable("the exchange broke off")

    def wait(self) -> bytes:
        if not self._ended.wait(self._request.deadline_seconds):
            self._cut()
            raise RevocationUnavailable(_LATE)
        if self._body is None:
            raise self._failure
        return self._body

    def run(self) -> None:
        try:
            self._body = self._call()
        except RevocationUnavailable as failure:
            # Without the trace of this thread, which would hold on to its line and its buffers.
            self._failure = failure.with_traceback(None)
        except TimeoutError:
            # A single read may take as long as the whole: on a busy machine its end is seen before the deadline is.
            self._failure = RevocationUnavailable(_LATE)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            why = next(sentence for kind, sentence in _FAULTS if isinstance(failure, kind))
            self._failure = RevocationUnavailable(f"the service could not be asked: {why}")
        finally:
            self._forget_line()
            self._ended.set()

    def _call(self) -> bytes:
        request, address = self._request, self._address
        connection = _connect(address, request.deadline_seconds, self._keep_line)
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        headers = {"Connection": "close"}
        if request.body is not None:
            headers["Content-Type"] = request.content_type
        try:
            connection.request("GET" if request.body is None else "POST", target, request.body, headers)
            with connection.getresponse() as response:
                if response.status != _OK:
                    raise AnsweredWithStatus(f"the service answered with status {response.status}")
                return _read_body(response, request.max_bytes)
        finally:
            connection.close()

    def _keep_line(self, line: socket.socket) -> None:
        # A second handle of the same line: TLS takes the first one for itself.
        with self._lock:
            if self._is_cut:
                raise RevocationUnavailable("the exchange was given up")
            self._line = line.dup()

    def _cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._line is not None:
                try:
                    self._line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # the other side was quicker

    def _forget_line(self) -> None:
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None


_KeepLine = Callable[[socket.socket], None]


class _Plain(http.client.HTTPConnection):
    keep_line: _KeepLine

    def connect(self) -> None:
        super().connect()
        self.keep_line(self.sock)


class _Secure(http.client.HTTPSConnection, _Plain):
    """The library's class calls the plain `connect` before it begins with TLS."""


def _connect(address: SplitResult, seconds: float, keep_line: _KeepLine) -> http.client.HTTPConnection:
    host = address.hostname or ""
    connection: _Plain | _Secure
    if address.scheme == "https":
        connection = _Secure(host, address.port, timeout=seconds, context=ssl.create_default_context())
    else:
        connection = _Plain(host, address.port, timeout=seconds)
    connection.keep_line = keep_line
    return connection


def _read_body(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    body = bytearray()
    while piece := response.read1(_PIECE):
        body += piece
        if len(body) > max_bytes:
            raise RevocationUnavailable("the service's answer is too large")
    if response.length:
        raise RevocationUnavailable("the service's answer is cut off")
    return bytes(body)
