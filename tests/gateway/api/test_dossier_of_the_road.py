"""The dossier of an application that went the whole road: every step with who and when, hashes in place of bytes."""

from __future__ import annotations

import hashlib

from tests.gateway.api.house import CLERK, CLERK_IIN, PDF, House, encode, sign_letter

REFUSED = {"outcome": "refused", "number": "8", "reasons": ["unreliable-documents"]}


def walk(house: House) -> tuple[str, bytes]:
    """Drafted, signed, sent, answered, registered, refused after a hearing, complained of; and the letter."""
    location = house.drafted()
    pdf = house.get(f"{location}/letters/1", Accept="application/pdf").data
    house.post(f"{location}/letters/1/signature", {"signature": sign_letter(pdf)})
    house.post(f"{location}/letters/1/sent", {"channel": "courier", "number": "1-2/3"})
    house.work(location)
    house.get(f"{location}/notices?authenticated=true", "portal")
    paper = {"kind": "letter", "name": "Ответ", "content": encode(PDF), "inquiries": [house.inquiry(location)]}
    house.post(f"{location}/letters/1/answered", {"documents": [paper]})
    house.work(location)
    house.post(f"{location}/decision", REFUSED | {"preliminary": True})
    house.work(location)
    house.desk.move(days=3)
    house.post(f"{location}/hearing", {"record": "Заслушан"})
    house.post(f"{location}/decision", REFUSED)
    house.post(f"{location}/complaints", {"text": "Не согласна", "channel": "electronic"}, "portal")
    house.work(location)
    return location, bytes(pdf)


def test_the_dossier_tells_every_step_with_who_and_by_which_clause(house: House) -> None:
    location, pdf = walk(house)
    dossier = house.get(f"{location}/dossier").get_json()
    course = dossier["course"]
    (letter,) = course["letters"]
    assert (letter["state"], letter["signed_by"], letter["sent_channel"]) == ("answered", CLERK, "courier")
    assert letter["pdf_sha256"] == hashlib.sha256(pdf).hexdigest()
    assert [date["kind"] for date in course["dates"]] == ["extension_until", "no_later_than", "due"]
    assert all(date["clause"] for date in course["dates"])
    (document,) = course["documents"]
    assert (document["sha256"], document["letter"]) == (hashlib.sha256(PDF).hexdigest(), 1)
    first = next(notice for notice in course["notices"] if notice["kind"] == "extension")
    assert {way["channel"]: way["state"] for way in first["deliveries"]} == {"portal": "delivered", "sms": "delivered"}
    decision = course["decision"]
    assert (decision["outcome"], decision["decided_by"], decision["hearing_record"]) == ("refused", CLERK, "Заслушан")
    assert decision["reasons"][0]["text"]["ru"]
    assert course["complaints"][0]["text"] == "Не согласна"
    row = dossier["requests"][0]
    assert (row["outcome"], row["inquiries"][0]["closed_by"]) == ("on_paper", "letter")
    assert row["inquiries"][0]["documents"] == [document["id"]]
    assert (dossier["summary"]["complete"], dossier["terms"]["due"]["on"]) == (True, "2026-10-27")


def test_no_bytes_and_no_number_of_an_employee_stand_in_it(house: House) -> None:
    location, pdf = walk(house)
    text = house.get(f"{location}/dossier").get_data(as_text=True)
    for secret in (encode(PDF), encode(pdf), sign_letter(pdf), CLERK_IIN):
        assert secret not in text


def test_the_page_tells_it_too(house: House) -> None:
    location, _ = walk(house)
    page = house.get(f"{location}/dossier", Accept="text/html").get_data(as_text=True)
    for text in (CLERK, "1-2/3", "Заслушан", "Не согласна", "Письменные запросы"):
        assert text in page


def test_a_package_registered_with_gaps_is_not_complete(house: House) -> None:
    location = house.sent()
    house.desk.move(days=40)
    house.work(location)
    summary = house.get(f"{location}/dossier").get_json()["summary"]
    assert (summary["complete"], summary["outcomes"]["no_record"]) == (False, 2)
