"""The suite over HTTP: both channels of the bus, plain SOAP, REST, the certification centre, and the control API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from contracts import shep
from registries_mock.ca.control import control_centre
from registries_mock.ca.routes import publish_centre
from registries_mock.cabinet.routes import cabinet_control
from registries_mock.consent_routes import consent_control
from registries_mock.control import control
from registries_mock.dev_clock import dev_clock
from registries_mock.dropping import drop, length_of, send, tear
from registries_mock.files.routes import files_control
from registries_mock.journal.entry import Channel
from registries_mock.journal.routes import journal_control
from registries_mock.journal.view import JournalView
from registries_mock.settings import Settings
from registries_mock.sms.routes import sms_control
from registries_mock.soap.wsdl import publish
from registries_mock.spaces.choosing import ChooseSpace
from registries_mock.spaces.routes import space_control
from registries_mock.spaces.spaces import Space, Spaces
from registries_mock.spaces.wanted import WantedSpace
from registries_mock.suite import Outside, Suite
from registries_mock.wire import HTML, XML, HttpReply

SYNC: Final = "/bip-sync-wss-gost/"
ASYNC: Final = "/bip-async-wss-gost/"
_METHODS: Final = ("GET", "POST")
_CONTROL: Final = ("/_mock/", "/dev/", "/ca/")


def create_app(settings: Settings, outside: Outside | None = None) -> Flask:
    """The WSGI application; its suite is `app.extensions["suite"]`, to be closed by who made it, the spaces with it."""
    suite = Suite(settings, outside)
    spaces = Spaces(lambda wanted: _make_space(wanted, suite), settings.senders)
    suite.close_with(spaces.close)
    app = _offer(suite)
    app.extensions["spaces"] = spaces
    app.register_blueprint(space_control(spaces))
    # The way that Flask has for what stands before an application: test clients and servers come through it too.
    app.wsgi_app = ChooseSpace(app.wsgi_app, spaces, settings.body_bytes)  # type: ignore[method-assign]
    return app


def _make_space(wanted: WantedSpace, beside: Suite) -> Space:
    settings = wanted.settings(beside.settings)
    suite = Suite(settings, beside.outside.beside(settings, beside.settings), beside)
    return Space(wanted, suite, _offer(suite))


def _offer(suite: Suite) -> Flask:
    """All addresses of one suite."""
    app = Flask(__name__, static_folder=None)
    app.extensions["suite"] = suite
    app.config["MAX_CONTENT_LENGTH"] = suite.settings.body_bytes
    app.register_blueprint(control(suite))
    if suite.outside.time is not None:
        app.register_blueprint(dev_clock(suite.outside.time))
    view = JournalView(suite.journal, suite.catalogue.passports, suite.outside.people)
    app.register_blueprint(journal_control(view))
    app.register_blueprint(sms_control(suite.inbox, suite.outage))
    app.register_blueprint(files_control(suite.shelf))
    app.register_blueprint(cabinet_control(suite.cabinet))
    app.register_blueprint(consent_control(suite.desk))
    app.register_blueprint(publish_centre(suite.centre))
    app.register_blueprint(control_centre(suite.authority, suite.troubles, suite.outside.clock))

    _carry_exchanges(app, suite)
    return app


def _carry_exchanges(app: Flask, suite: Suite) -> None:
    """The addresses of the protocols, each exchange with its line in the journal."""

    @app.route(SYNC, methods=_METHODS, strict_slashes=False)
    def sync_channel() -> Response:
        if request.method == "GET":
            return _contract("sync.wsdl", SYNC)
        return _exchange(suite, "sync", suite.sync.send_message)

    @app.route(ASYNC, methods=_METHODS, strict_slashes=False)
    def async_channel() -> Response:
        if request.method == "GET":
            return _contract("async.wsdl", ASYNC)
        return _exchange(suite, "async", suite.asynchronous.handle)

    @app.route("/soap/<path:address>", methods=_METHODS)
    def soap_service(address: str) -> Response:
        if request.method == "GET":
            return _own_contract(suite, address)
        return _exchange(suite, "soap", partial(suite.soap.handle, address))

    @app.post("/rest/<path:address>")
    def rest_service(address: str) -> Response:
        return _exchange(suite, "rest", partial(suite.rest.handle, address))

    @app.errorhandler(404)
    def nowhere(failure: HTTPException) -> Response | HTTPException:
        """An address that is none: whoever mistyped it finds it in the journal, beside what it is like."""
        if request.method == "GET" or request.path.startswith(_CONTROL):
            return failure
        with suite.journal.begin("nowhere", request.path) as line:
            line.came(request.get_data())
            line.end(404, b"")
        return failure


def _exchange(suite: Suite, channel: Channel, handle: Callable[[bytes], HttpReply]) -> Response:
    with suite.journal.begin(channel, request.path) as line:
        suite.failures.wait(suite.settings.latency_seconds)
        message = request.get_data()
        line.came(message)
        reply = handle(message)
        if reply.change:
            reply = replace(reply, body=reply.change(reply.body), change=None)
        line.end(reply.status, reply.body, reply.dropped)
    return _response(reply, suite.failures.wait)


def _response(reply: HttpReply, wait: Callable[[float], None]) -> Response:
    if reply.dropped:
        return Response(tear(request.environ) if reply.dropped == "reset" else drop())
    if reply.flow is None:
        return Response(reply.body, reply.status, content_type=reply.content_type)
    length = {"Content-Length": str(length_of(reply.body, reply.flow))}
    return Response(send(reply.body, reply.flow, wait), reply.status, length, content_type=reply.content_type)


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
