"""A recording over HTTP: the addresses of the mock suite, their contracts, and a list of what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from flask import Flask, Response, jsonify, request

from contracts import shep
from registries_mock.addresses import Paths
from registries_mock.replay.player import Player
from registries_mock.wire import HTML, XML, HttpReply

LIST: Final = "/_replay"
_METHODS: Final = ("GET", "POST")


def create_app(player: Player, paths: Paths, body_bytes: int) -> Flask:
    """The WSGI application."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = body_bytes

    @app.route(paths.sync, methods=_METHODS, strict_slashes=False)
    def sync_channel() -> Response:
        return _contract("sync.wsdl", paths.sync) if request.method == "GET" else _answer(player.sync)

    @app.route(paths.asynchronous, methods=_METHODS, strict_slashes=False)
    def async_channel() -> Response:
        if request.method == "GET":
            return _contract("async.wsdl", paths.asynchronous)
        return _answer(player.asynchronous.handle)

    @app.post(f"{paths.soap}<path:address>")
    def soap_service(address: str) -> Response:
        return _answer(partial(player.soap, address))

    @app.post(f"{paths.rest}<path:address>")
    def rest_service(address: str) -> Response:
        return _answer(partial(player.rest, address))

    @app.get(LIST)
    def listing() -> Response:
        return jsonify(player.library.list())

    @app.post(f"{LIST}/reset")
    def reset() -> Response:
        player.library.reset()
        return Response(status=204)

    return app


def _answer(handle: Callable[[bytes], HttpReply]) -> Response:
    reply = handle(request.get_data())
    return Response(reply.body, reply.status, content_type=reply.content_type)


def _contract(wsdl: str, path: str) -> Response:
    name = request.args.get("xsd") or request.args.get("wsdl") or wsdl
    try:
        body = shep.published(name, request.root_url.rstrip("/") + path)
    except LookupError:
        return Response("<p>No such contract.</p>", 404, content_type=HTML)
    return Response(body, 200, content_type=XML)
