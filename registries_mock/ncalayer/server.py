"""The WebSocket itself, on this machine alone: ws, or wss with a certificate of the mock's authority."""

from __future__ import annotations

import json
import logging
import ssl
import threading
from http import HTTPStatus
from typing import Final

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from registries_mock.ncalayer.behaviours import OBEDIENT, Behaviour, read_behaviour
from registries_mock.ncalayer.errors import SocketDropped
from registries_mock.ncalayer.listening import listen
from registries_mock.ncalayer.session import Program, Session

HOST: Final = "127.0.0.1"
"""As NCALayer itself: a signature that nobody is asked for is not given to other machines."""
CONTROL_PATH: Final = "/_mock"
MOST_BYTES: Final = 32 * 1024 * 1024
_CLOSING_SECONDS: Final = 1.0
_FAULTS_OF_PEERS: Final = frozenset({"opening handshake failed", "keepalive ping failed"})
"""In the words of the library."""


class _Connection(ServerConnection):
    """A connection, and how the program behaves on it."""

    behaviour: Behaviour = OBEDIENT


class NcaLayerServer:
    """One listening socket; each connection has a thread, and its messages are answered in turn."""

    def __init__(self, program: Program, port: int, tls: ssl.SSLContext | None = None) -> None:
        """It listens at once, and serves once `run` is called; raises OSError where it cannot listen there."""
        self._program = program
        self._scheme = "ws" if tls is None else "wss"
        self._stopping = threading.Event()
        self._server: Server = serve(
            self._handle,
            sock=listen(HOST, port, tls),
            ssl=tls,
            process_request=self._open,
            server_header=None,
            close_timeout=_CLOSING_SECONDS,
            max_size=MOST_BYTES,
            logger=_find_logger(),
            create_connection=_Connection,
        )

    @property
    def address(self) -> str:
        """Where a page finds it."""
        return f"{self._scheme}://{HOST}:{self._server.socket.getsockname()[1]}"

    def run(self) -> None:
        """Serve until `close` is called from another thread."""
        self._server.serve_forever()

    def close(self) -> None:
        """Close the socket and every connection; `run` must have been called."""
        self._stopping.set()
        self._server.shutdown()

    def _open(self, connection: ServerConnection, request: Request) -> Response | None:
        """Before a connection is opened: a program that does not run opens none."""
        if request.path == CONTROL_PATH or not isinstance(connection, _Connection):
            return None
        connection.behaviour = self._program.behaviours.take(of_connections=True)
        if connection.behaviour.not_running:
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "")
        return None

    def _handle(self, connection: ServerConnection) -> None:
        try:
            if connection.request is not None and connection.request.path == CONTROL_PATH:
                self._control(connection)
            elif isinstance(connection, _Connection):
                self._converse(connection)
        except ConnectionClosed:
            return

    def _converse(self, connection: _Connection) -> None:
        session = Session(self._program, self._stopping.wait, connection.behaviour)
        connection.send(session.greet())
        for message in connection:
            # Nobody sends bytes, and NCALayer does not read them.
            if isinstance(message, str):
                try:
                    connection.send(session.answer(message))
                except SocketDropped:
                    connection.close_socket()
                    return

    def _control(self, connection: ServerConnection) -> None:
        behaviours = self._program.behaviours
        for message in connection:
            try:
                wanted = json.loads(message)
                if not isinstance(wanted, dict):
                    raise ValueError("a behaviour is a JSON object")
                if wanted:
                    behaviours.set(read_behaviour(wanted))
                told = behaviours.show().describe()
            except (ValueError, RecursionError) as fault:
                told = {"error": str(fault)}
            connection.send(json.dumps(told, ensure_ascii=False))


def _find_logger() -> logging.Logger:
    """Standard error is for faults of ours: what a peer does wrong, or leaves undone, is none."""
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.ERROR)
    logger.addFilter(_is_ours)
    return logger


def _is_ours(record: logging.LogRecord) -> bool:
    return record.getMessage() not in _FAULTS_OF_PEERS
