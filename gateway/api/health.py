"""Health: whether the process answers, whether it can do its work, and the figures of how it does it."""

from __future__ import annotations

from flask import Response

from contracts.errors import NotReady
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import FIGURES, JSON, Access, Route
from gateway.api.schemas import HealthBody

_VERSION = "text/plain; version=0.0.4; charset=utf-8"
"""Of Prometheus's text form."""


def tell_live(call: Call) -> Response:
    return answer_json(HealthBody(status="live"))


def tell_ready(call: Call) -> Response:
    """Where something is wrong, the answer is 503 and names all of it."""
    problems = call.parts.find_problems()
    if problems:
        raise NotReady(problems=problems)
    return answer_json(HealthBody(status="ready"))


def tell_figures(call: Call) -> Response:
    return Response(call.parts.write_figures(), content_type=_VERSION)


ROUTES = (
    Route("GET", "/health/live", tell_live, Access.PUBLIC, "The process answers.", answers={JSON: HealthBody}),
    Route(
        "GET", "/health/ready", tell_ready, Access.PUBLIC,
        "Database, disk, keys, clock and engine are as they must be; 503 names all that is not.",
        answers={JSON: HealthBody}, refusals=(503,),
    ),
    Route(
        "GET", "/metrics", tell_figures, Access.METRICS, "Figures in Prometheus's text form.", answers={FIGURES: None}
    ),
)  # fmt: skip
