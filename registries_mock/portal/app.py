"""The portal's server: it gives the page out, and takes its drafts and submissions to the gateway under its own key.

The key never reaches the browser. The server listens on this machine alone, and answers no page but its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, request

from contracts.application import SCHEMA_ID
from registries_mock.http import GatewayAnswer, PushFailed
from registries_mock.json_http import answer_json, read_body
from registries_mock.ports import People

CallGateway = Callable[[str, str, bytes, str], GatewayAnswer]
"""Port: (address, key, body, language) -> status and body; raises PushFailed."""
MOST_BYTES: Final = 5_000_000
_HOSTS: Final = frozenset({"127.0.0.1", "localhost"})
_FILES: Final = {
    "/": ("portal.html", "text/html; charset=utf-8"),
    "/portal.css": ("portal.css", "text/css; charset=utf-8"),
    "/portal.js": ("portal.js", "text/javascript; charset=utf-8"),
    "/ncalayer.js": ("ncalayer.js", "text/javascript; charset=utf-8"),
    "/words.json": ("words.json", "application/json"),
}
_UNREACHED: Final = {"code": "gateway-unreached", "title": "The gateway gave no answer.", "problems": []}


@dataclass(frozen=True)
class Portal:
    """Where the gateway is and by whose key it is called, which people may apply, and where the page finds NCALayer."""

    people: People
    call: CallGateway
    gateway: str
    key: str = field(repr=False)
    ncalayer: str
    service: str = "asp"


def create_portal(portal: Portal) -> Flask:
    app = Flask("registries_mock.portal", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.before_request(_refuse_other_pages)
    app.after_request(lambda response: _add_headers(response, portal.ncalayer))
    for path, (name, media) in _FILES.items():
        app.add_url_rule(path, name, _give(name, media))

    @app.get("/personas.json")
    def list_personas() -> Response:
        rows = [{"name": one.name, "applicant": _name_applicant(one.name)} for one in portal.people.personas()]
        return answer_json({"personas": rows, "ncalayer": portal.ncalayer})

    def _name_applicant(persona: str) -> str:
        told = portal.people.describe_application(persona)["applicant"]
        return f"{told['surname']} {told['name']}"

    @app.post("/drafts")
    def make_draft() -> Response:
        """What a persona would declare, as the gateway gives it back to be signed."""
        try:
            declared = portal.people.describe_application(str(_read_body().get("persona")))
        except LookupError:
            return answer_json({"code": "persona-missing", "title": "Nobody is called so.", "problems": []}, 404)
        application = {"schema": SCHEMA_ID, "service": portal.service, **declared}
        return _ask("/v1/drafts", json.dumps(application, ensure_ascii=False, default=str).encode())

    @app.post("/applications")
    def submit() -> Response:
        body = _read_body()
        sent = {"application": body.get("application"), "signature": body.get("signature")}
        return _ask("/v1/applications", json.dumps(sent).encode())

    def _ask(path: str, body: bytes) -> Response:
        language = "kk" if request.headers.get("Accept-Language", "").startswith("kk") else "ru"
        try:
            answer = portal.call(portal.gateway.rstrip("/") + path, portal.key, body, language)
        except PushFailed:
            return answer_json(_UNREACHED, 502)
        return Response(answer.body, answer.status, content_type="application/json")

    return app


def _refuse_other_pages() -> Response | None:
    """A page of another origin could use the portal's key through the browser: it sends its Origin, or no JSON.

    One that another name leads here (DNS rebinding) sends that name as the host.
    """
    if (urlsplit(request.host_url).hostname or "") not in _HOSTS:
        return answer_json({"code": "not-allowed", "title": "There is no such portal here.", "problems": []}, 403)
    if request.method != "POST":
        return None
    own = request.headers.get("Origin", request.host_url.rstrip("/")) == request.host_url.rstrip("/")
    if own and request.mimetype == "application/json":
        return None
    return answer_json({"code": "not-allowed", "title": "Only the portal's own page may do this.", "problems": []}, 403)


def _add_headers(response: Response, ncalayer: str) -> Response:
    """Nothing but the portal's own files and NCALayer may be reached from the page."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; "
        f"connect-src 'self' {ncalayer}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _give(name: str, media: str) -> Callable[[], Response]:
    content = (files("registries_mock.portal") / "page" / name).read_bytes()
    return lambda: Response(content, content_type=media)


def _read_body() -> dict[str, Any]:
    body = read_body()
    return body if isinstance(body, dict) else {}
