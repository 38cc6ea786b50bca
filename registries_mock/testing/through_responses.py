"""Users' code on requests, answered by a WSGI application without a socket: what the network would do is done here."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import responses
from flask import Flask
from requests import PreparedRequest
from requests.exceptions import ConnectionError as ConnectionFailed
from requests.exceptions import ReadTimeout
from werkzeug.test import Client

from registries_mock.web.ends import Closed, Torn

_Answer = tuple[int, Mapping[str, str], bytes]


@contextmanager
def answer_requests(url: str, app: Flask) -> Iterator[None]:
    """All that requests is asked for below `url` goes to the application."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        for method in (
            responses.GET,
            responses.POST,
            responses.PUT,
            responses.PATCH,
            responses.DELETE,
            responses.HEAD,
            responses.OPTIONS,
        ):
            mocked.add_callback(method, re.compile(re.escape(url) + r"(/|\?|$)"), _answerer(app))
        yield


def _answerer(app: Flask) -> Any:
    def answer(request: PreparedRequest) -> _Answer:
        answered: Future[_Answer] = Future()

        def ask() -> None:
            try:
                answered.set_result(_ask(app, request))
            except (Closed, Torn):
                answered.set_exception(ConnectionFailed("the connection was closed without a whole reply"))
            except BaseException as failure:
                answered.set_exception(failure)

        # On a thread, because a reply that is held back must not outlast the caller's patience.
        threading.Thread(target=ask, name="registries-mock", daemon=True).start()
        try:
            return answered.result(_patience_of(request))
        except TimeoutError as failure:
            raise ReadTimeout("no reply in time") from failure

    return answer


def _patience_of(request: PreparedRequest) -> float | None:
    """The caller's timeout; of two the one for reading."""
    timeout = getattr(request, "req_kwargs", {}).get("timeout")
    return timeout[1] if isinstance(timeout, tuple) else timeout


def _ask(app: Flask, request: PreparedRequest) -> _Answer:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    if not isinstance(body, bytes | str):
        body = b"".join(body)
    reply = Client(app).open(
        path=parts.path or "/",
        base_url=f"{parts.scheme}://{parts.netloc}",
        query_string=parts.query,
        method=request.method,
        headers=dict(request.headers),
        data=body,
    )
    headers = {name: value for name, value in reply.headers if name != "Content-Length"}
    return reply.status_code, headers, reply.data
