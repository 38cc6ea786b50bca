"""An application taken at the counter, over the wire: by the center and by the akim, with papers, and a ticket."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from gateway.settings import read_settings
from gateway.store.rows import ClientKind
from gateway.wiring import open_store
from tests.gateway.documents.reading import read_pages
from tests.support.authority import write_application
from tests.support.house import Caller, describe
from tests.support.time_house import PDF, TimeHouse

CLERK = "Иванова А. Б."
CLERK_IIN = "900101499776"
PNG = b"\x89PNG\r\n\x1a\n an invented scan IEND"
JPEG = b"\xff\xd8\xff an invented scan \xff\xd9"
PAPERS = [("Удостоверение личности", PNG), ("Справка о составе семьи", PDF), ("Свидетельство о рождении", JPEG)]
DUE = {"center": "2026-10-27", "akim": "2026-10-30"}
"""15 working days from the acceptance (the promised date), 18 from the handing in; 26 October is not worked."""


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


def clerk(times: TimeHouse, channel: str, employee: str = CLERK) -> Caller:
    """A provider's key of one employee, or of a system where nobody is named."""
    settings = read_settings(describe(times.folder, times.registrar, times.mock.url))
    with open_store(settings, lambda: times.started_at) as store:
        named: dict[str, Any] = (
            {"employee": employee, "role": "specialist", "employee_iin": CLERK_IIN} if employee else {}
        )
        _, key = store.add_client("Desk", ClientKind.PROVIDER, channel, **named)
    return Caller(times.url, key)


def hand_in(caller: Caller, times: TimeHouse, **changes: Any) -> Any:
    body = {
        "application": encode(write_application(times.family())),
        "signature": {"method": "paper", "scan": encode(PDF + b"%signed by hand")},
        "papers": [{"title": title, "content": encode(content)} for title, content in PAPERS],
    }
    return caller.call("POST", "/v1/applications", json=body | changes)


@pytest.mark.parametrize("channel", ["center", "akim"])
def test_a_specialist_hands_in_the_signed_paper_and_others_and_the_ticket_names_who_accepted_it(
    times: TimeHouse, channel: str
) -> None:
    desk = clerk(times, channel)
    answer = hand_in(desk, times)
    assert answer.status_code == 202, answer.text
    accepted = answer.json()
    assert accepted["ticket"]["accepted_by"] == CLERK
    path = f"/v1/applications/{accepted['id']}"
    listed = desk.get(f"{path}/documents")["documents"]
    assert [(one["name"], one["media_type"], one["kind"], one["received_by"]) for one in listed] == [
        (title, media, "handed_in", CLERK)
        for (title, _), media in zip(PAPERS, ("image/png", "application/pdf", "image/jpeg"), strict=True)
    ]
    assert desk.call("GET", f"{path}/documents/{listed[0]['id']}").content == PNG
    times.settle()
    ticket = desk.get(f"{path}/ticket")
    assert (ticket["kind"], ticket["accepted_by"], ticket["result_by"]["on"]) == ("ticket", CLERK, DUE[channel])
    pages = read_pages(desk.call("GET", f"{path}/ticket", headers={"Accept": "application/pdf"}).content)
    assert len(pages) == 2
    day = ".".join(reversed(DUE[channel].split("-")))
    for page in pages:
        assert all(word in page for word in (CLERK, ticket["number"], day, *(title for title, _ in PAPERS)))
    dossier = desk.get(f"{path}/dossier")
    assert dossier["signature"]["verdict"]["accepted_by"] == dossier["application"]["accepted_by"] == CLERK
    kept = {one["sha256"] for one in dossier["course"]["documents"]}
    assert kept == {hashlib.sha256(content).hexdigest() for _, content in PAPERS}
    page = desk.call("GET", f"{path}/dossier", headers={"Accept": "text/html", "Accept-Language": "ru"}).text
    assert "принят с заявлением" in page


def test_papers_come_with_an_electronic_signature_at_the_counter_too(times: TimeHouse) -> None:
    family = times.family()
    signed = times.registrar.submission(family) | {"papers": [{"title": "Справка", "content": encode(PDF)}] * 2}
    answer = clerk(times, "akim").call("POST", "/v1/applications", json=signed)
    assert answer.status_code == 202
    path = f"/v1/applications/{answer.json()['id']}/documents"
    assert len(times.provider.get(path)["documents"]) == 1, "the same bytes twice are one document"


def test_a_portal_hands_in_no_papers_and_nothing_signed_by_hand(times: TimeHouse) -> None:
    assert hand_in(times.portal, times).json()["code"] == "papers-not-allowed"
    assert hand_in(times.portal, times, papers=[]).json()["code"] == "signature-method-not-allowed"
    signed = times.registrar.submission(times.family()) | {"papers": [{"title": "Справка", "content": encode(PDF)}]}
    answer = times.portal.call("POST", "/v1/applications", json=signed)
    assert (answer.status_code, answer.json()["code"]) == (403, "papers-not-allowed")
    large = signed | {"papers": [{"title": "Справка", "content": encode(PDF + bytes(5_000_000))}]}
    assert times.portal.call("POST", "/v1/applications", json=large).json()["code"] == "body-too-large"


def test_where_a_person_accepts_that_person_is_named(times: TimeHouse) -> None:
    system = clerk(times, "center", employee="")
    answer = hand_in(system, times)
    assert (answer.status_code, answer.json()["code"]) == (400, "accepted-by-missing")
    named = hand_in(system, times, accepted_by="Ахметов Е.")
    assert named.json()["ticket"]["accepted_by"] == "Ахметов Е."


@pytest.mark.parametrize(
    ("papers", "status", "code"),
    [
        ([("Справка", PDF), ("Программа", b"MZ\x90\x00")], 415, "document-type-unsupported"),
        ([("Справка", b"%PDF-1.7 cut off")], 422, "document-incomplete"),
        ([("", PDF)], 400, "invalid-value"),
        ([("<b>", PDF)], 400, "invalid-value"),
        ([(f"Справка {n}", PDF + bytes([n])) for n in range(21)], 400, "invalid-value"),
        ([(f"Справка {n}", PDF + bytes(7_000_000) + bytes([n])) for n in range(3)], 413, "papers-too-large"),
    ],
    ids=["program", "cut off", "no title", "markup", "too many", "too large together"],
)
def test_one_wrong_paper_and_nothing_is_kept(
    times: TimeHouse, papers: list[tuple[str, bytes]], status: int, code: str
) -> None:
    brought = [{"title": title, "content": encode(content)} for title, content in papers]
    desk = clerk(times, "center")
    answer = hand_in(desk, times, papers=brought)
    assert answer.status_code == status, answer.text
    assert code in {answer.json()["code"], *(problem["code"] for problem in answer.json()["problems"])}
    assert desk.get("/v1/worklist")["tasks"] == []
    first = hand_in(desk, times)
    assert first.json()["number"] == "2026-0000001", "no number was given out before"


def test_an_application_that_waits_for_a_code_takes_no_papers(times: TimeHouse) -> None:
    answer = hand_in(clerk(times, "center"), times, signature={"method": "otp"})
    assert (answer.status_code, answer.json()["code"]) == (400, "papers-misplaced")
