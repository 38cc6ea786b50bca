"""The listening socket of NCALayer, which goes on listening.

The library's loop ends at the first OSError of accept, and where no thread can be begun for a connection.
"""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from typing import Any, Final, cast

_SCARCITY: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_SCARCITY_SECONDS: Final = 0.05
"""Who found no descriptor or thread free does not look again at once."""


class _Gone:
    """In place of a connection that could not be accepted: whoever begins to serve it fails, and closes it.

    The library asks it first for its `family`, which it has not, where it is ready for whatever a connection may raise.
    """

    def close(self) -> None:
        """Nothing is open."""


class _Plain(socket.socket):
    def accept(self) -> tuple[socket.socket, Any]:
        _wait_for_thread(self)
        try:
            return super().accept()
        except OSError as failure:
            return cast(socket.socket, _give_up(self, failure)), None


class _Tls(ssl.SSLSocket):
    def accept(self) -> tuple[ssl.SSLSocket, Any]:
        _wait_for_thread(self)
        try:
            return super().accept()
        except OSError as failure:
            # ssl.SSLError is one: of a peer who sent something and was gone before he was accepted.
            return cast(ssl.SSLSocket, _give_up(self, failure)), None


def listen(host: str, port: int, tls: ssl.SSLContext | None) -> socket.socket:
    """A socket that listens there, and becomes one like it when `tls` wraps it; OSError where it cannot listen.

    `tls` is changed for that: it is for this socket alone.
    """
    if tls is not None:
        tls.sslsocket_class = _Tls
        # Tickets come after the handshake: a client that reads them on one thread while it writes its request on
        # another, as clients of WebSocket do, has both in one OpenSSL object, and is left without an answer.
        tls.num_tickets = 0
    listening = _Plain(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _give_up(listening: socket.socket, failure: OSError) -> _Gone:
    """Raises the failure where the listening socket has been closed."""
    if listening.fileno() < 0:
        raise failure
    if failure.errno in _SCARCITY:
        time.sleep(_SCARCITY_SECONDS)
    return _Gone()


def _wait_for_thread(listening: socket.socket) -> None:
    """Come back once a thread can be begun, as the library does next, or the socket has been closed.

    By beginning one: nothing else tells. The connection waits meanwhile where it is.
    """
    while listening.fileno() >= 0:
        trial = threading.Thread(target=_do_nothing)
        try:
            trial.start()
        except RuntimeError:
            time.sleep(_SCARCITY_SECONDS)
        else:
            trial.join()
            return


def _do_nothing() -> None:
    """All that a thread on trial has to do."""
