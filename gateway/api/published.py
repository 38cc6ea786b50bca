"""What is published: the catalogue of requests, the application's JSON Schema, OpenAPI."""

from __future__ import annotations

from flask import Response

from contracts.application import publish_schema
from contracts.request import flatten
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route

SCHEMA = "application/schema+json"


def read_requests(call: Call) -> Response:
    services = call.parts.catalogue.services.values()
    rows = [{"service": service.code} | flatten(row) for service in services for row in service.requests]
    return answer_json({"requests": rows})


def read_schema(call: Call) -> Response:
    return answer_json(publish_schema(), media=SCHEMA)


ROUTES = (
    Route(
        "GET", "/v1/requests", read_requests, Access.PUBLIC,
        "The catalogue: the data requests of every service.", answers={JSON: None},
    ),
    Route(
        "GET", "/v1/schemas/application", read_schema, Access.PUBLIC,
        "JSON Schema (2020-12) of the application that is signed.", answers={SCHEMA: None},
    ),
)  # fmt: skip
