"""Errors as problem+json (RFC 9457): the one place that turns any exception into an answer."""

from __future__ import annotations

import logging

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from contracts.errors import (
    CallerError,
    ContentUnsupported,
    GatewayError,
    MalformedInput,
    MethodNotAllowed,
    NotFound,
    NotReady,
    Overloaded,
    Problem,
    TooLarge,
)
from gateway.api.answers import answer_json
from gateway.api.parts import ApiParts
from gateway.api.schemas import ProblemBody, ProblemItem
from gateway.logs import log_crash, log_event

TYPE_PREFIX = "urn:asp-gateway:problem:"
INTERNAL = "internal-error"
INTERNAL_TITLE = "Something went wrong on our side."
RETRY_AFTER_SECONDS = "5"
WAIT_SECONDS = "60"

BY_STATUS: dict[int, type[CallerError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: ContentUnsupported,
}
"""Refusals of the web framework, in our words; any other of them is a malformed request."""


def handle_errors(app: Flask, parts: ApiParts) -> None:
    """Let every exception of a request end in `describe`."""

    def answer(error: Exception) -> Response:
        instance = f"urn:uuid:{parts.make_id()}"
        body, headers = describe(error, instance)
        _log(error, body)
        response = answer_json(body, body.status, media="application/problem+json")
        response.headers.extend(headers)
        return response

    app.register_error_handler(Exception, answer)


def describe(error: Exception, instance: str) -> tuple[ProblemBody, dict[str, str]]:
    """The body, and the headers that go with its status."""
    if isinstance(error, HTTPException):
        methods = getattr(error, "valid_methods", None)
        kept = {"Allow": ", ".join(sorted(methods))} if methods else {}
        error = BY_STATUS.get(error.code or 500, MalformedInput)()
        return _describe(error, instance), kept
    if isinstance(error, GatewayError):
        return _describe(error, instance), _headers(error)
    body = ProblemBody(
        type=f"{TYPE_PREFIX}{INTERNAL}", title=INTERNAL_TITLE, status=500, detail="", code=INTERNAL, instance=instance
    )
    return body, {}


def _describe(error: GatewayError, instance: str) -> ProblemBody:
    caller = isinstance(error, CallerError)
    code = error.public_code if isinstance(error, CallerError) else error.code
    problems: tuple[Problem, ...] = error.problems if isinstance(error, CallerError | NotReady) else ()
    return ProblemBody(
        type=f"{TYPE_PREFIX}{code}",
        title=error.title,
        status=error.http_status,
        # What is wrong with our own set-up is for the operator's log, not for the caller.
        detail=error.detail if caller else "",
        code=code,
        instance=instance,
        problems=tuple(ProblemItem(code=p.code, pointer=p.pointer, detail=p.detail) for p in problems),
    )


def _headers(error: GatewayError) -> dict[str, str]:
    if error.http_status == 401:
        return {"WWW-Authenticate": 'Bearer realm="asp-gateway"'}
    if error.http_status == 429:
        return {"Retry-After": WAIT_SECONDS}
    return {"Retry-After": RETRY_AFTER_SECONDS} if error.retryable else {}


def _log(error: Exception, body: ProblemBody) -> None:
    if isinstance(error, HTTPException | CallerError | Overloaded | NotReady):
        log_event("refused", code=body.code, status=body.status, instance=body.instance)
    elif isinstance(error, GatewayError):
        log_event("failed", level=logging.ERROR, code=body.code, detail=error.detail, instance=body.instance)
    else:
        log_crash(error, instance=body.instance)
