"""What cannot be answered is refused loudly: a SOAP fault with SHEP's own detail, HTTP 500, a documented code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import Catalogue
from registries_mock import errors
from registries_mock.consents import Consents
from registries_mock.failure_kinds import KINDS, FailureKind
from registries_mock.failure_pages import refresh
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import IIN, NOBODY, NOW, request_data, small_app, sync_message

SERVICE = "GBDFLUniversal_token"
DATA = f"<data><iin>{IIN}</iin></data>"
ENTITY = b'<!DOCTYPE a [<!ENTITY e "e">]>'
GOOD = sync_message(SERVICE, DATA)

BAD = {
    "nothing": (b"", "BUS-001"),
    "not XML": (b"{}", "BUS-001"),
    "cut off": (GOOD[:200], "BUS-001"),
    "zero bytes": (b"\0" * 100, "BUS-001"),
    "unknown encoding": (b'<?xml version="1.0" encoding="utf-99"?>' + GOOD, "BUS-001"),
    "a document type": (b"<!DOCTYPE a>" + GOOD, "BUS-002"),
    "an entity": (ENTITY + GOOD.replace(b"m-1", b"&e;"), "BUS-002"),
    "an external document type": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">' + GOOD, "BUS-002"),
    "no envelope": (b"<a/>", "BUS-003"),
    "no body": (b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"/>', "BUS-003"),
    "another envelope": (GOOD.replace(b"http://schemas.xmlsoap.org/soap/envelope/", b"urn:x"), "BUS-003"),
    "another root": (GOOD.replace(b"SendMessage", b"sendMessage"), "BUS-003"),
    "the root of another namespace": (GOOD.replace(b"SyncChannel/v10/Types", b"AsyncChannel/v10/Types"), "BUS-003"),
    "an unknown sender": (sync_message(SERVICE, DATA, sender="stranger"), "BUS-004"),
    "a wrong password": (sync_message(SERVICE, DATA, password="guess"), "BUS-004"),
    "no password": (sync_message(SERVICE, DATA, password=""), "BUS-004"),
    "an unknown service": (sync_message("NO_SUCH_SERVICE", DATA), "BUS-005"),
    "an asynchronous service": (sync_message("AISOOP_LABOUR_HISTORY", DATA), "BUS-005"),
    "no data": (sync_message(SERVICE, ""), "999"),
    "data about nobody": (sync_message(SERVICE, "<data/>"), "999"),
    "a broken document as text": (sync_message(SERVICE, "<data>&lt;a&gt;</data>"), "999"),
    "a document type in the text": (sync_message(SERVICE, "<data>&lt;!DOCTYPE a&gt;&lt;a/&gt;</data>"), "999"),
}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return small_app().test_client()


def fault_of(message: bytes) -> etree._Element:
    fault = assert_envelope(message, "sync-types.xsd")
    detail = fault.find("detail/*")
    assert detail is not None
    assert detail.tag == "{http://bip.bee.kz/SyncChannel/v10/Types}SendMessageFault1_SendMessageFault"
    return detail


@pytest.mark.parametrize("name", BAD)
def test_a_message_that_cannot_be_answered_gets_a_valid_fault(name: str, client: FlaskClient) -> None:
    message, code = BAD[name]
    reply = client.post("/bip-sync-wss-gost/", data=message)
    detail = fault_of(reply.data)
    assert reply.status_code == 500
    assert reply.content_type == "text/xml; charset=utf-8"
    assert detail.findtext("errorCode") == code
    assert re.fullmatch(r"\{[0-9a-f-]{36}\}", str(detail.findtext("sessionId")))


def test_a_fault_never_says_what_was_wrong_with_the_credentials(client: FlaskClient) -> None:
    unknown, wrong = (
        fault_of(client.post("/bip-sync-wss-gost/", data=BAD[name][0]).data).findtext("errorMessage")
        for name in ("an unknown sender", "a wrong password")
    )
    assert unknown == wrong


def test_a_billion_laughs_are_refused_at_once(client: FlaskClient) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]>'.encode() + GOOD.replace(b"m-1", b"&e9;")
    assert fault_of(client.post("/bip-sync-wss-gost/", data=bomb).data).findtext("errorCode") == "BUS-002"


def test_a_body_that_is_too_large_is_not_read(client: FlaskClient) -> None:
    assert client.post("/bip-sync-wss-gost/", data=b"x" * 8_000_001).status_code == 413


@pytest.mark.parametrize("token", ["", "forged.token.here", "other", "ünïcode.a.b"])
def test_without_the_persons_own_consent_the_registry_does_not_answer(
    token: str, client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = catalogue.passports["gbdfl-universal"]
    right = Consents(1).issue(IIN, NOW)
    wrong = Consents(1).issue(NOBODY, NOW) if token == "other" else token
    data = request_data(catalogue, passport)
    assert right in data
    reply = client.post("/bip-sync-wss-gost/", data=sync_message(SERVICE, data.replace(right, wrong)))
    assert fault_of(reply.data).findtext("errorCode") == "999"


@pytest.mark.parametrize(
    ("section", "words"),
    [("Faults", {kind.code for kind in errors.walk()}), ("Failures on demand", set(get_args(FailureKind)))],
)
def test_every_code_and_every_kind_of_failure_is_documented(section: str, words: set[str]) -> None:
    text = (Path(errors.__file__).parents[1] / "docs" / "mock.md").read_text().partition(f"## {section}\n")[2]
    assert words == set(re.findall(r"^\| `([\w-]+)` \|", text.partition("\n## ")[0], re.M))


def test_the_table_of_kinds_in_the_documents_is_fresh() -> None:
    """Refreshed by `python -m registries_mock.failure_pages docs/mock.md`."""
    page = (Path(errors.__file__).parents[1] / "docs" / "mock.md").read_text(encoding="utf-8")
    assert refresh(page) == page


def test_kinds_are_described_in_the_order_in_which_they_are_named() -> None:
    assert tuple(KINDS) == get_args(FailureKind)
