"""A tiny HTTP server on raw sockets: it can answer well, badly, in drops, or not at all."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    head: str
    body: bytes

    def header(self, name: str) -> str:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""

    @property
    def path(self) -> str:
        return self.head.split(" ")[1]


@dataclass
class Conversation:
    """The connection as a misbehaving server sees it."""

    connection: socket.socket
    stopped: threading.Event

    def send(self, content: bytes) -> None:
        self.connection.sendall(content)

    def drip(self, content: bytes, every: float = 0.05) -> None:
        """Send a byte at a time, until all is sent or the test is over."""
        for place in range(len(content)):
            if self.stopped.wait(every):
                return
            self.connection.sendall(content[place : place + 1])

    def stall(self) -> None:
        """Say nothing until the test is over."""
        self.stopped.wait(30)

    def reset(self) -> None:
        """Break the connection off with RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.connection.close()


Behaviour = Callable[[Asked, Conversation], bytes | None]
"""Returns the whole HTTP reply, or None after doing what it wants with the connection, which then ends."""


def http(status: int, body: bytes, content_type: str = "text/xml; charset=utf-8") -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass
class StubServer:
    behave: Behaviour
    asked: list[Asked] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    connections: int = 0
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._run(self._accept)

    def stop(self) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _run(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0.1)
        with contextlib.suppress(OSError), connection:
            while (asked := self._read(connection)) is not None:
                self.asked.append(asked)
                connection.settimeout(5)
                reply = self.behave(asked, Conversation(connection, self.stopped))
                if reply is None:
                    return
                connection.sendall(reply)
                connection.settimeout(0.1)

    def _read(self, connection: socket.socket) -> Asked | None:
        received = b""
        while True:
            head, found, body = received.partition(b"\r\n\r\n")
            if found:
                asked = Asked(head.decode("latin-1"), body)
                if len(body) >= int(asked.header("Content-Length") or 0):
                    return asked
            try:
                chunk = connection.recv(65536)
            except TimeoutError:
                if self.stopped.is_set():
                    return None
                continue
            if not chunk:
                return None
            received += chunk


@contextlib.contextmanager
def serving(behave: Behaviour) -> Iterator[StubServer]:
    server = StubServer(behave)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def always(reply: bytes) -> Behaviour:
    """Answer every request with the same bytes."""
    return lambda asked, conversation: reply
