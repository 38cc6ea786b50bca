"""JSON of the control API: the body that a route was given, its answer, and its refusal."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request

from registries_mock.wire import JSON


def read_body() -> Any:
    """The body; None where it is no JSON, or nested more deeply than can be read."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def read_object(*names: str) -> dict[str, Any] | None:
    """The body where it is an object of no other names; None where it is something else."""
    body = read_body()
    return body if isinstance(body, dict) and set(body) <= set(names) else None


def answer_json(value: Any, status: int = 200) -> Response:
    """The value; what is no JSON of its own (a date) as its text."""
    return Response(json.dumps(value, ensure_ascii=False, default=str), status, content_type=JSON)


def refuse_request(sentence: str, status: int = 422) -> Response:
    """`{"error": …}`: what would have been taken."""
    return answer_json({"error": sentence}, status)
