"""The spaces over HTTP: list, open, close."""

from __future__ import annotations

from flask import Blueprint, Response

from registries_mock.json_http import answer_json, read_body, refuse_request
from registries_mock.spaces.spaces import Spaces, Taken, TooMany
from registries_mock.spaces.wanted import read_space


def space_control(spaces: Spaces) -> Blueprint:
    """`POST /_mock/spaces {"name": …}` opens one; 409 for a name or sender that is taken, 429 for one too many."""
    routes = Blueprint("spaces", __name__)

    @routes.get("/_mock/spaces")
    def listed() -> Response:
        return answer_json([one.describe() for one in spaces.all()])

    @routes.post("/_mock/spaces")
    def opened() -> Response:
        try:
            return answer_json(spaces.open(read_space(read_body())).describe(), 201)
        except ValueError as fault:
            return refuse_request(str(fault))
        except Taken as fault:
            return refuse_request(str(fault), 409)
        except TooMany as fault:
            return refuse_request(str(fault), 429)

    @routes.delete("/_mock/spaces/<name>")
    def shut(name: str) -> Response:
        return Response(status=204) if spaces.shut(name) else refuse_request("there is no such space", 404)

    return routes
