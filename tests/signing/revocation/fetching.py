"""What stands for the network in these tests: published documents by address, a clock by hand, and a rude server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from signing.errors import RevocationUnavailable
from signing.fetching import FetchRequest


@dataclass
class Published:
    """A `Fetch` that brings what is published at an address, and remembers who asked for what."""

    documents: dict[str, bytes] = field(default_factory=dict)
    asked: list[FetchRequest] = field(default_factory=list)

    def __call__(self, request: FetchRequest) -> bytes:
        self.asked.append(request)
        if request.url not in self.documents:
            raise RevocationUnavailable("the service gave no whole answer in time")
        return self.documents[request.url]

    def count(self, url: str) -> int:
        return [one.url for one in self.asked].count(url)


@dataclass
class Gate:
    """A `Fetch` that waits until it is let through."""

    document: bytes
    calls: int = 0
    entered: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def __call__(self, request: FetchRequest) -> bytes:
        self.calls += 1
        self.entered.set()
        self.opened.wait(30)
        return self.document


@dataclass
class Ticks:
    """Monotonic seconds that pass when the test says so."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Visit:
    """One connection to the rude server."""

    line: socket.socket
    over: threading.Event
    """Set when the test is over."""
    request: bytes = b""

    def read_request(self) -> None:
        while b"\r\n\r\n" not in self.request:
            piece = self.line.recv(65536)
            if not piece:
                return
            self.request += piece

    def say(self, *pieces: bytes, pause: float = 0.0) -> None:
        """Send the pieces, each after the pause, until the other side hangs up or the test is over."""
        try:
            for piece in pieces:
                if pause and self.over.wait(pause):
                    return
                self.line.sendall(piece)
        except OSError:
            return


@dataclass
class Served:
    """Where the server is, and what it was asked."""

    port: int
    visits: list[Visit] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/list.crl?part=1"


@contextmanager
def serve(behave: Callable[[Visit], None]) -> Iterator[Served]:
    """A server on this machine that does with each connection what the test says."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(listener.getsockname()[1])
    visitors: list[threading.Thread] = []

    def attend(visit: Visit) -> None:
        with visit.line:
            behave(visit)

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            visit = Visit(line, over)
            served.visits.append(visit)
            visitors.append(threading.Thread(target=attend, args=(visit,)))
            visitors[-1].start()

    door = threading.Thread(target=accept)
    door.start()
    try:
        yield served
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        door.join()
        for one in visitors:
            one.join()
