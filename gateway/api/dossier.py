"""The dossier for the provider, as JSON or as a page, by Accept."""

from __future__ import annotations

from flask import Response

from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import HTML, JSON, Access, Route
from gateway.logs import log_event

PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"


def read_dossier(call: Call, application_id: str) -> Response:
    parts = call.parts
    stored = call.read_application(application_id)
    dossier = parts.assemble(stored, parts.store.read_attempts(stored.id), parts.store.read_events(stored.id))
    log_event("dossier read", application=stored.id, client=call.caller.id)
    wanted = call.request.accept_mimetypes.best_match([JSON, HTML])
    if wanted != HTML or parts.render_html is None:
        return answer_json(dossier)
    page = Response(parts.render_html(dossier, call.language), content_type=f"{HTML}; charset=utf-8")
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


ROUTES = (
    Route(
        "GET", "/v1/applications/{application_id}/dossier", read_dossier, Access.PROVIDER,
        "The whole package: application, verdict on the signature, every inquiry with its evidence, findings.",
        answers={JSON: None, HTML: None}, refusals=(404,),
    ),
)  # fmt: skip
