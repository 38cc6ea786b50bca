"""The suite over HTTP: the protocols' addresses with their contracts, the certification centre, and the control API."""

from __future__ import annotations

from flask import Flask, Response, request

from contracts import shep
from registries_mock.addresses import ASYNC, SYNC
from registries_mock.ca.control import control_centre
from registries_mock.ca.routes import publish_centre
from registries_mock.cabinet.routes import cabinet_control
from registries_mock.consent_routes import consent_control
from registries_mock.control import control
from registries_mock.dev_clock import dev_clock
from registries_mock.exchanges import CarryExchanges
from registries_mock.files.routes import files_control
from registries_mock.foreign_pages import refuse_foreign_pages
from registries_mock.journal.routes import journal_control
from registries_mock.journal.view import JournalView
from registries_mock.page.routes import page_routes
from registries_mock.scenario.routes import scenario_control
from registries_mock.settings import Settings
from registries_mock.sms.routes import sms_control
from registries_mock.soap.wsdl import publish
from registries_mock.spaces.choosing import ChooseSpace
from registries_mock.spaces.routes import space_control
from registries_mock.spaces.spaces import Space, Spaces
from registries_mock.spaces.wanted import WantedSpace
from registries_mock.suite import Outside, Suite
from registries_mock.wire import HTML, XML


def create_app(settings: Settings, outside: Outside | None = None) -> Flask:
    """The WSGI application; its suite is `app.extensions["suite"]`, to be closed by who made it, the spaces with it."""
    suite = Suite(settings, outside)
    spaces = Spaces(lambda wanted: _make_space(wanted, suite, spaces), settings.senders)
    suite.close_with(spaces.close)
    app = _offer(suite, spaces)
    app.extensions["spaces"] = spaces
    app.register_blueprint(space_control(spaces))
    app.wsgi_app = ChooseSpace(app.wsgi_app, spaces, settings.body_bytes)  # type: ignore[method-assign]
    return app


def _make_space(wanted: WantedSpace, beside: Suite, spaces: Spaces) -> Space:
    settings = wanted.settings(beside.settings)
    suite = Suite(settings, beside.outside.beside(settings, beside.settings), beside)
    return Space(wanted, suite, _offer(suite, spaces))


def _offer(suite: Suite, spaces: Spaces) -> Flask:
    """All addresses of one suite, that of a space or the common one."""
    app = Flask(__name__, static_folder=None)
    app.extensions["suite"] = suite
    app.config["MAX_CONTENT_LENGTH"] = suite.settings.body_bytes
    app.before_request(refuse_foreign_pages(suite.settings.host))
    app.register_blueprint(control(suite))
    app.register_blueprint(scenario_control(suite))
    if suite.outside.time is not None:
        app.register_blueprint(dev_clock(suite.outside.time))
    view = JournalView(suite.journal, suite.catalogue.passports, suite.outside.people)
    app.register_blueprint(journal_control(view))
    app.register_blueprint(page_routes(suite, view, lambda: [one.wanted.name for one in spaces.all()]))
    app.register_blueprint(sms_control(suite.inbox, suite.outage))
    app.register_blueprint(files_control(suite.shelf))
    app.register_blueprint(cabinet_control(suite.cabinet))
    app.register_blueprint(consent_control(suite.desk))
    app.register_blueprint(publish_centre(suite.centre))
    app.register_blueprint(control_centre(suite.authority, suite.troubles, suite.outside.clock))

    _publish_contracts(app, suite)
    # The way that Flask has for what stands before an application: test clients and servers come through it too.
    app.wsgi_app = CarryExchanges(suite, app.wsgi_app)  # type: ignore[method-assign]
    return app


def _publish_contracts(app: Flask, suite: Suite) -> None:
    """What is described where messages are posted."""

    @app.get(SYNC, strict_slashes=False)
    def sync_channel() -> Response:
        return _contract("sync.wsdl", SYNC)

    @app.get(ASYNC, strict_slashes=False)
    def async_channel() -> Response:
        return _contract("async.wsdl", ASYNC)

    @app.get("/soap/<path:address>")
    def soap_service(address: str) -> Response:
        return _own_contract(suite, address)


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
