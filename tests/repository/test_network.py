"""A test reaches this machine and nothing else."""

import socket

import pytest


def test_no_test_reaches_another_machine() -> None:
    """192.0.2.1 belongs to nobody (RFC 5737)."""
    with (
        pytest.raises((RuntimeError, UserWarning), match=r"192\.0\.2\.1"),
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside,
    ):
        outside.settimeout(0.1)
        outside.connect(("192.0.2.1", 9))


def test_a_test_reaches_its_own_machine() -> None:
    """The mock suite and the gateway answer here."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5) as client:
        assert client.getpeername() == server.getsockname()
