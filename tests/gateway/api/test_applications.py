"""From submission to dossier, as callers see it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.words import Outcome
from gateway.core.case import Case, Exchange, ExchangeState, Inquiry, InquiryPart
from gateway.core.proceedings import Proceedings
from gateway.core.terms import LegalDate
from gateway.store.rows import Audience
from tests.gateway.api.bench import Bench
from tests.gateway.sample_case import APPLICANT_IIN, NOW, make_application, make_body


def submitted(bench: Bench, key: str) -> str:
    response = bench.submit(key)
    assert response.status_code == 202, response.get_json()
    return str(response.headers["Location"])


def with_answers(outcome: ExchangeState, record: dict[str, Any] | None = None, tries: int = 1) -> Any:
    """The case with both requests asked in one exchange."""

    def change(case: Case) -> Case:
        exchange = Exchange(
            "x1", "sample", "applicant", outcome, tries=tries, cause="registry-timed-out", record=record or {}
        )
        inquiries = tuple(Inquiry(f"q{n}", n, "applicant", (InquiryPart("main", "x1"),)) for n in (1, 2))
        return replace(case, inquiries=inquiries, exchanges={"x1": exchange})

    return change


def test_a_portal_gets_a_notice_with_its_dates() -> None:
    bench = Bench()
    response = bench.submit(bench.portal_key, Accept_Language="kk")
    body = response.get_json()
    assert response.status_code == 202
    assert response.headers["Location"] == f"/v1/applications/{body['id']}"
    assert body["status"] == {"code": "sent", "text": "Жіберілді"}
    assert body["ticket"] is None
    assert body["notice"]["kind"] == "notice"
    assert body["notice"]["accepted_at"] == "2026-03-02T12:00:00+05:00"
    assert body["notice"]["result_by"] == {
        "on": "2026-03-27", "clause": "Clause of the portal", "assumed": True, "provisional": False
    }  # fmt: skip


def test_a_center_gets_a_ticket_with_the_name_of_who_accepted() -> None:
    bench = Bench()
    body = bench.submit(bench.center_key, make_body(accepted_by="Иванова А.")).get_json()
    assert body["notice"] is None
    assert (body["ticket"]["kind"], body["ticket"]["accepted_by"]) == ("ticket", "Иванова А.")
    ticket = bench.get(f"/v1/applications/{body['id']}/ticket", bench.center_key).get_json()
    assert ticket == body["ticket"]


def test_a_repeat_gets_the_very_same_answer_even_when_the_case_has_gone_on() -> None:
    bench = Bench()
    first = bench.submit(bench.portal_key, Idempotency_Key="one")
    bench.store.change_case("app_1", lambda case: replace(case, registered_at=NOW))
    second = bench.submit(bench.portal_key, Idempotency_Key="one")
    assert (second.status_code, second.data, second.headers["Location"]) == (202, first.data, first.headers["Location"])
    third = bench.submit(bench.portal_key, make_body() + b"\n", Idempotency_Key="one")
    assert (third.status_code, third.get_json()["code"]) == (409, "idempotency-conflict")
    assert len(bench.store.applications) == 1


def test_the_date_that_was_promised_stays_whatever_rules_and_calendar_say_later() -> None:
    bench = Bench()
    first = bench.submit(bench.portal_key, Idempotency_Key="one")
    told = LegalDate(date(2026, 3, 26), "Clause of that day", False, True)
    bench.store.applications["app_1"] = replace(bench.store.read("app_1"), promised=told, rules_version="then")
    plain = {"on": "2026-03-26", "clause": "Clause of that day", "assumed": False, "provisional": True}
    again = bench.submit(bench.portal_key, Idempotency_Key="one").get_json()
    assert again["notice"]["result_by"] == plain != first.get_json()["notice"]["result_by"]
    status = bench.get("/v1/applications/app_1", bench.portal_key).get_json()
    assert status["terms"]["promised"] == plain
    assert status["terms"]["rules_version"] == "then"


@pytest.mark.parametrize(
    ("change", "status", "move"),
    [
        (lambda case: case, "sent", "gateway"),
        (with_answers(ExchangeState.WAITING), "in_progress", "gateway"),
        (with_answers(ExchangeState.PENDING), "in_progress", "gateway"),
        (with_answers(ExchangeState.WAITING, tries=3), "waiting_data", "gateway"),
        (with_answers(ExchangeState.STOPPED), "waiting_data", "provider"),
        (with_answers(ExchangeState.NO_RECORD), "need_paper", "applicant"),
        (lambda case: replace(case, registered_at=NOW), "package_registered", "provider"),
    ],
)
def test_the_status_says_whose_move_it_is(change: Any, status: str, move: str) -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)
    bench.store.change_case("app_1", change)
    body = bench.get(location, bench.portal_key).get_json()
    assert (body["status"]["code"], body["whose_move"]["code"]) == (status, move)
    assert body["status"]["text"] not in ("", status)


def test_the_next_date_is_the_promised_one_until_the_term_can_be_counted() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)
    body = bench.get(location, bench.portal_key).get_json()
    assert (body["next_date"]["what"], body["next_date"]["on"], body["terms"]["due"]) == (
        "promised",
        "2026-03-27",
        None,
    )
    bench.store.change_case("app_1", lambda case: replace(case, registered_at=NOW))
    body = bench.get(location, bench.portal_key).get_json()
    assert body["next_date"]["what"] == "due"
    assert body["terms"]["due"]["clause"] == "Clause of the portal"


def test_a_status_says_nothing_of_persons() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)
    for path in (location, f"{location}/ticket", f"{location}/events"):
        text = bench.get(path, bench.portal_key).get_data(as_text=True)
        assert APPLICANT_IIN not in text
        assert "Примеров" not in text


def test_the_table_has_a_row_for_every_request_asked_or_not() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)
    table = bench.get(f"{location}/inquiries", bench.center_key).get_json()
    assert [(row["number"], row["cells"]) for row in table["requests"]] == [(1, []), (2, [])]
    assert [subject["ref"] for subject in table["subjects"]] == ["applicant", "member-1", "member-2", "household"]
    assert APPLICANT_IIN not in json.dumps(table)
    bench.store.change_case("app_1", with_answers(ExchangeState.ANSWERED, {"person": {"iin": APPLICANT_IIN}}))
    table = bench.get(f"{location}/inquiries", bench.center_key).get_json()
    (cell,) = table["requests"][0]["cells"]
    assert (cell["subject"], cell["outcome"], cell["closed"]) == ("applicant", Outcome.FOUND, True)
    assert APPLICANT_IIN not in json.dumps(table)


def test_the_dossier_is_json_or_a_page_by_accept() -> None:
    bench = Bench()
    path = f"{submitted(bench, bench.portal_key)}/dossier"
    assert bench.get(path, bench.center_key).get_json()["id"] == "app_1"
    assert "Ә" in bench.get(path, bench.center_key).get_data(as_text=True)
    page = bench.get(path, bench.center_key, Accept="text/html", Accept_Language="kk-KZ, ru;q=0.5")
    assert page.content_type == "text/html; charset=utf-8"
    assert page.get_data(as_text=True) == "<p>app_1 kk</p>"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_gateway_without_pages_gives_the_dossier_as_json() -> None:
    bench = Bench(render_html=None)
    path = f"{submitted(bench, bench.portal_key)}/dossier"
    assert bench.get(path, bench.center_key, Accept="text/html").get_json()["id"] == "app_1"


def test_events_are_a_list_that_goes_on_from_where_the_caller_is() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)
    bench.store.add_event("app_1", NOW, "inquiry_closed", Audience.PROVIDER)
    bench.store.add_event("app_1", NOW, "package_registered", Audience.ALL)

    def kinds(key: str, after: str = "") -> list[str]:
        return [event["kind"] for event in bench.get(f"{location}/events{after}", key).get_json()["events"]]

    assert kinds(bench.center_key) == ["application_accepted", "inquiry_closed", "package_registered"]
    assert kinds(bench.portal_key) == ["application_accepted", "package_registered"]
    assert kinds(bench.portal_key, "?after=1") == ["package_registered"]
    assert bench.get(f"{location}/events?after=3", bench.portal_key).get_json() == {"events": [], "next": 3}
    for wrong in ("-1", "x", "9" * 30, "1e3"):
        assert bench.get(f"{location}/events?after={wrong}", bench.portal_key).status_code == 400


def stream(bench: Bench, location: str, key: str, **headers: str) -> list[str]:
    response = bench.get(f"{location}/events", key, Accept="text/event-stream", **headers)
    assert response.content_type == "text/event-stream; charset=utf-8"
    lines = response.get_data(as_text=True).splitlines()
    response.close()
    return [line for line in lines if line.startswith(("event", ":", "id"))]


def test_a_live_stream_brings_events_as_they_come_and_ends_with_the_case() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)

    def happen() -> None:
        bench.store.add_event("app_1", NOW, "inquiry_closed", Audience.PROVIDER)
        bench.store.add_event("app_1", NOW, "application_withdrawn", Audience.ALL)
        over = Proceedings(withdrawn_at=NOW)
        bench.store.change_case("app_1", lambda case: replace(case, proceedings=over))

    bench.store.waits = [lambda: None, happen]
    assert stream(bench, location, bench.portal_key) == [
        "id: 1", "event: application_accepted", ": still here", "id: 3", "event: application_withdrawn", "id: 3",
        "event: end",
    ]  # fmt: skip
    assert stream(bench, location, bench.center_key, Last_Event_ID="1")[1] == "event: inquiry_closed"


def test_a_silent_stream_ends_and_gives_its_place_free() -> None:
    bench = Bench(quiet_rounds=3)
    location = submitted(bench, bench.portal_key)
    for _ in range(6):
        assert stream(bench, location, bench.portal_key).count(": still here") == 3


def test_more_streams_than_there_are_threads_for_are_refused() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)
    for _ in range(4):
        assert bench.parts.streams.acquire(blocking=False)
    response = bench.get(f"{location}/events", bench.portal_key, Accept="text/event-stream")
    assert (response.status_code, response.get_json()["code"]) == (503, "overloaded")
    assert response.headers["Retry-After"]


def test_a_stream_that_fails_ends_quietly() -> None:
    bench = Bench()
    location = submitted(bench, bench.portal_key)

    def fail() -> None:
        bench.store.fails = RuntimeError(APPLICANT_IIN)

    bench.store.waits = [fail]
    assert stream(bench, location, bench.portal_key)[-1] == ": still here"


def test_a_problem_names_every_fault_with_its_pointer() -> None:
    bench = Bench()
    application = make_application() | {"consents": {"personal_data": True, "verification": False}}
    application["account"]["iban"] = "DE89370400440532013000"
    response = bench.submit(bench.portal_key, make_body(application))
    body = response.get_json()
    assert (response.status_code, response.content_type) == (422, "application/problem+json")
    assert body["type"] == "urn:asp-gateway:problem:iban-country"
    assert body["instance"].startswith("urn:uuid:")
    assert [(p["code"], p["pointer"]) for p in body["problems"]] == [
        ("iban-country", "/account/iban"), ("consent-missing", "/consents/verification")
    ]  # fmt: skip
    assert not bench.store.applications
