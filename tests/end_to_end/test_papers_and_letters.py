"""Gaps that close late: a registry after its letter, the body by letter, the applicant by paper; the first counts."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from tests.support.house import OVER, inquiries_of
from tests.support.time_house import PDF, SPECIALIST, Case, TimeHouse

VEHICLES = "mvd-vehicles"


def silent_case(times: TimeHouse, until: timedelta | None = None) -> Case:
    """A case at 14:00, whose letter to the police has just been drawn up."""
    lasts = {"until": (times.started_at + until).isoformat()} if until else {}
    times.mock.fail(kind="silence", passport=VEHICLES, seconds=0, **lasts)
    case = times.submit(times.family())
    times.step(timedelta(hours=4))
    assert case.letter_states() == [("police", "drafted")]
    return case


def document(case: Case, kind: str, content: bytes = PDF) -> dict[str, Any]:
    return {
        "kind": kind,
        "name": "Справка.pdf",
        "content": base64.b64encode(content).decode(),
        "inquiries": [case.cell(24)["inquiry"]],
    }


def dossier_cell(case: Case, number: int) -> dict[str, Any]:
    (found,) = [one for one in inquiries_of(case.get("/dossier")) if one["number"] == number]
    return found


def test_an_answer_after_the_letter_was_sent_withdraws_it_and_the_extension_stands_as_told(times: TimeHouse) -> None:
    case = silent_case(times, timedelta(hours=5))
    case.send()
    times.step(timedelta(hours=2))
    assert case.letter_states() == [("police", "withdrawn")]
    assert (case.status(), case.notice_kinds()) == (OVER, ["extension"])
    assert case.get()["terms"]["extension_until"]["on"] == "2026-11-04"
    # A letter that was withdrawn takes no answer any more, and the case says so.
    late = times.provider.call("POST", f"/v1/applications/{case.id}/letters/1/answered", json={"acted_by": SPECIALIST})
    assert late.status_code == 409


def test_a_paper_closes_the_gap_and_the_registrys_later_answer_is_kept_and_changes_nothing(times: TimeHouse) -> None:
    case = silent_case(times, timedelta(days=1))
    brought = case.post("/documents", 201, **document(case, "paper"))
    times.settle()
    assert (case.cell(24)["outcome"], case.cell(24)["closed"]) == ("on_paper", True)
    assert case.letter_states() == [("police", "withdrawn")]
    assert case.status() == OVER
    before = case.get()["terms"]
    times.step(timedelta(days=1))
    case.post(f"/inquiries/{case.cell(24)['inquiry']}/ask-again", 202)
    times.settle()
    assert case.cell(24)["outcome"] == "on_paper"
    assert case.get()["terms"] == before
    assert len(case.events("package_registered")) == 1
    kept = dossier_cell(case, 24)
    assert [part["outcome"] for part in kept["parts"]] == ["no_record"]
    assert brought["id"] in str(case.get("/dossier"))
    (listed,) = case.get("/documents")["documents"]
    assert (listed["received_by"], listed["media_type"]) == (SPECIALIST, "application/pdf")


def test_the_bodys_letter_closes_what_it_answers_and_the_same_bytes_twice_are_one_document(times: TimeHouse) -> None:
    case = silent_case(times)
    case.send()
    times.step(timedelta(days=1))
    case.post("/letters/1/answered", documents=[document(case, "letter")])
    times.settle()
    assert case.letter_states() == [("police", "answered")]
    assert (case.cell(24)["outcome"], case.status()) == ("on_paper", OVER)
    case.post("/documents", 201, **document(case, "letter"))
    assert len(case.get("/documents")["documents"]) == 1
    assert len(case.events("document_added")) == 1


def test_a_letter_that_was_answered_without_what_it_asked_for_has_a_second_round(times: TimeHouse) -> None:
    case = silent_case(times)
    case.send()
    times.settle()
    case.post("/letters/1/answered", documents=[])
    times.settle()
    assert [(one["round"], one["state"]) for one in case.letters()] == [(1, "answered"), (2, "drafted")]
    assert case.get()["terms"]["extension_until"]["on"] == "2026-11-04"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"MZ\x90\x00 this is a program, named .pdf", 415, "document-type-unsupported"),
        (b"<html><script>", 415, "document-type-unsupported"),
        (b"", 400, "missing-field"),
        (PDF + b"\x00" * (10_000_001 - len(PDF)), 413, "document-too-large"),
    ],
    ids=["program", "html", "empty", "too large"],
)
def test_a_document_is_judged_by_its_bytes_and_its_size_and_nothing_of_a_wrong_one_is_kept(
    content: bytes, status: int, code: str, house: Any
) -> None:
    """On the shared house: no time passes."""
    application_id = house.provider.submit(house.registrar.submission(house.mock.application("lone-pensioner")))
    path = f"/v1/applications/{application_id}"
    house.settled(application_id)
    cells = house.provider.get(f"{path}/inquiries")["requests"][23]["cells"]
    body = {
        "acted_by": SPECIALIST, "kind": "paper", "name": "Справка.pdf",
        "content": base64.b64encode(content).decode(), "inquiries": [cells[0]["inquiry"]],
    }  # fmt: skip
    answer = house.provider.call("POST", f"{path}/documents", json=body)
    assert answer.status_code == status, answer.text
    assert code in {problem["code"] for problem in answer.json()["problems"]} | {answer.json()["code"]}
    assert house.provider.get(f"{path}/documents")["documents"] == []
    portal = house.portal.call("POST", f"{path}/documents", json=body)
    assert portal.status_code in (403, 404)


def test_a_document_of_ten_megabytes_is_kept_whole(times: TimeHouse) -> None:
    case = silent_case(times)
    content = PDF + b"\x00" * (10_000_000 - len(PDF))
    brought = case.post("/documents", 201, **document(case, "paper", content))
    assert brought["size"] == 10_000_000
    again = times.provider.call("GET", f"/v1/applications/{case.id}/documents/{brought['id']}")
    assert again.content == content
    assert "attachment" in again.headers["Content-Disposition"]
