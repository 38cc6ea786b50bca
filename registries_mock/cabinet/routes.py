"""The control API of the portal's cabinet: what came into it. No IIN stands in an address."""

from __future__ import annotations

import json
from dataclasses import asdict

from flask import Blueprint, Response

from registries_mock.cabinet.shelf import Shelf
from registries_mock.wire import JSON


def cabinet_control(shelf: Shelf) -> Blueprint:
    """The routes under /_mock/notifications."""
    routes = Blueprint("cabinet", __name__)

    @routes.get("/_mock/notifications")
    def notifications() -> Response:
        body = json.dumps([asdict(one) for one in shelf.list()], ensure_ascii=False)
        return Response(body, content_type=JSON)

    @routes.delete("/_mock/notifications")
    def forget() -> Response:
        shelf.reset()
        return Response(status=204)

    return routes
