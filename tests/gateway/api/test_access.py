"""Who may call what: every route has a rule, and every rule is held."""

from __future__ import annotations

import re

import pytest
from flask import Response
from werkzeug.test import TestResponse

from gateway.api.app import create_api
from gateway.api.routes import Access, Route
from gateway.api.table import ROUTES
from tests.gateway.api.bench import LIMIT, Bench

routes = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
BODIES = {"POST /v1/applications/{application_id}/complaints": b'{"text": "x", "channel": "electronic"}'}
"""Bodies that are in order, where an empty one is not."""
KEYED = [route for route in ROUTES if route.access in (Access.PORTAL, Access.PROVIDER)]


def fill(path: str) -> str:
    """The other names of a path, filled in."""
    return re.sub(r"{\w+}", "1", path)


def call(bench: Bench, route: Route, **headers: str) -> TestResponse:
    path = fill(route.path.replace("{application_id}", "app_1"))
    return bench.http.open(path, method=route.method, headers=headers, data=b"{}", content_type="application/json")


def code(response: TestResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    return response.status_code, str(response.get_json()["code"])


def test_the_table_is_all_that_there_is() -> None:
    rules = {(rule.rule, frozenset(rule.methods or ()) - {"HEAD"}) for rule in Bench().app.url_map.iter_rules()}
    assert rules == {(route.flask_path, frozenset({route.method})) for route in ROUTES}
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)


@routes
def test_every_route_has_an_access_rule_a_summary_and_an_answer(route: Route) -> None:
    assert isinstance(route.access, Access)
    assert route.summary.endswith(".")
    assert route.answers


def test_only_providers_send_bodies_larger_than_others() -> None:
    large = [route for route in ROUTES if route.most_bytes]
    assert large
    for route in large:
        bench = Bench()
        headers = {"Authorization": f"Bearer {bench.portal_key}"}
        path = route.path.replace("{", "").replace("}", "")
        response = bench.http.open(
            path, method=route.method, data=b" " * (LIMIT + 1), content_type="application/json", headers=headers
        )
        assert response.status_code in (403, 413), route.name


@routes
def test_no_address_carries_a_number_of_a_person(route: Route) -> None:
    assert "iin" not in route.path.removeprefix("/v1/checks/iin") + "".join(route.query)


@pytest.mark.parametrize("route", KEYED, ids=lambda route: route.name)
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic a2V5", "key-of-client_0", f"Bearer {'x' * 5000}"]
)
def test_without_a_known_key_the_caller_is_unknown(route: Route, header: str) -> None:
    response = call(Bench(), route, **({"Authorization": header} if header else {}))
    assert code(response) == (401, "caller-unknown")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", [r for r in ROUTES if r.access is Access.PROVIDER], ids=lambda route: route.name)
def test_a_portal_is_not_allowed_where_providers_are(route: Route) -> None:
    bench = Bench()
    bench.submit(bench.portal_key)
    assert code(call(bench, route, Authorization=f"Bearer {bench.portal_key}")) == (403, "not-allowed")


@routes
def test_a_handler_never_runs_before_the_caller_is_known(route: Route) -> None:
    ran: list[str] = []

    def handle(*_: object, **__: object) -> Response:
        ran.append(route.name)
        return Response("ran")

    bench = Bench()
    spy = Route(route.method, route.path, handle, route.access, route.summary, answers=route.answers)
    bench.http = create_api(bench.parts, [spy]).test_client()
    call(bench, route)
    assert bool(ran) == (route.access in (Access.PUBLIC, Access.BUS))


@pytest.mark.parametrize(
    "route",
    [r for r in ROUTES if "{application_id}" in r.path and r.access is Access.PORTAL],
    ids=lambda route: route.name,
)
def test_another_portals_application_is_as_unknown_as_none(route: Route) -> None:
    bench = Bench()
    location = bench.submit(bench.portal_key).headers["Location"]
    known = fill(route.path.replace("/v1/applications/{application_id}", location))
    unknown = fill(route.path.replace("{application_id}", "app_404"))
    body = BODIES.get(route.name, b"{}")

    def ask(path: str, key: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}"}
        return bench.http.open(path, method=route.method, headers=headers, data=body, content_type="application/json")

    answers = []
    for path in (known, unknown, unknown.replace("app_404", "%00"), unknown.replace("app_404", "x" * 500)):
        response = ask(path, bench.other_key)
        assert code(response) == (404, "application-not-found")
        answers.append({name: value for name, value in response.get_json().items() if name != "instance"})
    assert all(answer == answers[0] for answer in answers)
    if route.method == "GET" and "{n}" not in route.path:
        assert ask(known, bench.portal_key).status_code == 200
        assert ask(known, bench.center_key).status_code == 200


def test_a_revoked_key_is_unknown() -> None:
    bench = Bench()
    bench.store.revoke_client(bench.portal.id)
    assert code(bench.submit(bench.portal_key)) == (401, "caller-unknown")
