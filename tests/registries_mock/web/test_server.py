"""What callers can send the web server, and how it ends connections: bare sockets, applications of a few lines."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from registries_mock.web.beside import serving
from registries_mock.web.connection import Bounds
from registries_mock.web.ends import Closed, Torn
from registries_mock.web.server import Server
from tests.registries_mock.web.bare_lines import LAST, SMALL, WAIT, Start, ask, connected, echo, post, read_to_end


def test_requests_on_one_connection_are_answered_in_their_order_even_if_they_come_at_once() -> None:
    with connected() as line:
        one, two = post(b"one", "Content-Length: 3"), post(b"2", "Content-Length: 1", LAST, path="/%D0%B0%20b?c=%20d")
        came = ask(line, one + two)
    assert came.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert came.index(b"POST /a? 3 one") < came.index(b"POST /\xc3\x90\xc2\xb0 b?c=%20d 1 2")


def test_a_request_may_come_byte_by_byte_and_in_chunks() -> None:
    message = post(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "Transfer-Encoding: chunked", LAST)
    with connected() as line:
        assert ask(line, *(message[at : at + 1] for at in range(len(message)))).endswith(b"POST /a? 5 abcde")


def test_who_asks_whether_to_go_on_is_told_to() -> None:
    with connected() as line:
        line.sendall(post(b"", "Content-Length: 2", "Expect: 100-continue", LAST))
        assert line.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert ask(line, b"ok").endswith(b"POST /a? 2 ok")


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (post(b"x" * 1001, "Content-Length: 1001"), b"413"),
        (post(b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), b"413"),
        (post(b"", f"Content-Length: {'9' * 5000}"), b"400"),
        (post(b"", "Content-Length: -1"), b"400"),
        (post(b"ab", "Content-Length: 2", "Transfer-Encoding: chunked"), b"400"),
        (post(b"ab", "Content-Length: 2", "Content-Length: 1"), b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 40_000 + b"\r\n", b"431"),
        (b"GET /" + b"y" * 400_000, b"431"),
        (b"GET nowhere HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"not http at all\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
    ],
    ids=lambda one: repr(one[:24]) if len(one) > 3 else one.decode(),
)
def test_what_is_no_request_or_too_large_is_told_so_and_the_connection_ends(message: bytes, status: bytes) -> None:
    with connected() as line:
        came = ask(line, message)
    assert came.startswith(b"HTTP/1.1 " + status), came
    assert b"Connection: close" in came


def test_what_stood_before_a_bad_request_is_answered() -> None:
    with connected() as line:
        came = ask(line, post(b"", "Content-Length: 0") + b"nonsense\r\n\r\n")
    assert came.count(b"HTTP/1.1 ") == 2
    assert came.startswith(b"HTTP/1.1 200")


@given(st.binary(max_size=300), st.integers(0, 60))
@settings(max_examples=25, deadline=None)
def test_any_bytes_get_a_reply_or_an_end(junk: bytes, at: int) -> None:
    """And the next caller is served."""
    usual = post(b"abc", "Content-Length: 3", LAST)
    with serving_once() as place:
        with socket.create_connection(place, WAIT) as line:
            line.sendall(usual[:at] + junk)
            line.shutdown(socket.SHUT_WR)
            read_to_end(line)
        with socket.create_connection(place, WAIT) as line:
            assert ask(line, usual).endswith(b"abc")


@contextmanager
def serving_once() -> Iterator[tuple[str, int]]:
    with serving(echo, SMALL) as url:
        yield "127.0.0.1", int(url.rpartition(":")[2])


def test_a_request_that_does_not_come_whole_in_time_ends_the_connection() -> None:
    with connected(bounds=Bounds(idle_seconds=0.2)) as line:
        assert ask(line, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc") == b""


def test_an_old_client_is_answered_and_left() -> None:
    with connected() as line:
        came = ask(line, b"GET /old HTTP/1.0\r\n\r\n")
    assert came.endswith(b"GET /old? 0 ")
    assert b"Content-Length: 12" in came


def streaming(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    start("200 OK", [])
    yield from (b"one,", b"", b"two")


def test_a_body_of_unknown_length_goes_in_chunks_or_ends_with_the_connection() -> None:
    with serving(streaming) as url:
        assert requests.get(url, timeout=WAIT).content == b"one,two"
        assert requests.get(url, timeout=WAIT).headers["Transfer-Encoding"] == "chunked"
    with connected(streaming) as line:
        assert ask(line, b"GET / HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\none,two")


@pytest.mark.parametrize("app", [echo, streaming])
def test_a_head_has_no_body(app: Any) -> None:
    with connected(app) as line:
        came = ask(line, b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert came.endswith(b"\r\n\r\n")


def test_an_application_that_fails_is_an_error_of_the_server_and_no_text_of_it_is_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(_environ: dict[str, Any], _start: Start) -> Iterable[bytes]:
        raise LookupError("secret")

    with serving(fail) as url:
        answer = requests.get(url, timeout=WAIT)
    assert answer.status_code == 500
    assert "secret" not in answer.text + caplog.text
    assert "LookupError" in caplog.text


@pytest.mark.parametrize(("end", "seen"), [(Closed, b""), (Torn, None), (SystemExit, b"")])
def test_an_application_ends_a_connection_as_it_wants(end: type[BaseException], seen: bytes | None) -> None:
    def app(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        raise end
        yield b""

    with connected(app) as line:
        try:
            came: bytes | None = ask(line, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        except ConnectionResetError:
            came = None
    assert came == seen


def test_a_header_that_could_pass_for_another_is_not_handed_on() -> None:
    def tell(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return [f"{environ.get('HTTP_X_SPACE')}|{environ['HTTP_ACCEPT']}".encode()]

    with serving(tell) as url:
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), WAIT) as line:
            heads = b"GET / HTTP/1.1\r\nX_Space: a\r\nAccept: b\r\nAccept: c\r\nConnection: close\r\n\r\n"
            assert ask(line, heads).endswith(b"None|b,c")


def test_at_the_end_who_is_being_answered_is_answered_and_the_idle_are_let_go() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        asked.set()
        go_on.wait(WAIT)
        return echo(environ, start)

    server = Server(app)
    threads = [threading.Thread(target=server.run), threading.Thread(target=server.close)]
    threads[0].start()
    place = ("127.0.0.1", server.effective_port)
    with socket.create_connection(place, WAIT) as idle, socket.create_connection(place, WAIT) as busy:
        busy.sendall(b"GET /busy HTTP/1.1\r\nHost: x\r\n\r\n")
        assert asked.wait(WAIT)
        threads[1].start()
        assert idle.recv(1) == b""
        go_on.set()
        assert read_to_end(busy).endswith(b"GET /busy? 0 ")
    for one in threads:
        one.join(WAIT)
        assert not one.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place, WAIT)
