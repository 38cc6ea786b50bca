"""A page of another origin changes nothing of the suite through somebody's browser; programs are served."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from registries_mock.settings import Settings
from tests.registries_mock.small_world import small_app

CHANGES = (
    ("POST", "/_mock/reset"),
    ("POST", "/_mock/failures"),
    ("DELETE", "/_mock/failures"),
    ("DELETE", "/_mock/failures/1"),
    ("DELETE", "/_mock/journal"),
    ("POST", "/_mock/spaces"),
    ("POST", "/_mock/page/people"),
    ("POST", "/dev/clock"),
)


def client(host: str = "127.0.0.1") -> FlaskClient:
    return small_app(Settings(host=host)).test_client()


def reset(asked: FlaskClient, origin: str | None, host: str = "127.0.0.1:8088", prefix: str = "") -> int:
    headers = {"Host": host} | ({"Origin": origin} if origin is not None else {})
    return asked.post(f"{prefix}/_mock/reset", headers=headers).status_code


def test_what_changes_something_is_refused_to_pages_of_other_origins() -> None:
    asked = client()
    for method, path in CHANGES:
        for origin in ("https://elsewhere.example", "null", "http://127.0.0.1:1", "http://[", ""):
            reply = asked.open(path, method=method, headers={"Origin": origin, "Host": "127.0.0.1:8088"})
            assert reply.status_code == 403, (method, path, origin)


def test_the_page_itself_and_programs_that_say_no_origin_are_served() -> None:
    asked = client()
    assert reset(asked, None) == 204
    assert reset(asked, "http://127.0.0.1:8088") == 204
    assert reset(asked, "http://localhost:8088", "localhost:8088") == 204
    assert reset(asked, "http://[::1]:8088", "[::1]:8088") == 204


def test_a_name_that_leads_to_this_machine_is_none_of_its_own_where_it_listens_to_itself_alone() -> None:
    assert reset(client(), "http://elsewhere.example:8088", "elsewhere.example:8088") == 403
    assert reset(client("0.0.0.0"), "http://mock:8088", "mock:8088") == 204  # noqa: S104  # nothing listens here


def test_the_rule_holds_in_spaces_too() -> None:
    asked = client()
    asked.post("/_mock/spaces", json={"name": "t1"})
    assert reset(asked, "https://elsewhere.example", prefix="/_space/t1") == 403
    assert reset(asked, None, prefix="/_space/t1") == 204


def test_reading_and_the_protocols_ask_for_no_origin() -> None:
    asked, foreign = client(), {"Origin": "https://elsewhere.example"}
    assert asked.get("/_mock/health", headers=foreign).status_code == 200
    assert asked.post("/bip-sync-wss-gost/", data=b"<a/>", headers=foreign).status_code == 500
    assert "Access-Control-Allow-Origin" not in asked.get("/_mock/journal", headers=foreign).headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_failure_is_taken_as_json_alone(kind: str) -> None:
    asked = client()
    assert asked.post("/_mock/failures", data='{"kind": "bom"}', content_type=kind).status_code == 422
    assert asked.get("/_mock/failures").get_json() == []
