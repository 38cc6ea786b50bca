"""Bad input over the real wire: a stable code with its pointer, nothing half-saved, nobody named in logs or answers."""

from __future__ import annotations

import base64
import copy
import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from schwifty import IBAN

from tests.support.authority import Registrar, envelope, write_application
from tests.support.clock import MovableClock
from tests.support.house import House, MockServer, open_house

OTHER_BANK = str(IBAN.generate("KZ", bank_code="998", account_code="MTB0000012345"))
Change = Callable[[dict[str, Any]], Any]


class Line(logging.Handler):
    """Keeps every line that any part of this process logs."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("refusing")


@pytest.fixture(scope="module")
def refusing(folder: Path, registrar: Registrar, clock: MovableClock, mock: MockServer) -> Iterator[House]:
    """A house of its own, whose store must stay empty."""
    with open_house(folder, registrar, clock, mock, push=False) as house:
        yield house


@pytest.fixture(scope="module")
def declared(mock: MockServer) -> dict[str, Any]:
    return mock.application("family-of-five")


def put(*steps: str | int, value: Any) -> Change:
    def change(application: dict[str, Any]) -> None:
        place: Any = application
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = value

    return change


def repeat_member(application: dict[str, Any]) -> None:
    application["family"].append(dict(application["family"][0]))


def drop(*steps: str) -> Change:
    def change(application: dict[str, Any]) -> None:
        place: Any = application
        for step in steps[:-1]:
            place = place[step]
        del place[steps[-1]]

    return change


REFUSALS: dict[str, tuple[Change, str, str]] = {
    "unknown field": (put("applicant", "shoe_size", value=42), "unknown-field", "/applicant/shoe_size"),
    "wrong check digit": (
        lambda a: a["family"][0].update(iin=_spoil(a["family"][0]["iin"])),
        "iin-check-digit",
        "/family/0/iin",
    ),
    "birth date of another": (
        put("family", 0, "birth_date", value="1991-01-01"),
        "iin-birth-date-mismatch",
        "/family/0/birth_date",
    ),
    "IBAN of another bank": (put("account", "iban", value=OTHER_BANK), "iban-bank", "/account/iban"),
    "IBAN of another country": (
        put("account", "iban", value="DE89370400440532013000"),
        "iban-country",
        "/account/iban",
    ),
    "IBAN with a bad checksum": (
        lambda a: a["account"].update(iban="KZ00" + a["account"]["iban"][4:]),
        "iban-checksum",
        "/account/iban",
    ),
    "IBAN with a Cyrillic letter": (
        lambda a: a["account"].update(iban="К" + a["account"]["iban"][1:]),
        "iban-look-alike",
        "/account/iban",
    ),
    "missing consent": (drop("consents", "personal_data"), "consent-missing", "/consents/personal_data"),
    "refused consent": (put("consents", "verification", value=False), "consent-missing", "/consents/verification"),
    "duplicate member": (repeat_member, "duplicate-member", "/family/4/iin"),
    "another service": (put("service", value="no-such"), "service-unknown", "/service"),
    "a day that is none": (
        put("applicant", "birth_date", value="1988-02-31"),
        "invalid-value",
        "/applicant/birth_date",
    ),
}


def _spoil(iin: str) -> str:
    return iin[:-1] + str((int(iin[-1]) + 1) % 10)


def assert_problem(answer: requests.Response, status: int, code: str, pointer: str | None = None) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    if pointer is not None:
        assert (code, pointer) in {(problem["code"], problem["pointer"]) for problem in body["problems"]}
    return body


@pytest.mark.parametrize("case", REFUSALS)
def test_an_application_that_breaks_a_rule_is_told_which_and_where(
    refusing: House, declared: dict[str, Any], case: str
) -> None:
    change, code, pointer = REFUSALS[case]
    application = copy.deepcopy(declared)
    change(application)
    body = write_application(application)
    signature = refusing.registrar.sign(body, declared["applicant"]["iin"])
    answer = refusing.provider.call("POST", "/v1/applications", json=envelope(body, signature))
    assert_problem(answer, 422, code, pointer)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b'{"application": ', "malformed-json", ""),
        (
            b'{"application": "%%%", "signature": {"method": "eds", "format": "cms", "value": "AA=="}}',
            None,
            "/application",
        ),
        (
            json.dumps(envelope(b"not json", b"1234")).encode(),
            "malformed-json",
            "/application",
        ),
        (b'{"application": "e30=", "signature": {"method": "eds"}, "odd": 1}', "unknown-field", "/odd"),
    ],
)
def test_a_body_that_cannot_be_read_is_malformed(refusing: House, body: bytes, code: str | None, pointer: str) -> None:
    answer = refusing.provider.call("POST", "/v1/applications", data=body, headers={"Content-Type": "application/json"})
    told = answer.json()
    assert answer.status_code == 400
    assert told["code"] == (code or told["code"])
    assert pointer in {problem["pointer"] for problem in told["problems"]}


def test_a_signature_over_other_bytes_is_refused(refusing: House, declared: dict[str, Any]) -> None:
    body = write_application(declared)
    signature = refusing.registrar.sign(body + b" ", declared["applicant"]["iin"])
    answer = refusing.provider.call("POST", "/v1/applications", json=envelope(body, signature))
    assert assert_problem(answer, 422, answer.json()["code"])["code"].startswith("signature")


def test_a_signature_of_another_person_is_refused(refusing: House, declared: dict[str, Any]) -> None:
    body = write_application(declared)
    signature = refusing.registrar.sign(body, declared["family"][0]["iin"])
    answer = refusing.provider.call("POST", "/v1/applications", json=envelope(body, signature))
    assert assert_problem(answer, 422, answer.json()["code"])["code"].startswith("signature")


def test_a_signature_under_an_authority_that_is_not_trusted_is_refused(
    refusing: House, declared: dict[str, Any], tmp_path: Path
) -> None:
    stranger = Registrar(tmp_path)
    answer = refusing.provider.call("POST", "/v1/applications", json=stranger.submission(declared))
    assert assert_problem(answer, 422, answer.json()["code"])["code"].startswith("signature")


@pytest.mark.parametrize("size", [5_000_001, 6_000_000])
def test_a_portals_body_over_five_megabytes_is_too_large(refusing: House, size: int) -> None:
    padded = b'{"application": "' + b"A" * size + b'"}'
    answer = refusing.portal.call("POST", "/v1/applications", data=padded, headers={"Content-Type": "application/json"})
    assert_problem(answer, 413, "body-too-large")


@pytest.mark.parametrize("path", ["", "/inquiries", "/events", "/ticket", "/dossier"])
def test_an_application_that_is_not_there_is_404(refusing: House, path: str) -> None:
    assert_problem(refusing.provider.call("GET", f"/v1/applications/app_0123{path}"), 404, "application-not-found")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}])
def test_a_caller_without_a_key_is_unknown(refusing: House, headers: dict[str, str]) -> None:
    url = f"{refusing.gateway_url}/v1/applications"
    assert_problem(requests.post(url, json={}, headers=headers, timeout=20), 401, "caller-unknown")
    assert_problem(requests.get(f"{url}/app_1", headers=headers, timeout=20), 401, "caller-unknown")


def test_nothing_of_all_that_was_refused_is_in_the_store(
    refusing: House, declared: dict[str, Any], folder: Path
) -> None:
    """Last of this file: after everything above."""
    connection = sqlite3.connect(folder / "gateway.db")
    try:
        tables = ["applications", "inquiries", "exchanges", "wakeups", "events"]
        rows = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}  # noqa: S608
    finally:
        connection.close()
    assert rows == dict.fromkeys(tables, 0)


def test_the_application_of_another_portal_is_404(house: House, declared: dict[str, Any]) -> None:
    own = house.portal.submit(house.registrar.submission(declared))
    for path in ("", "/events", "/ticket"):
        assert_problem(house.other_portal.call("GET", f"/v1/applications/{own}{path}"), 404, "application-not-found")
        assert house.portal.call("GET", f"/v1/applications/{own}{path}").status_code == 200
    for path in ("/inquiries", "/dossier"):
        assert_problem(house.portal.call("GET", f"/v1/applications/{own}{path}"), 403, "not-allowed")


def test_a_portal_sees_neither_inquiries_nor_answers_in_its_events(house: House, declared: dict[str, Any]) -> None:
    own = house.portal.submit(house.registrar.submission(declared))
    house.portal.wait(own)
    kinds = {event["kind"] for event in house.portal.get(f"/v1/applications/{own}/events")["events"]}
    assert kinds == {"application_accepted", "package_registered", "date_set"}


def test_the_same_key_with_the_same_body_gets_the_first_answer_and_with_another_409(
    house: House, declared: dict[str, Any]
) -> None:
    first, second = (house.registrar.submission(declared | {"language": word}) for word in ("ru", "kk"))
    headers = {"Idempotency-Key": "one-of-the-portal"}
    accepted = house.portal.call("POST", "/v1/applications", json=first, headers=headers)
    again = house.portal.call("POST", "/v1/applications", json=first, headers=headers)
    assert (accepted.status_code, again.status_code) == (202, 202)
    assert accepted.json() == again.json()
    refused = house.portal.call("POST", "/v1/applications", json=second, headers=headers)
    assert_problem(refused, 409, "idempotency-conflict")
    other = house.other_portal.call("POST", "/v1/applications", json=second, headers=headers)
    assert other.status_code == 202
    assert other.json()["id"] != accepted.json()["id"]


def test_nobody_is_named_in_the_log_or_in_any_refusal(house: House, declared: dict[str, Any]) -> None:
    """A whole run, and the refusals of this file, searched for each word of the family."""
    people = [declared["applicant"], *declared["family"]]
    words = {person[word] for person in people for word in ("iin", "surname", "name", "patronymic") if person.get(word)}
    words |= {declared["account"]["iban"], declared["applicant"]["phone"]}
    handler, root = Line(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    told = []
    try:
        house.provider.wait(house.provider.submit(house.registrar.submission(declared)))
        for change, _, _ in REFUSALS.values():
            application = copy.deepcopy(declared)
            change(application)
            body = write_application(application)
            signature = house.registrar.sign(body, declared["applicant"]["iin"])
            told.append(house.provider.call("POST", "/v1/applications", json=envelope(body, signature)).text)
        stranger = house.registrar.sign(write_application(declared), declared["family"][0]["iin"])
        told.append(
            house.provider.call("POST", "/v1/applications", json=envelope(write_application(declared), stranger)).text
        )
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    seen = "\n".join([*told, *handler.lines])
    encoded = {base64.b64encode(word.encode()).decode() for word in words}
    assert any('"accepted"' in line for line in handler.lines)
    assert not {word for word in words | encoded if word in seen}
