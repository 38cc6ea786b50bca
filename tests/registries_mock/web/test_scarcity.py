"""The web server where something is short: sockets, threads, time at the end; and names of no machine."""

from __future__ import annotations

import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import WSGIApplication

import pytest

from registries_mock.web.connection import USUAL, Bounds
from registries_mock.web.server import Server
from tests.registries_mock.web.bare_lines import LAST, WAIT, Start, ask, echo, post, read_to_end
from tests.support.scarcity import no_more_sockets, no_more_threads

STOPPED = """
import threading
from registries_mock.web.process import run_until_stopped
from registries_mock.web.server import Server

stopped = threading.Event()


def app(environ, start):
    print("asked", flush=True)
    stopped.wait(20)
    start("200 OK", [])
    return [b"done"]


run_until_stopped(Server(app), "it", before_end=stopped.set)
"""


@contextmanager
def running(app: WSGIApplication = echo, bounds: Bounds = USUAL) -> Iterator[Server]:
    server = Server(app, bounds=bounds)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
        assert thread.is_alive()
    finally:
        server.close()
        thread.join(WAIT)


@contextmanager
def many_files(count: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * count)), hard))
    held = [os.dup(0) for _ in range(count)]
    try:
        yield
    finally:
        for one in held:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("files", [0, 1100])
def test_who_comes_when_there_are_no_more_sockets_is_served_when_there_are(files: int) -> None:
    with many_files(files), running() as server, socket.socket() as line:
        line.settimeout(0.5)
        with no_more_sockets():
            line.connect(("127.0.0.1", server.effective_port))
            line.sendall(post(b"", LAST))
            with pytest.raises(TimeoutError):
                line.recv(1)
        line.settimeout(WAIT)
        assert read_to_end(line).endswith(b"POST /a? 0 ")


def test_who_comes_when_there_are_no_more_threads_is_served_after_the_one_who_is() -> None:
    message = post(b"", LAST)
    with running() as server:
        place = ("127.0.0.1", server.effective_port)
        with socket.create_connection(place, WAIT) as first:
            ask(first, message)
        with (
            no_more_threads(),
            socket.create_connection(place, WAIT) as slow,
            socket.create_connection(place, WAIT) as other,
        ):
            slow.sendall(message[:9])
            assert not select.select([slow, other], [], [], 0.1)[0]
            other.sendall(message)
            assert ask(slow, message[9:]).endswith(b"POST /a? 0 ")
            assert read_to_end(other).endswith(b"POST /a? 0 ")


def test_who_comes_when_there_are_no_more_threads_is_served_when_there_are() -> None:
    message = post(b"", LAST)
    with running() as server:
        place = ("127.0.0.1", server.effective_port)
        with socket.create_connection(place, WAIT) as first:
            ask(first, message)
        with socket.create_connection(place, WAIT) as slow, socket.create_connection(place, WAIT) as other:
            with no_more_threads():
                slow.sendall(message[:9])
                other.sendall(message)
                assert not select.select([slow, other], [], [], 0.1)[0]
            assert read_to_end(other).endswith(b"POST /a? 0 ")


def test_who_is_kept_waiting_for_longer_than_one_may_be_silent_is_answered() -> None:
    message, go_on = post(b"", LAST), threading.Event()

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            go_on.wait(WAIT)
        return echo(environ, start)

    with running(app, Bounds(idle_seconds=0.2)) as server:
        place = ("127.0.0.1", server.effective_port)
        with socket.create_connection(place, WAIT) as first:
            ask(first, message)
        with (
            no_more_threads(),
            socket.create_connection(place, WAIT) as slow,
            socket.create_connection(place, WAIT) as other,
        ):
            slow.sendall(post(b"", LAST, path="/slow"))
            assert not select.select([slow], [], [], 0.05)[0]
            other.sendall(message)
            assert not select.select([other], [], [], 0.4)[0]
            go_on.set()
            assert read_to_end(other).endswith(b"POST /a? 0 ")


def test_a_server_that_has_no_threads_to_begin_with_serves_when_it_has() -> None:
    server, begins = Server(echo), threading.Event()

    def run() -> None:
        begins.wait(WAIT)
        server.run()

    runs = threading.Thread(target=run)
    runs.start()
    try:
        with socket.create_connection(("127.0.0.1", server.effective_port), WAIT) as line:
            with no_more_threads():
                begins.set()
                line.sendall(post(b"", LAST))
                assert not select.select([line], [], [], 0.1)[0]
            assert read_to_end(line).endswith(b"POST /a? 0 ")
    finally:
        server.close()
        runs.join(WAIT)


def test_a_server_that_is_closed_before_it_runs_does_not_run() -> None:
    server = Server(echo)
    server.close()
    server.run()
    server.close()


def test_the_address_of_a_machine_of_version_six_is_in_brackets() -> None:
    server = Server(echo, "::1")
    server.close()
    assert server.address == f"http://[::1]:{server.address.rpartition(':')[2]}"


@pytest.mark.parametrize("host", ["я..ю", "я" * 70, "a..b"])
def test_a_name_that_no_machine_can_have_is_an_address_that_cannot_be_used(host: str) -> None:
    with pytest.raises(OSError, match=r"(?i)name"):
        Server(echo, host)


STUBBORN = """
import signal
from registries_mock.web.process import run_until_stopped
from registries_mock.web.server import Server


def end():
    print("ending", flush=True)
    signal.pause()


run_until_stopped(Server(lambda *asked: []), "it", before_end=end)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_told_a_second_time_ends_at_once(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(number)
        assert process.stdout.readline() == "ending\n"
        process.send_signal(number)
        try:
            assert process.wait(WAIT) == -number
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_stopped_answers_first_whom_it_is_answering(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", STOPPED], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), WAIT) as line:
            line.sendall(post(b""))
            assert process.stdout.readline() == "asked\n"
            process.send_signal(number)
            assert read_to_end(line).endswith(b"done")
        assert process.wait(WAIT) == 0
