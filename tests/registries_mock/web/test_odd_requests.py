"""Requests that few callers send: asking for another protocol, in tiny pieces, with much that is of no use."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from registries_mock.web.connection import Bounds
from registries_mock.web.environs import write_environ
from registries_mock.web.reading import Request, RequestReader
from tests.registries_mock.web.bare_lines import LAST, Start, ask, connected, echo, post

MEGABYTE = 2**20
CHANGE = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
CHUNKED = "Transfer-Encoding: chunked"


@contextmanager
def measuring() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("length", "body"),
    [("Content-Length: 5", b"hello"), (CHUNKED, b"5\r\nhello\r\n0\r\n\r\n")],
    ids=["length", "chunks"],
)
@pytest.mark.parametrize("pieces", [1, 2, 300])
def test_who_asks_for_another_protocol_has_its_body_read_and_is_answered_in_this_one(
    length: str, body: bytes, pieces: int
) -> None:
    """So the client of the Java library posts by default."""
    message = post(body, *CHANGE, length) + post(b"", LAST, path="/next")
    size = -(-len(message) // pieces)
    with connected() as line:
        came = ask(line, *(message[at : at + size] for at in range(0, len(message), size)))
    assert came.count(b"HTTP/1.1 200") == 2
    assert b"POST /a? 5 hello" in came
    assert came.endswith(b"POST /next? 0 ")


def test_many_who_ask_for_another_protocol_at_once_are_all_answered() -> None:
    with connected() as line:
        came = ask(line, post(b"", *CHANGE) * 400 + post(b"", LAST))
    assert came.count(b"HTTP/1.1 200") == 401


def test_a_tunnel_is_not_made() -> None:
    with connected() as line:
        assert ask(line, b"CONNECT there:443 HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 501 ")


def test_what_comes_after_a_body_in_chunks_is_no_header() -> None:
    def tell(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return [f"{environ['HTTP_HOST']} {environ.get('HTTP_X_SPACE')}".encode()]

    with connected(tell) as line:
        came = ask(line, post(b"1\r\na\r\n0\r\nHost: y\r\nX-Space: z\r\n\r\n", CHUNKED, LAST))
    assert came.endswith(b"\r\n\r\nx None")


def test_who_asks_whether_to_go_on_right_after_another_request_is_told_to() -> None:
    asks = post(b"", "Content-Length: 2", "Expect: 100-continue", LAST)
    with connected() as line:
        line.sendall(post(b"") + asks)
        came = b""
        while b"100 Continue\r\n\r\n" not in came:
            came += line.recv(65536)
        assert ask(line, b"ok").endswith(b"POST /a? 2 ok")


def test_very_many_headers_are_too_large_be_they_ever_so_short() -> None:
    with connected() as line:
        came = ask(line, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a:\r\n" * 15_000 + b"\r\n")
    assert came.startswith(b"HTTP/1.1 431")


def test_a_body_in_tiny_chunks_takes_no_more_than_some_times_its_size() -> None:
    reader, body = RequestReader(MEGABYTE), b"2\r\nab\r\n" * 100_000
    reader.feed(post(b"", CHUNKED))
    with measuring():
        for at in range(0, len(body), 65536):
            reader.feed(body[at : at + 65536])
        held, _ = tracemalloc.get_traced_memory()
        reader.feed(b"0\r\n\r\n")
    assert held < MEGABYTE
    request = reader.take()
    assert request is not None
    assert request.body == b"ab" * 100_000


def test_long_names_of_headers_are_not_kept() -> None:
    with measuring():
        for nth in range(50):
            request = Request("GET", b"/", headers=[(b"x%d" % nth + b"y" * 60_000, b"")])
            assert f"HTTP_X{nth}Y" in "".join(write_environ(request, {}))
        del request
        held, _ = tracemalloc.get_traced_memory()
    assert held < MEGABYTE


def test_nothing_of_a_request_is_kept_while_the_next_is_waited_for() -> None:
    size, pause = 4 * MEGABYTE, threading.Event()

    def count(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        return [str(len(next(iter(echo(environ, start))))).encode()]

    message = post(b"x" * size, f"Content-Length: {size}")
    with measuring(), connected(count, Bounds()) as line:
        before, _ = tracemalloc.get_traced_memory()
        line.sendall(message)
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
        for _ in range(200):
            held = tracemalloc.get_traced_memory()[0] - before
            if held < MEGABYTE:
                break
            pause.wait(0.01)
        assert held < MEGABYTE
