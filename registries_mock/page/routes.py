"""The page over HTTP: the whole, its live part, one exchange, one family; and its style and script.

It can be read without a script. What changes the suite goes over the control addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final

from flask import Blueprint, Response, request

from registries_mock.journal.view import JournalView
from registries_mock.page.registries import list_registries
from registries_mock.page.rendering import render
from registries_mock.page.switches import list_choices, list_failures
from registries_mock.page.traffic import LISTED, list_exchanges, show_exchange
from registries_mock.page.words import Speech, choose_speech
from registries_mock.suite import Suite
from registries_mock.wire import HTML

_FILES: Final = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def page_routes(suite: Suite, view: JournalView, list_spaces: Callable[[], list[str]]) -> Blueprint:
    """`?lang=kk`, `ru` or `en`; else what the browser asks for. `list_spaces`: the names of those that are open."""
    routes = Blueprint("page", __name__)
    people, catalogue = suite.outside.people, suite.catalogue

    @routes.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        # Not no-referrer: under that a browser says of the page's own form that it has no origin.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.get("/")
    def overview() -> Response:
        speech = _speech()
        return _answer(
            "overview.html",
            speech,
            **_live(speech),
            kinds=list_choices(speech),
            registry_names=sorted({one.registry for one in catalogue.passports.values()}),
            personas=people.personas(),
        )

    @routes.get("/_mock/page/live")
    def live() -> Response:
        """What changes by itself; 304 where it is as the asker has it."""
        speech = _speech()
        response = _answer("live.html", speech, **_live(speech))
        response.add_etag()
        response.make_conditional(request)
        return response

    @routes.get("/_mock/page/exchanges/<int:number>")
    def exchange(number: int) -> Response:
        speech = _speech()
        found = show_exchange(number, view, catalogue, speech)
        return _answer("exchange.html", speech, 200 if found else 404, number=number, exchange=found)

    @routes.post("/_mock/page/people")
    def look_up() -> Response:
        """The number comes in a form's body: it is in no address, and in no log of one."""
        return _family(iin=request.form.get("iin", "").strip())

    @routes.get("/_mock/page/personas/<name>")
    def persona(name: str) -> Response:
        return _family(persona=name)

    for file, media in _FILES.items():
        routes.add_url_rule(f"/_mock/page/{file}", file.replace(".", "_"), _give(file, media))

    def _live(speech: Speech) -> dict[str, Any]:
        return {
            "exchanges": list_exchanges(view, catalogue, speech),
            "listed": LISTED,
            "registries": list_registries(suite, speech),
            "failures": list_failures(suite, speech),
            "clock": suite.outside.time.standing() if suite.outside.time else None,
        }

    def _family(iin: str = "", persona: str = "") -> Response:
        # Here, because a suite whose page nobody opens loads none of what makes families.
        from registries_mock.page.families import view_family

        speech = _speech()
        try:
            whose = min(people.iins_of(persona)) if persona else iin
            family = view_family(whose, people, catalogue, speech)
        except LookupError:
            return _answer("family.html", speech, 404, family=None)
        return _answer("family.html", speech, family=family)

    def _answer(template: str, speech: Speech, status: int = 200, **given: Any) -> Response:
        given |= {"seed": suite.settings.seed, "spaces": list_spaces()}
        text = render(template, speech, request.script_root, **given)
        return Response(text, status, content_type=HTML)

    return routes


def _speech() -> Speech:
    wanted = request.form.get("lang") or request.args.get("lang")
    return choose_speech(wanted, request.accept_languages)


def _give(file: str, media: str) -> Callable[[], Response]:
    content = (files("registries_mock.page") / file).read_bytes()
    return lambda: Response(content, content_type=media)
