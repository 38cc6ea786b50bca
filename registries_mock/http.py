"""The mock's one way out: messages that the bus pushes, the example portal's calls, commands to a running suite, and
exchanges with foreign servers, which are bounded in time as a whole whatever those do."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from requests import Response, Session

PUSH_SECONDS: Final = 10.0
GATEWAY_SECONDS: Final = 30.0
_REPLY_BYTES: Final = 1_000_000
_LISTING_BYTES: Final = 50_000_000
_KEPT: Final = 8
"""Connections kept open to a participant: as many as there are deliveries at once."""
_HEADERS: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}


class PushFailed(Exception):
    """The participant could not be reached, or did not answer in time with HTTP 200."""


Push = Callable[[str, bytes], bytes]
"""Port: brings a message to an address and returns the reply's body; raises PushFailed."""


def push(url: str, body: bytes) -> bytes:
    """Post the message, bounded in time and size; redirects are not followed, the environment names no proxy."""
    import requests  # here, because it takes longer to load than the suite to start

    until = time.monotonic() + PUSH_SECONDS
    try:
        with _session().post(
            url, data=body, headers=_HEADERS, timeout=PUSH_SECONDS, stream=True, allow_redirects=False
        ) as reply:
            if reply.status_code != requests.codes.ok:
                raise PushFailed(f"HTTP {reply.status_code}")
            return _read_whole(reply, until)
    except requests.RequestException as failure:
        raise PushFailed(type(failure).__name__) from failure


@dataclass(frozen=True)
class GatewayAnswer:
    """What the gateway answered a portal."""

    status: int
    body: bytes = field(repr=False)


def call_gateway(url: str, key: str, body: bytes, language: str) -> GatewayAnswer:
    """Post JSON under a portal's key, bounded in time and size; raises PushFailed where no answer came."""
    import requests

    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}", "Accept-Language": language}
    try:
        with _session().post(
            url, data=body, headers=headers, timeout=GATEWAY_SECONDS, stream=True, allow_redirects=False
        ) as reply:
            return GatewayAnswer(reply.status_code, _read_whole(reply, time.monotonic() + GATEWAY_SECONDS))
    except (requests.RequestException, ValueError) as failure:
        raise PushFailed(type(failure).__name__) from None


@dataclass(frozen=True)
class SuiteAnswer:
    """What a running suite answered on its control addresses."""

    status: int
    body: bytes = field(repr=False)


def call_suite(method: str, url: str, body: bytes | None, seconds: float) -> SuiteAnswer:
    """Ask a running suite, bounded in time and size; raises PushFailed where no answer came."""
    import requests

    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        with _session().request(
            method, url, data=body, headers=headers, timeout=seconds, stream=True, allow_redirects=False
        ) as reply:
            return SuiteAnswer(reply.status_code, _read_whole(reply, time.monotonic() + seconds, _LISTING_BYTES))
    except (requests.RequestException, ValueError) as failure:
        raise PushFailed(type(failure).__name__) from None


def _read_whole(reply: Response, until: float, most: int = _REPLY_BYTES) -> bytes:
    content = bytearray()
    for piece in reply.iter_content(65536):
        content += piece
        if len(content) > most or time.monotonic() > until:
            raise PushFailed("the answer is too long or too slow")
    return bytes(content)


@cache
def _session() -> Session:
    """The one session of all threads: it keeps connections, and nothing else of any exchange."""
    from http.cookiejar import DefaultCookiePolicy

    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=_KEPT))
    return session


@dataclass(frozen=True)
class Outgoing:
    """One exchange with a foreign server: a GET without a body, else a POST."""

    url: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    seconds: float = 20.0
    """For all of it."""
    most_bytes: int = 10_000_000
    authorities: str = ""
    """File of the authorities that https believes; those of this machine where it is empty."""


@dataclass(frozen=True)
class Incoming:
    """What the foreign server answered, whatever its status."""

    status: int
    content_type: str
    body: bytes = field(repr=False)
    took_ms: int = 0


class NotAnswered(Exception):
    """No whole answer; the text is ours, and never repeats what a server sent."""

    def __init__(self, sentence: str, *, late: bool = False) -> None:
        super().__init__(sentence)
        self.late = late
        """Whether the time ran out."""


Ask = Callable[[Outgoing], Incoming]
"""Port: one exchange; raises NotAnswered. Redirects are not followed, the environment names no proxy."""
# In this order: some are kinds of others.
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (socket.gaierror, "its name has no address"),
    (ssl.SSLError, "no safe line (TLS) to it comes about"),
    (ConnectionRefusedError, "nobody listens there"),
    (ConnectionResetError, "the connection was torn down"),
    (http.client.RemoteDisconnected, "the connection was closed without an answer"),
    (http.client.IncompleteRead, "the connection was closed in the middle of the answer"),
    (OSError, "there is no way to it"),
    (Exception, "it does not speak HTTP, or its address cannot be used"),
)


def ask_foreign(outgoing: Outgoing) -> Incoming:
    """The real exchange. At the deadline the line is cut, so that a server which drips its answer holds nobody."""
    begun = time.monotonic()
    connection = _open(outgoing)
    cut = threading.Event()

    def cut_line() -> None:
        cut.set()
        connection.cut()

    watch = threading.Timer(outgoing.seconds, cut_line)
    watch.daemon = True
    watch.start()
    try:
        incoming = _carry(connection, outgoing, begun)
        if cut.is_set():
            # To a reader of headers, or of a body without a length, a cut is an end like any other.
            raise TimeoutError
        return incoming
    except (OSError, http.client.HTTPException, ValueError) as failure:
        if cut.is_set() or isinstance(failure, TimeoutError):
            raise NotAnswered(f"no whole answer within {outgoing.seconds:g} s", late=True) from None
        raise NotAnswered(next(told for kind, told in _FAULTS if isinstance(failure, kind))) from None
    finally:
        watch.cancel()
        connection.forget_line()
        connection.close()


class _Plain(http.client.HTTPConnection):
    """A connection whose line can be cut from beside: the library lets go of its own hold of it early."""

    def __init__(self, *place: Any, **options: Any) -> None:
        super().__init__(*place, **options)
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._is_cut = False

    def connect(self) -> None:
        super().connect()
        with self._lock:
            if self._is_cut:
                raise TimeoutError
            self._line = self.sock.dup()

    def cut(self) -> None:
        with self._lock:
            self._is_cut = True
            if self._line is not None:
                with suppress(OSError):  # the other side was quicker
                    self._line.shutdown(socket.SHUT_RDWR)

    def forget_line(self) -> None:
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None


class _Secure(http.client.HTTPSConnection, _Plain):
    """The library's class calls the plain `connect` before it begins with TLS."""


def _open(outgoing: Outgoing) -> _Plain:
    address = _read_address(outgoing.url)
    host, port = address.hostname or "", address.port
    connection: _Plain
    if address.scheme == "http":
        connection = _Plain(host, port, timeout=outgoing.seconds)
    else:
        try:
            context = ssl.create_default_context(cafile=outgoing.authorities or None)
        except OSError as failure:
            raise NotAnswered("the file of authorities for https cannot be read") from failure
        connection = _Secure(host, port, timeout=outgoing.seconds, context=context)
    return connection


def _read_address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        if address.scheme in ("http", "https") and address.hostname and address.username is None:
            _ = address.port  # raises for a port that is none
            return address
    except ValueError:
        pass
    raise NotAnswered("its address is no http or https address")


def _carry(connection: _Plain, outgoing: Outgoing, begun: float) -> Incoming:
    address = urlsplit(outgoing.url)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    headers = {"Connection": "close", **outgoing.headers}
    connection.request("GET" if outgoing.body is None else "POST", path, outgoing.body, headers)
    with connection.getresponse() as response:
        body = bytearray()
        while piece := response.read1(65536):
            body += piece
            if len(body) > outgoing.most_bytes:
                raise NotAnswered(f"the answer is larger than {outgoing.most_bytes} bytes")
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        took = int((time.monotonic() - begun) * 1000)
        return Incoming(response.status, response.headers.get("Content-Type", ""), bytes(body), took)
