"""A socket whose every wait ends with the call's deadline: the timeouts of `socket` bound one read, not a call."""

from __future__ import annotations

import io
from contextvars import ContextVar
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from adapters.ports import Deadline

current_deadline: ContextVar[Deadline | None] = ContextVar("current_deadline", default=None)
"""The deadline of the call that this thread is in: connections outlive calls, so it cannot lie in the connection."""


class DeadlineSocket:
    """Stands before a connected socket (plain or TLS): re-arms its timeout with what is left before each operation."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def _arm(self) -> None:
        deadline = current_deadline.get()
        if deadline is None:
            return
        left = deadline.remaining()
        if left <= 0:
            raise TimeoutError("deadline")
        self._inner.settimeout(left)

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self._arm()
        return int(self._inner.recv_into(buffer, nbytes, flags))

    def sendall(self, data: Any, flags: int = 0) -> None:
        # One send at a time: sendall's own timeout is total, but a TLS socket's is one a record.
        view = memoryview(data).cast("B")
        while view:
            self._arm()
            view = view[self._inner.send(view, flags) :]

    def makefile(self, mode: str = "r", buffering: int | None = None, **_: Any) -> io.BufferedReader:
        """Return the buffered reader that http.client reads a reply from."""
        self._inner._io_refs += 1  # what socket.makefile does: the file keeps the socket open
        return io.BufferedReader(_Reader(self))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Reader(io.RawIOBase):
    def __init__(self, source: DeadlineSocket) -> None:
        self._source: DeadlineSocket | None = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._source is None:
            raise ValueError("read of a closed reply")
        return self._source.recv_into(buffer)

    def close(self) -> None:
        if not self.closed:
            source, self._source = self._source, None
            if source is not None:
                source._decref_socketios()
        super().close()


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = DeadlineSocket(self.sock)


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = DeadlineSocket(self.sock)


class PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


POOLS = {"http": PlainPool, "https": SecurePool}
