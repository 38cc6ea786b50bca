"""NCALayer goes on listening, whoever has gone before he was let in."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.client import connect

from registries_mock.clock import now
from registries_mock.ncalayer.behaviours import OBEDIENT, Behaviours
from registries_mock.ncalayer.server import HOST, NcaLayerServer
from registries_mock.ncalayer.session import Program
from registries_mock.ncalayer.words import PKCS12
from registries_mock.tls import create_tls, create_trusting_nobody
from tests.registries_mock.ncalayer.running import authority, clock, persona, timestamps
from tests.support.scarcity import no_more_sockets, no_more_threads

WAIT = 10


def create(with_tls: bool) -> NcaLayerServer:
    program = Program(persona(), clock, timestamps().find_stamp, Behaviours(OBEDIENT), PKCS12)
    return NcaLayerServer(program, 0, create_tls(authority(), now()) if with_tls else None)


def find_port(server: NcaLayerServer) -> int:
    return int(server.address.rpartition(":")[2])


def greet(server: NcaLayerServer, line: socket.socket) -> str | bytes:
    trusting = create_trusting_nobody() if server.address.startswith("wss") else None
    with connect(server.address, sock=line, ssl=trusting, close_timeout=1, open_timeout=WAIT) as page:
        return page.recv(timeout=WAIT)


@contextmanager
def serving(server: NcaLayerServer) -> Iterator[None]:
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
        assert thread.is_alive()
    finally:
        server.close()
        thread.join(WAIT)


def leave_in_anger(port: int) -> None:
    """Send something and reset the line, before anybody has accepted it."""
    with socket.create_connection((HOST, port)) as line:
        line.sendall(b"something")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("with_tls", [False, True])
def test_who_was_gone_before_he_was_let_in_leaves_the_door_open(with_tls: bool) -> None:
    server = create(with_tls)
    for _ in range(3):
        leave_in_anger(find_port(server))
    with serving(server), socket.create_connection((HOST, find_port(server))) as line:
        assert greet(server, line)


@pytest.mark.parametrize("with_tls", [False, True])
def test_who_comes_when_there_are_no_more_sockets_is_let_in_when_there_are(with_tls: bool) -> None:
    server = create(with_tls)
    with serving(server), socket.socket() as line, socket.create_connection((HOST, find_port(server))) as earlier:
        assert greet(server, earlier)
        line.settimeout(0.2)
        with no_more_sockets():
            line.connect((HOST, find_port(server)))
            with pytest.raises(TimeoutError):
                line.recv(1)
        line.settimeout(None)
        assert greet(server, line)


@pytest.mark.parametrize("with_tls", [False, True])
def test_who_comes_when_there_are_no_more_threads_is_let_in_when_there_are(with_tls: bool) -> None:
    server = create(with_tls)
    with serving(server), socket.socket() as line:
        line.settimeout(0.2)
        with no_more_threads():
            line.connect((HOST, find_port(server)))
            with pytest.raises(TimeoutError):
                line.recv(1)
        line.settimeout(None)
        assert greet(server, line)


def test_a_client_has_no_tickets_to_read_while_it_writes_its_request() -> None:
    server = create(with_tls=True)
    with serving(server), socket.create_connection((HOST, find_port(server))) as line:
        line.settimeout(WAIT)
        with create_trusting_nobody().wrap_socket(line) as secure:
            secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert secure.recv(1)
            assert secure.session is not None
            assert not secure.session.has_ticket
