"""The suite over HTTP: both channels of the bus, plain SOAP, REST, the certification centre, and the control API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Flask, Response, request

from contracts import shep
from registries_mock.ca.control import control_centre
from registries_mock.ca.routes import publish_centre
from registries_mock.cabinet.routes import cabinet_control
from registries_mock.consent_routes import consent_control
from registries_mock.control import control
from registries_mock.dev_clock import dev_clock
from registries_mock.dropping import drop, length_of, send, tear
from registries_mock.files.routes import files_control
from registries_mock.settings import Settings
from registries_mock.sms.routes import sms_control
from registries_mock.soap.wsdl import publish
from registries_mock.suite import Outside, Suite
from registries_mock.wire import HTML, XML, HttpReply

SYNC: Final = "/bip-sync-wss-gost/"
ASYNC: Final = "/bip-async-wss-gost/"
_METHODS: Final = ("GET", "POST")


def create_app(settings: Settings, outside: Outside | None = None) -> Flask:
    """The WSGI application; its suite is `app.extensions["suite"]`, to be closed by who made it."""
    suite = Suite(settings, outside)
    app = Flask(__name__, static_folder=None)
    app.extensions["suite"] = suite
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    app.register_blueprint(control(suite))
    if suite.outside.time is not None:
        app.register_blueprint(dev_clock(suite.outside.time))
    app.register_blueprint(sms_control(suite.inbox, suite.outage))
    app.register_blueprint(files_control(suite.shelf))
    app.register_blueprint(cabinet_control(suite.cabinet))
    app.register_blueprint(consent_control(suite.desk))
    app.register_blueprint(publish_centre(suite.centre))
    app.register_blueprint(control_centre(suite.authority, suite.troubles, suite.outside.clock))

    @app.route(SYNC, methods=_METHODS, strict_slashes=False)
    def sync_channel() -> Response:
        if request.method == "GET":
            return _contract("sync.wsdl", SYNC)
        suite.failures.wait(settings.latency_seconds)
        return _response(suite.sync.send_message(request.get_data()), suite.failures.wait)

    @app.route(ASYNC, methods=_METHODS, strict_slashes=False)
    def async_channel() -> Response:
        if request.method == "GET":
            return _contract("async.wsdl", ASYNC)
        suite.failures.wait(settings.latency_seconds)
        return _response(suite.asynchronous.handle(request.get_data()), suite.failures.wait)

    @app.route("/soap/<path:address>", methods=_METHODS)
    def soap_service(address: str) -> Response:
        if request.method == "GET":
            return _own_contract(suite, address)
        suite.failures.wait(settings.latency_seconds)
        return _response(suite.soap.handle(address, request.get_data()), suite.failures.wait)

    @app.post("/rest/<path:address>")
    def rest_service(address: str) -> Response:
        suite.failures.wait(settings.latency_seconds)
        return _response(suite.rest.handle(address, request.get_data()), suite.failures.wait)

    return app


def _response(reply: HttpReply, wait: Callable[[float], None]) -> Response:
    if reply.dropped:
        return Response(tear(request.environ) if reply.dropped == "reset" else drop())
    body = reply.change(reply.body) if reply.change else reply.body
    if reply.flow is None:
        return Response(body, reply.status, content_type=reply.content_type)
    length = {"Content-Length": str(length_of(body, reply.flow))}
    return Response(send(body, reply.flow, wait), reply.status, length, content_type=reply.content_type)


def _contract(wsdl: str, path: str) -> Response:
    """`?wsdl`, `?wsdl=NAME` and `?xsd=NAME` of the bus; an address alone is answered with a hint."""
    name = request.args.get("xsd") or request.args.get("wsdl") or wsdl
    if not {"wsdl", "xsd"} & set(request.args):
        return Response("SOAP is posted here; ?wsdl describes it.\n", 200, content_type="text/plain; charset=utf-8")
    try:
        body = shep.published(name, request.root_url.rstrip("/") + path)
    except LookupError:
        return Response("<p>No such contract.</p>", 404, content_type=HTML)
    return Response(body, 200, content_type=XML)


def _own_contract(suite: Suite, address: str) -> Response:
    passports = [one for one in suite.soap.at(address) if one.soap]
    if not passports or not {"wsdl", "xsd"} & set(request.args):
        return Response(
            "<p>SOAP is posted here; ?wsdl describes a service.</p>", 200 if passports else 404, content_type=HTML
        )
    name = request.args.get("xsd") or request.args.get("wsdl") or ""
    for passport in passports:
        if passport.soap is not None:
            body = publish(suite.catalogue.folders[passport.key] / passport.soap.wsdl, name, request.base_url)
            if body is not None:
                return Response(body, 200, content_type=XML)
    return Response("<p>No such contract.</p>", 404, content_type=HTML)
