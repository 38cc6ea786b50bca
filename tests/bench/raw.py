"""The floor: messages made beforehand, posted over sockets that are open already, with nothing around them."""

from __future__ import annotations

import re
import selectors
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_ANSWERED = b"HTTP/1.1 200 "
_LINE = b"\r\n"
_PIECE = 262_144
_SECONDS = 60.0


def whole_message(received: bytes) -> bytes | None:
    """The body of an HTTP message that has come whole, None where there is more to come."""
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return None
    length = _LENGTH.search(head)
    return body if len(body) >= (int(length[1]) if length else 0) else None


def whole_reply(received: bytes) -> bytes | None:
    """The same of a reply; a status other than 200 is RuntimeError, for it is no floor that is refused."""
    body = whole_message(received)
    if body is not None and not received.startswith(_ANSWERED):
        raise RuntimeError(f"not answered: {received.partition(_LINE)[0].decode('latin-1')}")
    return body


def http_post(url: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The whole request, ready to be sent as it is."""
    parts = urlsplit(url)
    lines = [f"POST {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 80), _SECONDS)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


@contextmanager
def connections(url: str, count: int) -> Iterator[list[socket.socket]]:
    """So many open connections to one address."""
    with ExitStack() as stack:
        yield [stack.enter_context(connect(url)) for _ in range(count)]


def ask(connection: socket.socket, message: bytes) -> bytes:
    """The body of the reply to one message."""
    connection.sendall(message)
    received = connection.recv(_PIECE)
    while (body := whole_reply(received)) is None:
        received += _more(connection)
    return body


def _nothing(_: bytes) -> None:
    pass


def ask_at_once(
    opened: Sequence[socket.socket],
    messages: Sequence[bytes],
    *,
    before: Callable[[bytes], object] = _nothing,
    behind: Callable[[bytes], object] = _nothing,
) -> list[bytes]:
    """The bodies of the replies, in the order of the messages; each over a connection of its own, one thread.

    `before` is done with each message before it goes, `behind` with each body as it comes.
    """
    replies: dict[socket.socket, bytes] = {}
    with selectors.DefaultSelector() as selector:
        received: dict[socket.socket, bytes] = {}
        for connection, message in zip(opened, messages, strict=False):
            before(message)
            connection.sendall(message)
            received[connection] = b""
            selector.register(connection, selectors.EVENT_READ)
        while received:
            for key, _ in selector.select(_SECONDS):
                if isinstance(key.fileobj, socket.socket):
                    so_far = received[key.fileobj] + _more(key.fileobj)
                    body = whole_reply(so_far)
                    received[key.fileobj] = so_far
                    if body is not None:
                        behind(body)
                        replies[key.fileobj] = body
                        del received[key.fileobj]
                        selector.unregister(key.fileobj)
    return [replies[connection] for connection, _ in zip(opened, messages, strict=False)]


def _more(connection: socket.socket) -> bytes:
    piece = connection.recv(_PIECE)
    if not piece:
        raise ConnectionError("the connection ended within a reply")
    return piece
