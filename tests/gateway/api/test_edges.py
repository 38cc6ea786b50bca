"""Checks, published pages, the bus, and whatever is sent wrongly."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from lxml import etree

from contracts.application import publish_schema
from contracts.errors import CatalogueInvalid, GatewayError, Problem, StoreUnavailable, walk
from gateway.api.openapi import describe_api
from gateway.api.parts import make_streams
from gateway.api.problems import describe
from gateway.api.table import ROUTES
from tests.gateway.api.bench import LIMIT, Bench
from tests.gateway.sample_case import APPLICANT_IIN, make_body, make_iban


def ask(path: str, body: dict[str, Any], **headers: str) -> Any:
    bench = Bench()
    return bench.post(path, json.dumps(body).encode(), bench.portal_key, **headers).get_json()


def test_an_iban_is_checked_against_the_banks_of_the_service() -> None:
    verdict = ask("/v1/checks/iban", {"iban": f" {make_iban().lower()}"}, Accept_Language="en")
    assert (verdict["ok"], verdict["iban"]) == (True, make_iban())
    assert verdict["bank"] == {"code": "601", "bic": "HSBKKZKX", "name": "Name"}
    assert ask("/v1/checks/iban", {"iban": make_iban("125"), "service": "asp"})["code"] == "iban-bank"
    assert ask("/v1/checks/iban", {"iban": "KZ", "service": "x"})["problems"][0]["code"] == "service-unknown"
    assert ask("/v1/checks/iban", {})["problems"][0]["pointer"] == "/iban"


def test_an_iin_is_checked_with_the_date_of_birth_where_it_is_given() -> None:
    good = ask("/v1/checks/iin", {"iin": APPLICANT_IIN, "birth_date": "1990-01-01"})
    assert good == {"ok": True, "code": "", "detail": "", "birth_date": "1990-01-01", "sex": "female"}
    assert (
        ask("/v1/checks/iin", {"iin": APPLICANT_IIN, "birth_date": "1990-01-02"})["code"] == "iin-birth-date-mismatch"
    )
    for wrong, code in (("1" * 12, "iin-check-digit"), ("12", "iin-format"), ("", "iin-format")):
        verdict = ask("/v1/checks/iin", {"iin": wrong})
        assert (verdict["ok"], verdict["code"]) == (False, code)


def test_the_catalogue_and_the_schema_are_published() -> None:
    bench = Bench()
    rows = bench.get("/v1/requests").get_json()["requests"]
    assert [(row["service"], row["number"]) for row in rows] == [("asp", 1), ("asp", 2)]
    schema = bench.get("/v1/schemas/application")
    assert (schema.content_type, schema.get_json()) == ("application/schema+json", publish_schema())


def test_openapi_is_made_of_the_table_and_refers_to_nothing_that_is_not_there() -> None:
    document = Bench().get("/openapi.json").get_json()
    assert document == describe_api(ROUTES)
    assert document["openapi"] == "3.1.0"
    operations = {(m.upper(), path) for path, methods in document["paths"].items() for m in methods}
    assert operations == {(route.method, route.path) for route in ROUTES}
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    referred = set(_refs(document))
    assert referred
    assert referred <= known
    identifiers = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(set(identifiers)) == len(identifiers)


def _refs(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [v for k, v in node.items() if k == "$ref"] + [r for v in node.values() for r in _refs(v)]
    return [r for item in node for r in _refs(item)] if isinstance(node, list) else []


def test_the_bus_reads_our_wsdl_and_every_file_that_it_names() -> None:
    bench = Bench()
    seen: set[str] = set()
    waiting = ["?wsdl"]
    while waiting:
        query = waiting.pop()
        seen.add(query)
        response = bench.get(f"/shep/async-client{query}")
        assert response.status_code == 200, query
        root = etree.fromstring(response.data)
        named = [value for node in root.iter() for value in map(str, node.attrib.values()) if value.startswith("?")]
        waiting += [name for name in named if name not in seen]
    assert len(seen) >= 4
    for wrong in ("", "?xsd=../errors.py", "?wsdl=none.wsdl"):
        assert bench.get(f"/shep/async-client{wrong}").get_json()["code"] == "not-found"


def test_a_push_of_the_bus_goes_to_its_port_and_a_fault_says_a_code_alone() -> None:
    bench = Bench()
    good = bench.post("/shep/async-client", b"<message/>", media="text/xml; charset=utf-8")
    assert (good.status_code, good.data) == (200, b"<answer/>")
    bad = bench.post("/shep/async-client", b"<bad/>", media="text/xml")
    assert bad.status_code == 500
    assert etree.fromstring(bad.data).findtext(".//faultstring") == "malformed-input"
    assert b"secret" not in bad.data
    assert bench.post("/shep/async-client", b"{}", media="application/json").status_code == 415


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp"]
)
def test_only_json_is_taken(media: str) -> None:
    bench = Bench()
    response = bench.post("/v1/applications", make_body(), bench.portal_key, media=media)
    assert (response.status_code, response.get_json()["code"]) == (415, "content-type-unsupported")


class Endless(io.RawIOBase):
    """A body that never ends; `taken` is how much of it was read."""

    def __init__(self) -> None:
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 <= size <= LIMIT + 1
        self.taken += size
        return b" " * size


def test_a_body_over_the_limit_is_refused_unread_or_hardly_read() -> None:
    bench = Bench()
    headers = {"Authorization": f"Bearer {bench.portal_key}", "Content-Type": "application/json"}
    for environ in ({"CONTENT_LENGTH": str(LIMIT + 1)}, {"wsgi.input_terminated": True}):
        body = Endless()
        response = bench.http.post(
            "/v1/applications", headers=headers, environ_overrides={"wsgi.input": body, **environ}
        )
        assert (response.status_code, response.get_json()["code"]) == (413, "body-too-large")
        assert body.taken <= LIMIT + 1
    exact = make_body().ljust(LIMIT)
    assert bench.submit(bench.portal_key, exact).status_code == 202
    assert bench.submit(bench.portal_key, exact + b" ").status_code == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v1/applications/", 404, "not-found"),
        ("GET", "//v1/requests", 404, "not-found"),
        ("DELETE", "/v1/applications", 405, "method-not-allowed"),
        ("OPTIONS", "/v1/applications", 405, "method-not-allowed"),
        ("GET", "/v1/checks/iin", 405, "method-not-allowed"),
    ],
)
def test_an_address_or_method_that_is_not_there_is_a_problem_too(
    method: str, path: str, status: int, code: str
) -> None:
    response = Bench().http.open(path, method=method)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert ("Allow" in response.headers) == (status == 405)


def test_every_answer_has_the_headers_that_keep_it_where_it_belongs() -> None:
    bench = Bench()
    for response in (bench.get("/health/live"), bench.get("/none"), bench.submit(bench.portal_key)):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "Server" not in response.headers


def test_health_tells_life_from_readiness() -> None:
    found: list[Problem] = []
    bench = Bench(find_problems=lambda: tuple(found))
    assert bench.get("/health/ready").get_json() == {"status": "ready"}
    found.append(Problem("store-unavailable", "/database", "The database cannot be used."))
    response = bench.get("/health/ready")
    assert (response.status_code, response.get_json()["code"]) == (503, "not-ready")
    assert response.get_json()["detail"] == ""
    assert [one["code"] for one in response.get_json()["problems"]] == ["store-unavailable"]
    bench.store.fails = StoreUnavailable("the file is gone")
    assert bench.get("/health/live").status_code == 200


def test_what_nobody_expected_is_told_without_a_word_of_it(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.submit(bench.portal_key)
    bench.store.fails = RuntimeError(f"row of {APPLICANT_IIN}")
    with caplog.at_level(logging.INFO, logger="gateway"):
        response = bench.get("/v1/applications/app_1", bench.portal_key)
    body = response.get_json()
    assert (response.status_code, body["code"], body["detail"]) == (500, "internal-error", "")
    assert body["instance"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert APPLICANT_IIN not in caplog.text + response.get_data(as_text=True)


def test_the_log_has_ids_and_codes_and_nothing_of_the_body(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    with caplog.at_level(logging.DEBUG, logger="gateway"):
        bench.submit(bench.portal_key)
        bench.submit(bench.portal_key, make_body(content=b'{"\xd0\xb8": "900101300017"}'))
    lines = [json.loads(record.message) for record in caplog.records]
    assert [line["event"] for line in lines] == ["accepted", "refused"]
    assert lines[0]["application"] == "app_1"
    assert not any(word in caplog.text for word in (APPLICANT_IIN, "Примеров", "900101300017", bench.portal_key))


@pytest.mark.parametrize(("threads", "places"), [(2, 1), (3, 1), (5, 2), (8, 4), (64, 4)])
def test_live_streams_never_take_more_than_half_of_the_threads(threads: int, places: int) -> None:
    streams = make_streams(threads)
    assert sum(streams.acquire(blocking=False) for _ in range(threads)) == places


@pytest.mark.parametrize("kind", [k for k in walk() if k.__module__ == "contracts.errors"], ids=lambda kind: kind.code)
def test_every_error_of_the_tree_becomes_a_problem(kind: type[GatewayError]) -> None:
    body, _ = describe(kind("a detail"), "urn:uuid:0")
    assert (body.code, body.status, body.title) == (kind.code, kind.http_status, kind.title)


def test_an_operators_fault_is_not_explained_to_a_caller() -> None:
    body, _ = describe(CatalogueInvalid("row 7 of the secret file"), "urn:uuid:0")
    assert "secret" not in body.model_dump_json()


@pytest.mark.parametrize(
    ("asked", "text"),
    [("ru", "Отправлено"), ("kk", "Жіберілді"), ("en-GB", "Sent"), ("fr", "Отправлено"), ("", "Отправлено")],
)
def test_a_text_is_in_the_callers_language(asked: str, text: str) -> None:
    bench = Bench()
    response = bench.submit(bench.portal_key, Accept_Language=asked) if asked else bench.submit(bench.portal_key)
    assert response.get_json()["status"]["text"] == text
