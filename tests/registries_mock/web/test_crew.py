"""Many at one time: nobody waits for somebody else's wait, and each gets what is its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest

from registries_mock.web.beside import serving
from registries_mock.web.connection import Bounds, Connection
from registries_mock.web.crew import Crew
from registries_mock.web.turns import give_way
from tests.registries_mock.web.bare_lines import LAST, SMALL, WAIT, Start, ask, echo, post, read_to_end

MANY = 60


def connect(url: str) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((str(place.hostname), place.port or 0), WAIT)


@pytest.mark.parametrize("before_waiting", [give_way, lambda: None], ids=["said so", "said nothing"])
def test_replies_that_wait_wait_side_by_side(before_waiting: Callable[[], object]) -> None:
    together = threading.Barrier(MANY)

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        before_waiting()
        together.wait(WAIT)
        return echo(environ, start)

    with serving(app, SMALL) as url, ExitStack() as stack:
        lines = [stack.enter_context(connect(url)) for _ in range(MANY)]
        for line in lines:
            line.sendall(post(b"", LAST))
        assert all(read_to_end(line).endswith(b"POST /a? 0 ") for line in lines)


def test_a_caller_who_takes_nothing_in_holds_up_nobody() -> None:
    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/large":
            return echo(environ, start)
        start("200 OK", [])
        return [b"x" * 20_000_000]

    with serving(app, SMALL) as url, connect(url) as slow, connect(url) as other:
        slow.sendall(post(b"", LAST, path="/large"))
        assert slow.recv(1)
        assert ask(other, post(b"", LAST)).endswith(b"POST /a? 0 ")
        assert len(read_to_end(slow)) > 20_000_000


def test_who_says_nothing_is_let_go_in_time() -> None:
    with serving(echo, Bounds(idle_seconds=0.2)) as url, connect(url) as silent:
        assert silent.recv(1) == b""


def test_a_crew_that_is_stopped_at_once_ends_once() -> None:
    ended: list[Connection] = []
    for _ in range(200):
        crew = Crew(ended.append, silence_seconds=WAIT)
        assert crew.start()
        crew.stop(WAIT)
    assert not ended


def test_who_cannot_even_be_refused_is_an_end_like_any_other() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.create_connection(listening.getsockname()) as line:
        accepted, _ = listening.accept()
        connection = Connection(accepted, echo, SMALL, None, ("127.0.0.1", 0))
        line.sendall(b"nonsense\r\n\r\n")
        connection.end(even_if_busy=False)
        accepted.shutdown(socket.SHUT_WR)
        assert not connection.serve(may_wait=True)
        connection.close()


def test_whose_connection_has_the_number_of_one_that_ended_gets_its_own_answer() -> None:
    def come_and_go(caller: int) -> bool:
        with connect(url) as line:
            path = f"/{caller}"
            return ask(line, post(b"", *([LAST] if caller % 2 else ["X: y", LAST]), path=path)).endswith(
                f"POST {path}? 0 ".encode()
            )

    with serving(echo, SMALL) as url, ThreadPoolExecutor(8) as pool:
        assert all(pool.map(come_and_go, range(400)))


def test_requests_of_one_connection_come_one_after_the_other_though_the_first_one_waits() -> None:
    waits = threading.Event()

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/first":
            give_way()
            waits.wait(WAIT)
        return echo(environ, start)

    with serving(app, SMALL) as url, connect(url) as line, connect(url) as other:
        line.sendall(post(b"", path="/first"))
        assert ask(other, post(b"", LAST)).endswith(b"POST /a? 0 ")
        line.sendall(post(b"", LAST, path="/second"))
        waits.set()
        came = read_to_end(line)
        assert came.index(b"POST /first? 0 ") < came.index(b"POST /second? 0 ")
