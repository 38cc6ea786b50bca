"""The protocols' addresses, as WSGI: each message with its line in the journal, and the reply as it is to be sent.

Beside Flask and not in it, because routing and its request and response objects cost as much as the exchange itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from registries_mock.addresses import ASYNC, REST, SOAP, SYNC
from registries_mock.called_failures import note_header
from registries_mock.dropping import drop, length_of, send, tear
from registries_mock.journal.entry import Channel
from registries_mock.suite import Suite
from registries_mock.wire import HTML, HttpReply

_CONTROL: Final = ("/_mock/", "/dev/", "/ca/")
_TOO_LARGE: Final = HttpReply(413, b"<p>The message is too large.</p>", HTML)
_BROKEN: Final = HttpReply(500, b"<p>The suite itself has failed.</p>", HTML)
_NOWHERE: Final = HttpReply(404, b"<p>No service is here.</p>", HTML)
_STATUSES: Final = {one.value: f"{one.value} {one.phrase}" for one in HTTPStatus}
_log = logging.getLogger(__name__)

Handle = Callable[[bytes], HttpReply]


class CarryExchanges:
    """Takes what is posted to the protocols' addresses; everything else goes on to the pages and the control API."""

    def __init__(self, suite: Suite, others: WSGIApplication) -> None:
        self._suite = suite
        self._others = others

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] != "POST" or path.startswith(_CONTROL):
            return self._others(environ, start_response)
        if not path.isascii():
            # WSGI hands the bytes of an address over as if they were latin-1.
            path = path.encode("latin-1").decode(errors="replace")
        channel, handle = self._find(path)
        reply = self._exchange(channel, path, handle, environ)
        if reply.dropped:
            return tear() if reply.dropped == "reset" else drop()
        length = len(reply.body) if reply.flow is None else length_of(reply.body, reply.flow)
        headers = [("Content-Type", reply.content_type), ("Content-Length", str(length))]
        start_response(_STATUSES.get(reply.status, f"{reply.status} Unknown"), headers)
        return [reply.body] if reply.flow is None else send(reply.body, reply.flow, self._suite.failures.wait)

    def _find(self, path: str) -> tuple[Channel, Handle]:
        suite = self._suite
        if path in (SYNC, SYNC[:-1]):
            return "sync", suite.sync.send_message
        if path in (ASYNC, ASYNC[:-1]):
            return "async", suite.asynchronous.handle
        if path.startswith(SOAP):
            return "soap", partial(suite.soap.handle, path.removeprefix(SOAP))
        if path.startswith(REST):
            return "rest", partial(suite.rest.handle, path.removeprefix(REST))
        return "nowhere", lambda _: _NOWHERE

    def _exchange(self, channel: Channel, path: str, handle: Handle, environ: WSGIEnvironment) -> HttpReply:
        suite = self._suite
        try:
            with suite.journal.begin(channel, path) as line:
                suite.failures.wait(suite.settings.latency_seconds)
                message = _read(environ, suite.settings.body_bytes)
                if message is None:
                    reply = _TOO_LARGE
                else:
                    line.came(message)
                    note_header(environ)
                    reply = handle(message)
                if reply.change:
                    reply = replace(reply, body=reply.change(reply.body), change=None)
                line.end(reply.status, reply.body, reply.dropped)
                return reply
        except Exception as failure:
            # The kind alone: a message's text must not get into a log.
            _log.error("an exchange failed: %s", type(failure).__name__)
            return _BROKEN


def _read(environ: WSGIEnvironment, most: int) -> bytes | None:
    """The message; None where it is larger than is read."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        # Without a length it can be read where the server says that its end will be seen.
        message: bytes = environ["wsgi.input"].read(most + 1) if environ.get("wsgi.input_terminated") else b""
        return message if len(message) <= most else None
    if int(length) > most:
        return None
    return bytes(environ["wsgi.input"].read(int(length)))
