"""Documents by the API: told by their bytes, kept once, given out as downloads; what they close is closed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gateway.scans import BODY_BYTES, MOST_BYTES
from tests.gateway.api.house import CLERK, PDF, House, encode, told


def test_a_paper_closes_its_inquiry_and_is_given_out_as_it_came(house: House) -> None:
    location = house.sent()
    brought = house.bring(location)
    body = brought.get_json()
    assert brought.status_code == 201
    assert (body["media_type"], body["size"], body["received_by"]) == ("application/pdf", len(PDF), CLERK)
    read = house.get(brought.headers["Location"])
    assert (read.data, read.content_type) == (PDF, "application/pdf")
    assert read.headers["Content-Disposition"] == f'attachment; filename="{body["id"]}.pdf"'
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    cell = house.get(f"{location}/inquiries").get_json()["requests"][0]["cells"][0]
    assert (cell["outcome"], cell["closed"], cell["gap"]) == ("on_paper", True, False)
    house.work(location)
    assert house.get(f"{location}/letters/1").get_json()["state"] == "withdrawn"


def test_the_same_bytes_twice_are_one_document(house: House) -> None:
    location = house.sent()
    with ThreadPoolExecutor(4) as pool:
        ids = {response.get_json()["id"] for response in pool.map(lambda _: house.bring(location), range(4))}
    assert len(ids) == 1
    assert len(house.get(f"{location}/documents").get_json()["documents"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"content": encode(b"MZ a program")}, 415, "document-type-unsupported"),
        ({"content": encode(b"<html>")}, 415, "document-type-unsupported"),
        ({"content": ""}, 400, "missing-field"),
        ({"content": "%%%"}, 400, "malformed-base64"),
        ({"content": None}, 400, "invalid-value"),
        ({"content": encode(PDF + bytes(MOST_BYTES))}, 413, "document-too-large"),
        ({"content": "A" * BODY_BYTES}, 413, "body-too-large"),
        ({"inquiries": []}, 422, "inquiry-not-found"),
        ({"inquiries": ["inq_404"]}, 422, "inquiry-not-found"),
        ({"inquiries": "inq"}, 400, "invalid-value"),
        ({"inquiries": ["x"] * 501}, 400, "invalid-value"),
        ({"kind": "receipt"}, 400, "invalid-value"),
        ({"name": ""}, 400, "invalid-value"),
        ({"name": "n" * 201}, 400, "invalid-value"),
        ({"name": "a\u202efdp.exe"}, 422, "invalid-value"),
        ({"letter": 9}, 422, "letter-not-found"),
        ({"letter": "1"}, 400, "invalid-value"),
        ({"letter": 10**30}, 400, "invalid-value"),
    ],
)
def test_what_is_no_document_is_not_kept(house: House, change: dict[str, Any], status: int, code: str) -> None:
    location = house.sent()
    assert told(house.bring(location, **change)) == (status, code)
    assert house.get(f"{location}/documents").get_json() == {"documents": []}


def test_a_document_of_ten_megabytes_is_taken(house: House) -> None:
    location = house.sent()
    assert house.bring(location, content=encode(PDF.ljust(MOST_BYTES, b" "))).status_code == 201


@pytest.mark.parametrize("caller", ["portal", "clerk"])
def test_only_documents_may_be_so_large(house: House, caller: str) -> None:
    location = house.sent(caller)
    large = {"text": "A" * 200_000, "channel": "electronic"}
    assert told(house.post(f"{location}/complaints", large, caller)) == (413, "body-too-large")
    handed_in = house.hand_in(caller, method="eds", format="cms", value="A" * 200_000)
    # A provider's may carry papers.
    assert told(handed_in) == ((413, "body-too-large") if caller == "portal" else (202, "None"))


def test_a_document_of_another_application_is_not_found(house: House) -> None:
    first, second = house.sent(), house.sent()
    document = house.bring(first).headers["Location"].rpartition("/")[2]
    assert told(house.get(f"{second}/documents/{document}")) == (404, "document-not-found")
    other = house.bring(second, inquiries=[house.inquiry(first)])
    assert told(other) == (422, "inquiry-not-found")


def test_after_the_end_nothing_is_brought(house: House) -> None:
    location = house.sent()
    assert house.post(f"{location}/withdrawal").status_code == 200
    assert told(house.bring(location)) == (409, "application-over")


def test_an_inquiry_is_asked_again_by_hand(house: House) -> None:
    location = house.drafted()
    before = house.desk.registries.count("medical")
    path = f"{location}/inquiries/{house.inquiry(location)}/ask-again"
    assert house.post(path).status_code == house.post(path).status_code == 202
    house.work(location)
    assert house.desk.registries.count("medical") == before + 1
    assert told(house.post(f"{location}/inquiries/inq_404/ask-again")) == (404, "inquiry-not-found")
    assert told(house.post(path, {"acted_by": 1})) == (400, "invalid-value")
    assert told(house.post(path, b"[]")) == (400, "invalid-value")
