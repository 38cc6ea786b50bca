"""A registry that costs nothing: a process on raw sockets that answers every POST with bytes made beforehand.

    python -m tests.bench.stub < plan.json

The plan: `delay`, seconds before each answer, and `replies`, a list of [mark, reply]: the first mark that is found in
the request chooses; both are base64. One thread: a hundred waiting answers cost no more than one. A request whose body
is `delay SECONDS` changes the delay for those behind it.
"""

from __future__ import annotations

import base64
import heapq
import itertools
import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.bench.raw import ask, connect, http_post, whole_message

_DELAY = b"delay "
Replies = Sequence[tuple[bytes, bytes]]


@contextmanager
def stub_process(replies: Replies, delay: float = 0.0) -> Iterator[str]:
    """The URL of a stub in a process of its own. A reply is a body; the HTTP around it is added here."""
    plan = {
        "delay": delay,
        "replies": [[base64.b64encode(part).decode() for part in (mark, _http(body))] for mark, body in replies],
    }
    command = [sys.executable, "-m", "tests.bench.stub"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("the stub has no pipes")
            process.stdin.write(json.dumps(plan))
            process.stdin.close()
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.terminate()


def set_delay(url: str, seconds: float) -> None:
    """From now on the stub waits so long before each answer."""
    with connect(url) as connection:
        ask(connection, http_post(url, _DELAY + str(seconds).encode(), {}))


def _http(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Stub:
    """The loop of the process."""

    def __init__(self, replies: Replies, delay: float) -> None:
        self._replies = replies
        self._delay = delay
        self._selector = selectors.DefaultSelector()
        self._received: dict[socket.socket, bytes] = {}
        self._due: list[tuple[float, int, socket.socket, bytes]] = []
        self._order = itertools.count()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self.port: int = self._listener.getsockname()[1]

    def run(self) -> None:
        while True:
            wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            for key, _ in self._selector.select(wait):
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            while self._due and self._due[0][0] <= time.monotonic():
                _, _, connection, reply = heapq.heappop(self._due)
                self._send(connection, reply)

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received[connection] = b""
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> None:
        try:
            chunk = connection.recv(262_144)
        except OSError:
            chunk = b""
        if not chunk:
            self._close(connection)
            return
        received = self._received[connection] + chunk
        body = whole_message(received)
        if body is None:
            self._received[connection] = received
            return
        self._received[connection] = b""
        if body.startswith(_DELAY):
            self._delay = float(body.removeprefix(_DELAY))
            self._send(connection, _http(b""))
            return
        reply = next(reply for mark, reply in self._replies if mark in received)
        if self._delay:
            heapq.heappush(self._due, (time.monotonic() + self._delay, next(self._order), connection, reply))
        else:
            self._send(connection, reply)

    def _send(self, connection: socket.socket, reply: bytes) -> None:
        try:
            connection.sendall(reply)
        except OSError:
            self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        if self._received.pop(connection, None) is not None:
            self._selector.unregister(connection)
            connection.close()


def main() -> None:
    """Read the plan, say the port, answer until stopped."""
    plan = json.load(sys.stdin)
    replies = [(base64.b64decode(mark), base64.b64decode(reply)) for mark, reply in plan["replies"]]
    stub = Stub(replies, plan["delay"])
    sys.stdout.write(f"{stub.port}\n")
    sys.stdout.flush()
    stub.run()


if __name__ == "__main__":
    main()
