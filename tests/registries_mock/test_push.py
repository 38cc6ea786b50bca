"""Pushes to one participant share connections, and nothing else passes from one to the next."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from registries_mock.http import PushFailed, push


class _Listener(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.connections: set[Any] = set()
        self.cookies: list[str | None] = []
        self.status = 200


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener

    def do_POST(self) -> None:
        self.server.connections.add(self.client_address)
        self.server.cookies.append(self.headers["Cookie"])
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "seen=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def listener() -> Iterator[_Listener]:
    with _Listener() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_pushes_one_after_another_use_one_connection_and_keep_no_cookie(listener: _Listener) -> None:
    url = f"http://127.0.0.1:{listener.server_port}/"
    assert [push(url, body) for body in (b"one", b"two", b"three")] == [b"one", b"two", b"three"]
    assert len(listener.connections) == 1
    assert listener.cookies == [None, None, None]


def test_a_refused_push_fails_and_the_next_one_goes_through(listener: _Listener) -> None:
    url = f"http://127.0.0.1:{listener.server_port}/"
    listener.status = 503
    with pytest.raises(PushFailed):
        push(url, b"one")
    listener.status = 200
    assert push(url, b"two") == b"two"


def test_the_environment_names_no_proxy_for_pushes(listener: _Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    assert push(f"http://127.0.0.1:{listener.server_port}/", b"one") == b"one"
