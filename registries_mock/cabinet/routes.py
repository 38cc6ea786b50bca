"""The control API of the portal's cabinet: what came into it. No IIN stands in an address."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response

from registries_mock.cabinet.shelf import Shelf
from registries_mock.json_http import answer_json


def cabinet_control(shelf: Shelf) -> Blueprint:
    """The routes under /_mock/notifications."""
    routes = Blueprint("cabinet", __name__)

    @routes.get("/_mock/notifications")
    def notifications() -> Response:
        return answer_json([asdict(one) for one in shelf.list()])

    @routes.delete("/_mock/notifications")
    def forget() -> Response:
        shelf.reset()
        return Response(status=204)

    return routes
