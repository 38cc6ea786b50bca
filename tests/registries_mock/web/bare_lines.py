"""A bare socket to an application of a few lines."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from registries_mock.web.beside import serving
from registries_mock.web.connection import Bounds

WAIT = 20.0
SMALL = Bounds(body_bytes=1000, idle_seconds=WAIT)
Start = Callable[..., Any]


def echo(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Tells what it was asked."""
    body = environ["wsgi.input"].read()
    told = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} {len(body)} ".encode() + body
    start("200 OK", [("Content-Type", "text/plain")])
    return [told]


@contextmanager
def connected(app: Any = echo, bounds: Bounds = SMALL) -> Iterator[socket.socket]:
    with serving(app, bounds) as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), WAIT) as line:
            yield line


def read_to_end(line: socket.socket) -> bytes:
    came = bytearray()
    while piece := line.recv(65536):
        came += piece
    return bytes(came)


def ask(line: socket.socket, *pieces: bytes) -> bytes:
    """All that comes until the server ends the connection."""
    for piece in pieces:
        line.sendall(piece)
    return read_to_end(line)


def post(body: bytes, *headers: str, path: str = "/a") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


LAST = "Connection: close"
