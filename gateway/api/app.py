"""The application object: routes registered in one loop, each behind its access rule; errors and headers for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, request

from gateway.api.call import Call, choose_language, identify
from gateway.api.parts import ApiParts
from gateway.api.problems import handle_errors
from gateway.api.routes import Route
from gateway.api.table import ROUTES
from gateway.api.watched import watch_requests

MOST_BYTES = "ASP_MOST_BYTES"
"""Where the application says how large a body may be on any route: the server lets so much in."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_api(parts: ApiParts, routes: Iterable[Route] = ROUTES) -> Flask:
    """The WSGI application over the given ports."""
    app = Flask("gateway.api", static_folder=None)
    # A second slash is a mistake to be told of, not an address to be sent on to.
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = None
    rows = tuple(routes)
    app.config[MOST_BYTES] = max(parts.max_body_bytes, *(route.most_bytes for route in rows))
    for route in rows:
        app.add_url_rule(
            route.flask_path,
            route.name,
            _guard(route, parts),
            methods=[route.method],
            provide_automatic_options=False,
            strict_slashes=True,
        )
    handle_errors(app, parts)
    watch_requests(app, parts.watch_request)
    app.after_request(_add_headers)
    return app


def _guard(route: Route, parts: ApiParts) -> Callable[..., Response]:
    """Who calls is known before the handler sees anything."""

    def view(**parameters: Any) -> Response:
        client = identify(parts, request, route.access)
        return route(Call(parts, request, client, choose_language(request), route.most_bytes), **parameters)

    return view


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
