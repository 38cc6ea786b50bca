"""Health: whether the process answers, and whether it can do its work."""

from __future__ import annotations

from flask import Response

from contracts.errors import Overloaded
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import HealthBody


def tell_live(call: Call) -> Response:
    return answer_json(HealthBody(status="live"))


def tell_ready(call: Call) -> Response:
    """Reading the clients proves the database; without it, or where the engine stands still, the answer is 503."""
    call.parts.store.list_clients()
    if not call.parts.is_working():
        raise Overloaded("the engine does not carry applications forward")
    return answer_json(HealthBody(status="ready"))


ROUTES = (
    Route("GET", "/health/live", tell_live, Access.PUBLIC, "The process answers.", answers={JSON: HealthBody}),
    Route(
        "GET", "/health/ready", tell_ready, Access.PUBLIC, "The database can be read, and the engine works.",
        answers={JSON: HealthBody}, refusals=(503,),
    ),
)  # fmt: skip
