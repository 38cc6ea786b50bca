"""The web server (waitress) around the application: bounded, nameless, and its own refusals as problem+json too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import ErrorTask
from waitress.wasyncore import dispatcher

from contracts.errors import CallerError, MalformedInput, SettingInvalid, TooLarge
from gateway.api.problems import INTERNAL, INTERNAL_TITLE, TYPE_PREFIX

_BY_STATUS: dict[int, type[CallerError]] = {400: MalformedInput, 413: TooLarge, 431: TooLarge, 501: MalformedInput}
"""501: a coding of the body (Transfer-Encoding) that is not `chunked`; the fault is not ours."""
SPARE_BYTES = 65_536
"""What the server takes above the limit, so that bodies that are hardly too large get the fuller answer."""


_CONNECTIONS = 500
"""At one time: a process has a thousand descriptors where nobody gives it more; registries and database need theirs."""
_SILENT_SECONDS = 20
"""A connection without a request that says nothing for so long is closed: whoever comes takes its place."""
_CLEANED_EACH_SECONDS = 5
_REQUEST_SECONDS = 60.0
"""A request has so long to come whole, and longer where much of it comes; who sends byte by byte is never silent."""
_BYTES_A_SECOND = 10_000
"""As slow as an honest caller may be."""
_LOOK_SECONDS = 0.5
"""How soon a stop is noticed."""


class _Refusal:
    """A refusal of the server itself, before there is a request: it has no id to be found by, and is not logged."""

    def __init__(self, status: int) -> None:
        error = _BY_STATUS.get(status)
        code, title = (error.code, error.title) if error else (INTERNAL, INTERNAL_TITLE)
        self._status = f"{status} {'Refused' if error else 'Failed'}"
        plain = {"type": f"{TYPE_PREFIX}{code}", "title": title, "status": status, "code": code, "problems": []}
        self._body = json.dumps(plain).encode()

    def to_response(self, _ident: object = None) -> tuple[str, list[tuple[str, str]], bytes]:
        headers = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
        return self._status, headers, self._body


class _ProblemTask(ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        self.request.error = _Refusal(self.request.error.code)
        super().execute()


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _ProblemTask
    _coming: tuple[object, float, int] | None = None
    """The request that has come in part, since when, and how many bytes of it."""

    def received(self, data: bytes) -> bool:
        """The library looks at silence alone, and calls this for each piece."""
        is_open: bool = super().received(data)
        at = time.monotonic()
        if self.request is None:
            self._coming = None
        elif self._coming is None or self._coming[0] is not self.request or self.requests:
            # While an earlier one is answered nothing is read of the next.
            self._coming = (self.request, at, len(data))
        else:
            _, since, count = self._coming
            self._coming = (self.request, since, count + len(data))
            self.will_close |= at - since > self.server.request_seconds + (count + len(data)) / _BYTES_A_SECOND
        return is_open


def open_server(
    app: Flask,
    *,
    host: str,
    port: int,
    threads: int,
    max_body_bytes: int,
    said: str = "ASP_PORT",
    request_seconds: float = _REQUEST_SECONDS,
) -> Any:
    """A server that listens already (port 0: any free one, see `port_of`); `run()` serves until stopped.

    Raises SettingInvalid where it cannot listen there; `said`: the setting that named the port.
    """
    sockets: dict[int, Any] = {}
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_body_size=max_body_bytes + SPARE_BYTES,
            channel_timeout=_SILENT_SECONDS,
            cleanup_interval=_CLEANED_EACH_SECONDS,
            connection_limit=_CONNECTIONS,
            # `select` knows no descriptor above a thousand.
            asyncore_use_poll=True,
            expose_tracebacks=False,
            map=sockets,
        )
    except OSError as error:
        raise SettingInvalid(f"ASP_HOST, {said}: cannot listen there: {error.strerror}") from error
    except ValueError as error:
        raise SettingInvalid("ASP_HOST: the address is not one of this machine") from error
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class, one.request_seconds = _Channel, request_seconds
    return server


def serve_until(server: Any, is_stopping: Callable[[], bool], seconds: float) -> None:
    """Serve; once told to stop take no connection any more, and let the requests that came have their answers.

    Those get `seconds`; waitress's own `run` would end its loop first, and with it the answers that are not sent yet.
    """
    sockets = server.map if isinstance(server, MultiSocketServer) else server._map
    while not is_stopping():
        server.asyncore.loop(timeout=_LOOK_SECONDS, map=sockets, count=1, use_poll=True)
    listeners = [one for one in sockets.values() if isinstance(one, BaseWSGIServer)]
    for listener in listeners:
        # Its trigger stays: by it the threads say that an answer is there.
        dispatcher.close(listener)
    end = time.monotonic() + seconds
    while any(_is_busy(listener) for listener in listeners) and time.monotonic() < end:
        server.asyncore.loop(timeout=_LOOK_SECONDS / 10, map=sockets, count=1, use_poll=True)
    server.task_dispatcher.shutdown(timeout=_LOOK_SECONDS)
    for one in list(sockets.values()):
        one.close()


def _is_busy(listener: BaseWSGIServer) -> bool:
    """Whether a request is being read or answered, or an answer is not sent to its end."""
    channels = list(listener.active_channels.values())
    return any(one.requests or one.request or one.total_outbufs_len for one in channels)


def port_of(server: Any) -> int:
    """The port that it listens on; of a host with several addresses the first one's."""
    several = getattr(server, "effective_listen", None)
    return int(several[0][1] if several else server.effective_port)
