"""Failures that nobody put into force: a call asks for its own, and some personas always have theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.called_failures import HEADER, PROPERTY
from registries_mock.people import Population
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.people_of_tests import SEED, TODAY
from tests.registries_mock.small_world import (
    IIN,
    NOW,
    SENDER,
    async_request,
    request_body,
    request_data,
    small_app,
    soap_message,
    suite_of,
    sync_message,
)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return small_app().test_client()


@pytest.fixture(scope="module")
def one_of_each(catalogue: Catalogue) -> Mapping[Protocol, Passport]:
    return {protocol: next(p for p in catalogue.passports.values() if p.protocol is protocol) for protocol in Protocol}


def ask(
    client: FlaskClient, catalogue: Catalogue, passport: Passport, header: str = "", own: str = "", iin: str = IIN
) -> TestResponse:
    """One request, with a failure of its own by header, and by the property `own`."""
    said = f"<properties><key>{PROPERTY}</key><value>{own}</value></properties>" if own else ""
    headers = {HEADER: header} if header else {}
    match passport.protocol:
        case Protocol.SOAP:
            path, body = f"/soap/{passport.address}", soap_message(request_body(catalogue, passport, iin))
        case Protocol.REST:
            path, body = f"/rest/{passport.address}", request_body(catalogue, passport, iin)
        case Protocol.SHEP_ASYNC:
            path, body = "/bip-async-wss-gost/", async_request(catalogue, passport, iin)
            body = body.replace(b"</sender></messageInfo>", f"</sender>{said}</messageInfo>".encode())
        case _:
            data = request_data(catalogue, passport, iin)
            path, body = "/bip-sync-wss-gost/", sync_message(passport.service_id, data, extra=said)
    return client.post(path, data=body, headers=headers)


def test_a_call_fails_as_its_header_says_and_the_next_one_does_not(
    client: FlaskClient, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    for passport in one_of_each.values():
        failed = ask(client, catalogue, passport, "http_error; code=418")
        assert (failed.status_code, failed.mimetype) == (418, "text/html"), passport.key
        assert ask(client, catalogue, passport).status_code == 200


def test_over_the_bus_a_property_of_the_message_says_the_same_and_goes_before_the_header(
    client: FlaskClient, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    for protocol in (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC):
        assert ask(client, catalogue, one_of_each[protocol], "html_503", "http_error; code=418").status_code == 418


def test_what_a_call_asks_for_goes_before_the_rows_and_uses_none_of_them(
    catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    client = small_app().test_client()
    assert client.post("/_mock/failures", json={"kind": "html_503", "times": 1}).status_code == 201
    codes = [
        ask(client, catalogue, one_of_each[Protocol.REST], header).status_code for header in ("fault; code=7", "", "")
    ]
    assert codes == [500, 503, 200]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("explode", "kind is one of"),
        ("slow; seconds=61", "seconds is a number"),
        ("slow; seconds=soon", "written like"),
        ("slow; seconds=nan", "seconds is a number"),
        ("fault; times=1", "written like"),
        ("fault; iin=880314490010", "written like"),
        ("fault; code=1; code=2", "written like"),
        ("fault;", "written like"),
        ("fault; code=" + "1" * 200, "written like"),
        ("fault; variant=x", "no variants"),
        (";", "written like"),
    ],
)
def test_a_text_that_is_no_failure_is_refused_with_a_sentence(
    text: str, said: str, client: FlaskClient, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    for protocol, passport in one_of_each.items():
        told = ask(client, catalogue, passport, text)
        assert said in told.text, protocol
        assert told.status_code == (400 if protocol is Protocol.REST else 500), protocol
    assert_envelope(ask(client, catalogue, one_of_each[Protocol.SHEP_SYNC], text).data, "sync-types.xsd")
    fault = assert_envelope(ask(client, catalogue, one_of_each[Protocol.SHEP_ASYNC], text).data, "async-types.xsd")
    assert fault.findtext("detail/*/errorCode") == "MOCK-001"


def test_a_failure_that_cannot_happen_to_the_service_is_refused(
    client: FlaskClient, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    told = ask(client, catalogue, one_of_each[Protocol.REST], "dtd")
    assert (told.status_code, "cannot happen" in told.text) == (400, True)
    told = ask(client, catalogue, one_of_each[Protocol.SHEP_SYNC], "late; seconds=5")
    assert (told.status_code, "cannot happen" in told.text) == (500, True)


def test_a_request_that_is_refused_for_its_failure_is_not_taken(
    client: FlaskClient, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    passport = one_of_each[Protocol.SHEP_ASYNC]
    suite_of(client.application).mailbox.reset()
    assert ask(client, catalogue, passport, own="explode").status_code == 500
    assert not list(suite_of(client.application).mailbox.all_messages())


@pytest.fixture(scope="module")
def people() -> Population:
    return Population(SEED, TODAY)


@pytest.fixture(scope="module")
def peopled(people: Population) -> FlaskClient:
    return small_app(people=people, clock=lambda: NOW).test_client()


def test_a_persona_that_is_made_for_it_fails_at_all_times_and_others_do_not(
    peopled: FlaskClient, people: Population, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    passport = one_of_each[Protocol.REST]
    names = ("every-other-time", "family-of-five")
    seen: dict[str, set[int]] = {}
    for name in names:
        iin = str(people.persona(name).applicant.iin)
        seen[name] = {ask(peopled, catalogue, passport, iin=iin).status_code for _ in range(12)}
        assert peopled.delete("/_mock/failures").status_code == 204
        seen[name] |= {ask(peopled, catalogue, passport, iin=iin).status_code for _ in range(6)}
    assert seen == {"every-other-time": {200, 503}, "family-of-five": {200}}


def test_rows_that_are_put_go_before_what_befalls_a_persona(
    peopled: FlaskClient, people: Population, catalogue: Catalogue, one_of_each: Mapping[Protocol, Passport]
) -> None:
    iin = str(people.persona("always-silent").applicant.iin)
    assert peopled.post("/_mock/failures", json={"kind": "http_error", "code": "418"}).status_code == 201
    assert ask(peopled, catalogue, one_of_each[Protocol.REST], iin=iin).status_code == 418
    assert peopled.delete("/_mock/failures").status_code == 204
    late = one_of_each[Protocol.SHEP_ASYNC]
    assert ask(peopled, catalogue, late, iin=iin).status_code == 200
    timer: Any = suite_of(peopled.application).outside.timer
    timer.advance(400 * 86_400)
    assert not list(suite_of(peopled.application).mailbox.waiting(SENDER, late.service_id))


def test_what_befalls_a_persona_is_listed_with_it(peopled: FlaskClient, people: Population) -> None:
    told: Any = peopled.get("/_mock/personas").json
    failing = {one["name"]: [row["kind"] for row in one["failures"]] for one in told if one["failures"]}
    assert failing == {
        "always-silent": ["silence"],
        "answers-late": ["late"],
        "badly-signed": ["badly_signed"],
        "somebody-elses-data": ["another_person"],
        "every-other-time": ["html_503"],
    }
    assert peopled.get("/_mock/failures").json == []
