"""The table of routes: every endpoint of the gateway, in the order of the documents."""

from __future__ import annotations

from flask import Response

from gateway.api import (
    applications,
    bus,
    checks,
    codes,
    complaints,
    decisions,
    dev_clock,
    dossier,
    drafts,
    events,
    explanation,
    health,
    inquiries,
    letters,
    notices,
    papers,
    published,
    signature_check,
    worklist,
)
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.openapi import describe_api
from gateway.api.routes import JSON, Access, Route


def read_openapi(call: Call) -> Response:
    return answer_json(describe_api(ROUTES))


ROUTES: tuple[Route, ...] = (
    *drafts.ROUTES,
    *applications.ROUTES,
    *codes.ROUTES,
    *inquiries.ROUTES,
    *events.ROUTES,
    *explanation.ROUTES,
    *letters.ROUTES,
    *papers.ROUTES,
    *notices.ROUTES,
    *decisions.ROUTES,
    *complaints.ROUTES,
    *dossier.ROUTES,
    *worklist.ROUTES,
    *checks.ROUTES,
    *signature_check.ROUTES,
    *published.ROUTES,
    Route("GET", "/openapi.json", read_openapi, Access.PUBLIC, "This API, as OpenAPI 3.1.", answers={JSON: None}),
    *bus.ROUTES,
    *health.ROUTES,
    *dev_clock.ROUTES,
)
