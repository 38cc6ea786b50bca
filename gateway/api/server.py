"""The web server (waitress) around the application: bounded, nameless, and its own refusals as problem+json too."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from contracts.errors import CallerError, MalformedInput, TooLarge
from gateway.api.problems import INTERNAL, INTERNAL_TITLE, TYPE_PREFIX

_BY_STATUS: dict[int, type[CallerError]] = {400: MalformedInput, 413: TooLarge, 431: TooLarge}
SPARE_BYTES = 65_536
"""What the server takes above the limit, so that bodies that are hardly too large get the fuller answer."""


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


def open_server(app: Flask, *, host: str, port: int, threads: int, max_body_bytes: int) -> Any:
    """A server that listens already (port 0: any free one, see `effective_port`); `run()` serves until stopped."""
    server = create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        max_request_body_size=max_body_bytes + SPARE_BYTES,
        channel_timeout=60,
        expose_tracebacks=False,
    )
    server.channel_class = _Channel
    return server
