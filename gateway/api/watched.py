"""Each request watched from its first byte to its answer, in the trace that its header names or in a new one."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, Response, g, request

from gateway.api.parts import WatchRequest
from gateway.watching.spans import STATUS

TRACEPARENT, TRACERESPONSE = "traceparent", "traceresponse"
"""Headers of W3C Trace Context: how a trace comes in, and how the caller learns which one it was."""


def watch_requests(app: Flask, watch: WatchRequest) -> None:
    """Have every request watched, refused ones and those that no route takes among them."""

    def begin() -> None:
        g.watched = ExitStack()
        g.span = g.watched.enter_context(watch(request.endpoint or "", request.headers.get(TRACEPARENT, "")))

    def note(response: Response) -> Response:
        if (span := g.get("span")) is not None:
            span.facts[STATUS] = response.status_code
            response.headers[TRACERESPONSE] = span.trace.write()
        return response

    def end(_: BaseException | None) -> None:
        if (watched := g.pop("watched", None)) is not None:
            watched.close()

    app.before_request(begin)
    app.after_request(note)
    app.teardown_request(end)
