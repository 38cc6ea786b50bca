"""The file store of the suite: what lies there and how long, who may ask, what is refused, the control addresses."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from registries_mock.bus.credentials import Senders
from registries_mock.files.shelf import Shelf
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import NOW, request_data, small_app, suite_of, sync_message

SCAN = b"%PDF-1.7 of somebody"
IN_BASE64 = base64.b64encode(SCAN).decode()


class Hands:
    """A clock to be turned, and the store as participants of the bus and the machine's owner see it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.now = NOW
        self.catalogue = catalogue
        self.passport = next(one for one in catalogue.passports.values() if "file.content" in one.binds)
        self.client: FlaskClient = small_app(clock=self.read).test_client()

    def read(self) -> datetime:
        return self.now

    def ask(self, operation: str, **words: str) -> TestResponse:
        asked = {"file_content": IN_BASE64, "file_operation": operation, **words}
        return self.post(request_data(self.catalogue, self.passport, **asked))

    def post(self, data: str) -> TestResponse:
        return self.client.post("/bip-sync-wss-gost/", data=sync_message(self.passport.service_id, data))

    def put(self, **changes: Any) -> TestResponse:
        body = {"name": "скан.pdf", "media_type": "application/pdf", "content": IN_BASE64, **changes}
        return self.client.post("/_mock/files", json=body)

    def list(self) -> Any:
        return self.client.get("/_mock/files").json


@pytest.fixture
def hands(catalogue: Catalogue) -> Hands:
    return Hands(catalogue)


def told(reply: TestResponse, path: str) -> str | None:
    data = assert_envelope(reply.data, "sync-types.xsd").find(".//data")
    assert data is not None
    return data[0].findtext(path)


def upload(hands: Hands, **words: str) -> str:
    found = told(hands.ask("UPLOAD", **words), "uploadResponse/uploadFileResults/fileIdentifier")
    assert found
    return found


def fetch(hands: Hands, number: str) -> tuple[str | None, str | None]:
    reply = hands.ask("DOWNLOAD", file_id=number)
    result = "downloadResponse/fileDownloadResults"
    return told(reply, f"{result}/status/code"), told(reply, f"{result}/content")


def fault_of(reply: TestResponse) -> str | None:
    return assert_envelope(reply.data, "sync-types.xsd").findtext("detail/*/errorCode")


def test_what_is_laid_down_is_fetched_as_it_was_and_listed_without_its_content(hands: Hands) -> None:
    number = upload(hands, file_name="скан.pdf", file_media_type="application/pdf", file_life_time="60000")
    assert fetch(hands, number) == ("SUCCESS", IN_BASE64)
    assert hands.list() == [
        {
            "id": number,
            "name": "скан.pdf",
            "media_type": "application/pdf",
            "size": len(SCAN),
            "uploader": "asp-gateway",
            "uploaded_at": NOW.isoformat(timespec="seconds"),
            "expires_at": (NOW + timedelta(minutes=1)).isoformat(timespec="seconds"),
        }
    ]


def test_when_its_time_is_over_a_file_is_as_unknown_as_one_that_never_was(hands: Hands) -> None:
    number = upload(hands, file_life_time="60000")
    hands.now += timedelta(seconds=59)
    assert fetch(hands, number)[0] == "SUCCESS"
    hands.now += timedelta(seconds=1)
    assert fetch(hands, number) == ("NOT_FOUND", None) == fetch(hands, "never")
    assert hands.list() == []


def test_the_same_file_under_the_same_id_of_its_sender_is_kept_once(hands: Hands) -> None:
    assert upload(hands) == upload(hands)
    other = base64.b64encode(b"another").decode()
    assert len({upload(hands), upload(hands, file_content=other), upload(hands, file_process_id="second")}) == 3


def test_what_the_owner_puts_there_is_fetched_like_any_other_file(hands: Hands) -> None:
    made = hands.put(uploader="service-centre", life_seconds=5)
    assert made.status_code == 201
    assert made.json is not None
    assert made.json["uploader"] == "service-centre"
    assert "content" not in made.json
    assert fetch(hands, made.json["id"]) == ("SUCCESS", IN_BASE64)


@pytest.mark.parametrize(
    "words",
    [
        {"file_content": "!!!"},
        {"file_content": "A" * 6_666_672},
        {"file_life_time": "0"},
        {"file_life_time": "-1"},
        {"file_life_time": "99999999999"},
        {"file_life_time": "9" * 40},
        {"file_life_time": "soon"},
    ],
    ids=str,
)
def test_a_file_that_cannot_be_kept_is_refused(words: dict[str, str], hands: Hands) -> None:
    reply = hands.ask("UPLOAD", **words)
    assert told(reply, "uploadResponse/uploadFileResults/status/code") == "REFUSED"
    assert told(reply, "uploadResponse/uploadFileResults/fileIdentifier") is None
    assert hands.list() == []


def test_the_store_has_room_for_so_much_until_something_is_thrown_out(hands: Hands) -> None:
    numbers = (str(n) for n in count())
    shelf = Shelf(Senders({}), hands.read, lambda: next(numbers), room=2 * len(SCAN))
    kept = [shelf.put("скан.pdf", "application/pdf", SCAN, "centre", timedelta(days=1)) for _ in range(3)]
    assert [one is not None for one in kept] == [True, True, False]
    hands.now += timedelta(days=1)
    assert shelf.put("скан.pdf", "application/pdf", SCAN, "centre", timedelta(days=1)) is not None


@pytest.mark.parametrize("wrong", ["senderId", "password"])
@pytest.mark.parametrize("operation", ["UPLOAD", "DOWNLOAD"])
def test_only_a_known_account_may_ask(wrong: str, operation: str, hands: Hands, catalogue: Catalogue) -> None:
    data = etree.fromstring(request_data(catalogue, hands.passport, file_operation=operation))
    found = data.find(f".//credentials/{wrong}")
    assert found is not None
    found.text = "wrong"
    assert fault_of(hands.post(etree.tostring(data, encoding="unicode"))) == "999"
    assert hands.list() == []


@pytest.mark.parametrize("operation", ["CONFIRM", "GET_FILE_INFO", "upload", "x"])
def test_another_operation_is_not_understood(operation: str, hands: Hands) -> None:
    assert fault_of(hands.ask(operation)) == "999"


@pytest.mark.parametrize("kind", ["no_record", "fault", "html_503", "garbage"])
def test_an_upload_that_fails_on_demand_keeps_nothing(kind: str, hands: Hands) -> None:
    hands.client.post("/_mock/failures", json={"kind": kind, "passport": hands.passport.key})
    hands.ask("UPLOAD")
    assert hands.list() == []


def test_a_download_can_be_made_to_find_nothing(hands: Hands) -> None:
    number = upload(hands)
    hands.client.post("/_mock/failures", json={"kind": "no_record", "passport": hands.passport.key, "times": 1})
    assert fetch(hands, number)[0] == "NOT_FOUND"
    assert fetch(hands, number)[0] == "SUCCESS"


def test_a_reset_empties_the_store_and_so_does_its_own_address(hands: Hands) -> None:
    upload(hands)
    assert hands.client.delete("/_mock/files").status_code == 204
    assert hands.list() == []
    upload(hands)
    suite_of(hands.client.application).reset()
    assert hands.list() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "!!!"},
        {"content": ""},
        {"content": 1},
        {"name": ""},
        {"name": "a\nb"},
        {"name": "x" * 256},
        {"media_type": None},
        {"uploader": ["a"]},
        {"life_seconds": 0},
        {"life_seconds": True},
        {"life_seconds": "1"},
        {"life_seconds": 400 * 86400},
        {"more": 1},
    ],
    ids=str,
)
def test_a_control_call_that_cannot_be_is_refused_with_a_sentence(changes: dict[str, Any], hands: Hands) -> None:
    reply = hands.put(**changes)
    assert reply.status_code == 422
    assert reply.json is not None
    assert reply.json["error"]
    assert hands.list() == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b"[" * 100_000])
def test_a_body_that_is_no_file_is_refused(body: bytes, hands: Hands) -> None:
    reply = hands.client.post("/_mock/files", data=body, content_type="application/json")
    assert reply.status_code == 422


def test_a_passport_says_what_the_words_of_the_two_operations_are(hands: Hands) -> None:
    passport: Passport = hands.passport
    assert all("file_operation" in way for way in passport.search)
